"""Rows of the table of jobs, made into records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.storage.models import Job, JobStatus, StoredClip
from bot.storage.styles import Blend


def job_from(row: Mapping[str, Any]) -> Job:
    """The record of a row with all columns of `jobs`."""
    columns = {name: row[name] for name in Job.__dataclass_fields__}
    columns["style"] = Blend.parse(row["style"])
    columns["settings"] = json.loads(row["settings"])
    columns["status"] = JobStatus(row["status"])
    columns["checkpoint"] = StoredClip(**json.loads(row["checkpoint"])) if row["checkpoint"] else None
    return Job(**columns)
