"""The queue: which job is claimed next, which still need a message, and how long painting takes."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.storage.database import Database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, JobStatus
from bot.storage.rows import job_from
from bot.storage.status_sql import ACTIVE, DONE, EFFECTIVE, QUEUED, RUNNING

# When each running job was claimed, and how many seconds each of the last 21 paintings took from claim to delivery, as
# JSON. Clips that were stopped early, and photos shown beside their paintings, do not count.
_THROUGHPUT = f"""
    (SELECT json_group_array(claimed_at) FROM jobs WHERE status = {RUNNING}) AS running_since,
    (SELECT json_group_array(seconds) FROM (SELECT finished_at - claimed_at AS seconds FROM jobs
        WHERE status = {DONE} AND NOT stopped_early
        AND json_extract(settings, '$.compare') IS NULL ORDER BY id DESC LIMIT 21)) AS durations
"""


@dataclass(frozen=True, slots=True)
class Throughput:
    """How fast the queue moves: when each running job was claimed (seconds since 1970), and the median seconds that a
    painting takes, None before the first.
    """

    running_since: Sequence[float]
    median_seconds: float | None


@dataclass(frozen=True, slots=True)
class Admission:
    """The status of the job with a key, if there is one that did not fail and was not cancelled; and how many jobs are
    queued: the user's own, and all; and how many the user has asked for today, in UTC.
    """

    existing: JobStatus | None
    own: int
    total: int
    today: int


class JobQueue:
    """Reads the view `queue`, which is the fair order of the queued jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def position(self, job_id: int) -> tuple[int | None, Throughput]:
        """The job's position (1: it is claimed next; None: it is not queued), and the throughput of the queue."""
        [row] = await self._database.execute(
            f"SELECT (SELECT position FROM queue WHERE id = :job_id) AS position, {_THROUGHPUT}", job_id=job_id
        )
        return row["position"], _throughput(row)

    async def throughput(self) -> Throughput:
        """How fast the queue moves now."""
        [row] = await self._database.execute(f"SELECT {_THROUGHPUT}")
        return _throughput(row)

    async def jobs(self) -> list[tuple[int, Job]]:
        """All queued jobs with their positions, from 1 on."""
        rows = await self._database.execute("SELECT jobs.*, position FROM queue JOIN jobs USING (id) ORDER BY position")
        return [(row["position"], job_from(row)) for row in rows]

    async def unannounced(self) -> list[Job]:
        """Queued jobs that have no message yet, oldest first."""
        return await self._database.fetch(
            job_from, f"SELECT * FROM jobs WHERE status = {QUEUED} AND message_id IS NULL ORDER BY id"
        )

    async def stopped_early(self) -> list[int]:
        """The clips that were stopped, but not yet delivered when the bot ended."""
        rows = await self._database.execute(
            f"SELECT id FROM jobs WHERE status = {QUEUED} AND stopped_early ORDER BY id"
        )
        return [row["id"] for row in rows]

    async def admission(self, key: IdempotencyKey, user_id: int) -> Admission:
        """What decides whether a job with this key may be added for the user."""
        [row] = await self._database.execute(
            f"SELECT (SELECT status FROM jobs WHERE idempotency_key = :key AND status IN {EFFECTIVE}) AS existing,"
            " count(*) FILTER (WHERE user_id = :user_id) AS own, count(*) AS total,"
            " coalesce((SELECT jobs FROM daily_counts WHERE user_id = :user_id AND day = date('now')), 0) AS today"
            f" FROM jobs WHERE status = {QUEUED}",
            key=str(key),
            user_id=user_id,
        )
        return Admission(
            JobStatus(row["existing"]) if row["existing"] else None, row["own"], row["total"], row["today"]
        )

    async def stats(self) -> dict[str, int]:
        """Jobs by status: those that are active now, and those that ended within the last day."""
        rows = await self._database.execute(
            f"SELECT status, count(*) AS n FROM jobs WHERE status IN {ACTIVE} OR finished_at > :since GROUP BY status",
            since=time.time() - 86_400,
        )
        return {row["status"]: row["n"] for row in rows}

    async def recent(self, count: int) -> list[dict[str, Any]]:
        """The last jobs of all users, newest first, with their positions: for the operator."""
        return await self._database.execute(
            "SELECT jobs.id, user_id, style, status, attempts, error, position FROM jobs LEFT JOIN queue USING (id)"
            " ORDER BY jobs.id DESC LIMIT :count",
            count=count,
        )


def _throughput(row: dict[str, Any]) -> Throughput:
    durations = json.loads(row["durations"])
    return Throughput(json.loads(row["running_since"]), statistics.median_high(durations) if durations else None)
