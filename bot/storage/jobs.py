"""The table of jobs: each change of a job's status is one statement, so it is atomic.

QUEUED -> RUNNING -> DONE; QUEUED or RUNNING -> FAILED or CANCELLED; RUNNING -> QUEUED to be tried again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot import metrics
from bot.storage.database import Database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, JobStatus, Photo, StoredClip
from bot.storage.rows import job_from
from bot.storage.status_sql import ACTIVE, CANCELLED, QUEUED, RUNNING
from bot.storage.styles import Blend
from styler.events import ClipCheckpoint


class JobTable:
    """Moves jobs from status to status. `JobSearch` finds them, `JobQueue` orders those that are queued."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(
        self,
        photo: Photo,
        style: Blend,
        settings: Mapping[str, Any],
        message_id: int | None,
        key: IdempotencyKey,
        control_message_id: int | None = None,
    ) -> Job | None:
        """Add a QUEUED job. None if there is a job with the same key already, or another job in this message.

        `control_message_id` is the message with the buttons, if the job is one of an album.
        """
        return await self._job(
            "INSERT OR IGNORE INTO jobs"
            " (idempotency_key, source, chat_id, user_id, photo_message_id, message_thread_id, file_id, style,"
            " settings, message_id, control_message_id, clip)"
            " VALUES (:key, :source, :chat_id, :user_id, :photo_message_id, :message_thread_id, :file_id, :style,"
            " :settings, :message_id, :control_message_id, :clip) RETURNING *",
            key=str(key),
            source=key.source,
            chat_id=photo.chat_id,
            user_id=photo.user_id,
            photo_message_id=photo.message_id,
            message_thread_id=photo.message_thread_id,
            file_id=photo.file_id,
            style=str(style),
            settings=json.dumps(dict(settings)),
            message_id=message_id,
            control_message_id=control_message_id,
            clip=photo.clip,
        )

    async def claim(self, job_id: int | None = None) -> Job | None:
        """QUEUED -> RUNNING for the job that is next in the queue, or for this one. An attempt is charged to it."""
        job = await self._job(
            f"UPDATE jobs SET status = {RUNNING}, attempts = attempts + 1, claimed_at = :now"
            " WHERE id = (SELECT id FROM queue WHERE message_id IS NOT NULL AND id = coalesce(:job_id, id)"
            " ORDER BY position LIMIT 1)"
            " RETURNING *",
            now=time.time(),
            job_id=job_id,
        )
        if job and job.attempts == 1 and not job.stopped_early:
            metrics.WAITED.observe(time.time() - job.created_at)
        return job

    async def complete(self, job_id: int, result_file_id: str | None = None) -> None:
        """RUNNING -> DONE, unless it was cancelled meanwhile. `result_file_id` is the painting at Telegram."""
        await self._end(job_id, JobStatus.DONE, None, result_file_id)

    async def fail(self, job_id: int, error: str) -> None:
        """QUEUED (if its message cannot be sent) or RUNNING -> FAILED, unless it was cancelled meanwhile."""
        await self._end(job_id, JobStatus.FAILED, error, None, before=ACTIVE)

    async def abandon(self, job_id: int, error: str) -> None:
        """RUNNING -> CANCELLED: its chat cannot be reached, or its message is gone."""
        await self._end(job_id, JobStatus.CANCELLED, error, None)

    async def _end(
        self,
        job_id: int,
        status: JobStatus,
        error: str | None,
        result_file_id: str | None,
        before: str = f"({RUNNING})",
    ) -> None:
        job = await self._job(
            "UPDATE jobs SET status = :status, error = :error, result_file_id = :result_file_id, finished_at = :now"
            f" WHERE id = :job_id AND status IN {before} RETURNING *",
            status=status,
            error=error,
            result_file_id=result_file_id,
            now=time.time(),
            job_id=job_id,
        )
        _count(job)

    async def cancel(self, job_id: int, user_id: int) -> Job | None:
        """The user's own QUEUED or RUNNING job -> CANCELLED. None if there is no such job."""
        job = await self._job(
            f"UPDATE jobs SET status = {CANCELLED}, finished_at = :now"
            f" WHERE id = :job_id AND user_id = :user_id AND status IN {ACTIVE} RETURNING *",
            now=time.time(),
            job_id=job_id,
            user_id=user_id,
        )
        _count(job)
        return job

    async def requeue(self, job_id: int, error: str | None = None, *, charged: bool = True) -> None:
        """RUNNING -> QUEUED, to be tried again. The attempt is refunded unless it is `charged`."""
        await self._database.execute(
            f"UPDATE jobs SET status = {QUEUED}, error = :error, attempts = attempts - :refund"
            f" WHERE id = :job_id AND status = {RUNNING}",
            error=error,
            refund=not charged,
            job_id=job_id,
        )

    async def requeue_downscaled(self, job: Job, size: int, error: str) -> None:
        """RUNNING -> QUEUED, to be painted at this size; the attempt that ran out of memory is refunded."""
        await self._database.execute(
            f"UPDATE jobs SET status = {QUEUED}, settings = :settings, downscaled = 1, attempts = attempts - 1,"
            f" error = :error WHERE id = :job_id AND status = {RUNNING}",
            settings=json.dumps({**job.settings, "size": size}),
            error=error,
            job_id=job.id,
        )

    async def requeue_running(self, *, crashed: bool) -> None:
        """RUNNING -> QUEUED for all, with a refund: at a clean stop, and at the start after a crash."""
        await self._database.execute(
            f"UPDATE jobs SET status = {QUEUED}, attempts = max(attempts - 1, 0), crashes = crashes + :crashed"
            f" WHERE status = {RUNNING}",
            crashed=crashed,
        )

    async def set_kind(self, job: Job) -> None:
        """Note whether its file moves, for it and for its photo, and the settings that follow."""
        await self._database.execute(
            "UPDATE jobs SET clip = :clip, settings = :settings WHERE id = :job_id",
            clip=job.clip,
            settings=json.dumps(dict(job.settings)),
            job_id=job.id,
        )
        await self._database.execute(
            "UPDATE photos SET clip = :clip, format = :format"
            " WHERE chat_id = :chat_id AND message_id = :message_id AND file_id = :file_id",
            clip=job.clip,
            format=job.settings.get("format"),
            chat_id=job.chat_id,
            message_id=job.photo_message_id,
            file_id=job.file_id,
        )

    async def move(self, job: Job, chat_id: int) -> None:
        """QUEUED or RUNNING -> QUEUED in another chat, where it gets a message of its own; with a refund."""
        await self._database.execute(
            "UPDATE jobs SET chat_id = :chat_id, message_thread_id = NULL, message_id = NULL,"
            " control_message_id = NULL,"
            f" attempts = attempts - (status = {RUNNING}), status = {QUEUED}"
            f" WHERE id = :job_id AND status IN {ACTIVE}",
            chat_id=chat_id,
            job_id=job.id,
        )

    async def set_messages(self, messages: Mapping[int, int]) -> set[int]:
        """Note each job's message, so that it can be claimed. Returns those jobs that were not cancelled meanwhile."""
        rows = await self._database.execute(
            "UPDATE jobs SET message_id = value FROM json_each(:messages)"
            f" WHERE jobs.id = CAST(key AS INTEGER) AND status = {QUEUED} RETURNING jobs.id",
            messages=json.dumps(dict(messages)),
        )
        return {row["id"] for row in rows}

    async def clear_message(self, job_id: int) -> None:
        """Have a new message sent for the job: the one that was to become its painting is gone."""
        await self._database.execute(
            f"UPDATE jobs SET message_id = NULL WHERE id = :job_id AND status = {QUEUED}", job_id=job_id
        )

    async def set_checkpoint(self, job_id: int, file_id: str, checkpoint: ClipCheckpoint) -> None:
        """Note how far a clip is painted, and the file at Telegram that shows it."""
        stored = StoredClip(file_id, checkpoint.frames, checkpoint.width, checkpoint.height)
        await self._database.execute(
            "UPDATE jobs SET checkpoint = :checkpoint WHERE id = :job_id",
            checkpoint=json.dumps(asdict(stored)),
            job_id=job_id,
        )

    async def stop_early(self, job_id: int) -> None:
        """Note that the user wants no more of a clip than is painted."""
        await self._database.execute("UPDATE jobs SET stopped_early = 1 WHERE id = :job_id", job_id=job_id)

    async def reset_crashes(self, job: Job) -> bool:
        """Reset the crash counter once the job is painted; nothing is written if it is 0, as it mostly is. False if the
        job was cancelled meanwhile.
        """
        running = f"id = :job_id AND status = {RUNNING}"
        reset = f"UPDATE jobs SET crashes = 0 WHERE {running} RETURNING id"
        look_up = f"SELECT id FROM jobs WHERE {running}"
        return bool(await self._database.execute(reset if job.crashes else look_up, job_id=job.id))

    async def mark_notified(self, job_id: int) -> bool:
        """Record that the 'ready' message is sent, before it is. False if that was recorded already."""
        rows = await self._database.execute(
            "UPDATE jobs SET notified = 1 WHERE id = :job_id AND notified = 0 RETURNING id", job_id=job_id
        )
        return bool(rows)

    async def _job(self, statement: str, **values: Any) -> Job | None:
        return await self._database.fetch_one(job_from, statement, **values)


def _count(job: Job | None) -> None:
    """Count a job that has ended in the metrics."""
    if job and not job.is_active:
        metrics.JOBS.labels(job.status, job.kind).inc()
