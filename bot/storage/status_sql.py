"""The statuses of a job as SQL literals.

Statements name them literally, not as parameters: SQLite uses a partial index only where it can see that a statement's
condition is that of the index.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.storage.models import ACTIVE_STATUSES, TERMINAL_STATUSES, JobStatus


def _in(statuses: Iterable[JobStatus]) -> str:
    return "(" + ", ".join(f"'{status}'" for status in statuses) + ")"


QUEUED = f"'{JobStatus.QUEUED}'"
RUNNING = f"'{JobStatus.RUNNING}'"
DONE = f"'{JobStatus.DONE}'"
CANCELLED = f"'{JobStatus.CANCELLED}'"
ACTIVE = _in(ACTIVE_STATUSES)
TERMINAL = _in(TERMINAL_STATUSES)
EFFECTIVE = _in([*ACTIVE_STATUSES, JobStatus.DONE])  # the condition of the unique indexes of `jobs`
