"""Finds jobs by their user, their message or their album. Changes nothing."""

from __future__ import annotations

from bot.storage.database import Database
from bot.storage.idempotency import IdempotencyKey, RequestSource
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.rows import job_from
from bot.storage.status_sql import ACTIVE, CANCELLED, DONE, EFFECTIVE, QUEUED
from bot.storage.styles import CUSTOM_PREFIX

# A painting shown otherwise than as it is.
SHOWN_OTHERWISE = "coalesce(json_extract(settings, '$.timelapse'), json_extract(settings, '$.compare'), 0)"

# Not made by the request with this key: one that the bot's death broke off must be understood as before.
NOT_BY = "idempotency_key NOT BETWEEN :key || '/' AND :key || '0'"  # in ASCII, 0 follows /


class JobSearch:
    """Reads the table of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, job_id: int, user_id: int) -> Job | None:
        """The user's own job."""
        return await self._database.fetch_one(
            job_from, "SELECT * FROM jobs WHERE id = :job_id AND user_id = :user_id", job_id=job_id, user_id=user_id
        )

    async def in_chat(self, job_id: int, chat_id: int) -> Job | None:
        """A job by its id, whoever asked for it: for the admins of a group."""
        return await self._database.fetch_one(
            job_from, "SELECT * FROM jobs WHERE id = :job_id AND chat_id = :chat_id", job_id=job_id, chat_id=chat_id
        )

    async def shown_in(self, chat_id: int, user_id: int | None, message_id: int) -> Job | None:
        """The user's own job whose painting is in this message, or will be; with None, anybody's."""
        return await self._database.fetch_one(
            job_from,
            "SELECT * FROM jobs WHERE chat_id = :chat_id AND user_id = coalesce(:user_id, user_id)"
            f" AND message_id = :message_id AND status IN {EFFECTIVE}",
            chat_id=chat_id,
            user_id=user_id,
            message_id=message_id,
        )

    async def requested_by(self, key: IdempotencyKey) -> Job | None:
        """The first job that this request has made, if there is one that did not fail and was not cancelled."""
        return await self._database.fetch_one(
            job_from,
            "SELECT * FROM jobs WHERE idempotency_key BETWEEN :key || '/' AND :key || '0'"  # in ASCII, 0 follows /
            f" AND status IN {EFFECTIVE} ORDER BY id LIMIT 1",
            key=str(key),
        )

    async def of_photo(
        self, chat_id: int, user_id: int, photo_message_id: int, but: IdempotencyKey | None = None
    ) -> Job | None:
        """The newest job of the user's own photo, but for timelapses, comparisons and what this request has made."""
        return await self._database.fetch_one(
            job_from,
            "SELECT * FROM jobs WHERE chat_id = :chat_id AND user_id = :user_id"
            f" AND photo_message_id = :photo_message_id AND status IN {EFFECTIVE} AND NOT {SHOWN_OTHERWISE}"
            f" AND {NOT_BY} ORDER BY id DESC LIMIT 1",
            chat_id=chat_id,
            user_id=user_id,
            photo_message_id=photo_message_id,
            key=str(but or ""),
        )

    async def painted_last(self, chat_id: int, user_id: int, but: IdempotencyKey) -> Job | None:
        """Of the user's paintings in this chat the one that was sent or asked for last, but for timelapses, comparisons
        and what this request has made; none if a photo came since.
        """
        return await self._database.fetch_one(
            job_from,
            "SELECT * FROM jobs WHERE chat_id = :chat_id AND user_id = :user_id"
            f" AND status IN {EFFECTIVE} AND NOT {SHOWN_OTHERWISE} AND {NOT_BY}"
            " AND coalesce(finished_at, created_at) > (SELECT max(created_at) FROM photos"
            " WHERE chat_id = :chat_id AND user_id = :user_id)"
            " ORDER BY coalesce(finished_at, created_at) DESC, id DESC LIMIT 1",
            chat_id=chat_id,
            user_id=user_id,
            key=str(but),
        )

    async def requested_with(self, job: Job) -> list[Job]:
        """The paintings that were asked for together with this one: those of its album; or by the same words, of which
        each asked for one photo of an album to be painted again.
        """
        if job.control_message_id:
            jobs = await self.album(job.chat_id, job.control_message_id)
            return [each for each in jobs if each.status not in (JobStatus.FAILED, JobStatus.CANCELLED)]
        source, chat_id, message_id = await self._request_of(job)
        if source != RequestSource.TEXT:
            return [job]
        return await self._database.fetch(
            job_from,
            "SELECT * FROM jobs WHERE idempotency_key GLOB :words || '/*' AND control_message_id IS NULL"
            f" AND status IN {EFFECTIVE} ORDER BY photo_message_id",
            words=f"{source}/{chat_id}/{message_id}",
        )

    async def style_message(self, job: Job) -> int | None:
        """The message of the picture that came as the job's style."""
        source, _, message_id = await self._request_of(job)
        return int(message_id) if source == RequestSource.STYLE else None

    async def _request_of(self, job: Job) -> tuple[str, str, str]:
        """The source of its request, and what that names: a chat and a message, mostly."""
        rows = await self._database.execute("SELECT idempotency_key FROM jobs WHERE id = :job_id", job_id=job.id)
        source, chat_id, message_id, *_ = f"{rows[0]['idempotency_key'] if rows else ''}///".split("/")
        return source, chat_id, message_id

    async def compared_in(self, comparison: Job) -> Job | None:
        """The job whose painting a comparison shows beside its photo."""
        return await self._database.fetch_one(
            job_from,
            f"SELECT * FROM jobs WHERE user_id = :user_id AND status = {DONE} AND :prefix || result_file_id = :style",
            user_id=comparison.user_id,
            prefix=CUSTOM_PREFIX,
            style=str(comparison.style),
        )

    async def has_message(self, chat_id: int, message_id: int) -> bool:
        """Whether this message is or becomes a painting, or has an album's buttons: it is no gallery any more."""
        rows = await self._database.execute(
            "SELECT 1 FROM jobs WHERE chat_id = :chat_id AND :message_id IN (message_id, control_message_id)"
            f" AND status IN {EFFECTIVE} LIMIT 1",
            chat_id=chat_id,
            message_id=message_id,
        )
        return bool(rows)

    async def active(self, user_id: int) -> list[Job]:
        """A user's queued and running jobs, oldest first."""
        return await self._database.fetch(
            job_from,
            f"SELECT * FROM jobs WHERE user_id = :user_id AND status IN {ACTIVE} ORDER BY id",
            user_id=user_id,
        )

    async def cancelled_since(self, update_id: int, user_id: int) -> list[Job]:
        """The user's jobs that were cancelled since this update came, oldest first; none whose message has become
        another painting.
        """
        return await self._database.fetch(
            job_from,
            f"SELECT * FROM jobs WHERE user_id = :user_id AND status = {CANCELLED}"
            " AND finished_at >= (SELECT received_at FROM updates WHERE update_id = :update_id)"
            " AND NOT EXISTS (SELECT 1 FROM jobs AS other WHERE other.chat_id = jobs.chat_id"
            f" AND other.message_id = jobs.message_id AND other.status IN {EFFECTIVE}) ORDER BY id",
            update_id=update_id,
            user_id=user_id,
        )

    async def queued_in(self, chat_id: int) -> list[Job]:
        """The queued jobs of a chat, oldest first."""
        return await self._database.fetch(
            job_from, f"SELECT * FROM jobs WHERE chat_id = :chat_id AND status = {QUEUED} ORDER BY id", chat_id=chat_id
        )

    async def finished(self, user_id: int) -> list[Job]:
        """A user's finished paintings, the newest first; no clips, timelapses and comparisons."""
        return await self._database.fetch(
            job_from,
            f"SELECT * FROM jobs WHERE user_id = :user_id AND status = {DONE} AND result_file_id IS NOT NULL"
            f" AND clip IS NULL AND NOT {SHOWN_OTHERWISE} ORDER BY finished_at DESC",
            user_id=user_id,
        )

    async def album(self, chat_id: int, control_message_id: int) -> list[Job]:
        """The latest job of each photo in the album with its buttons in this message, in the order of the photos."""
        return await self._database.fetch(
            job_from,
            "SELECT * FROM jobs WHERE id IN (SELECT max(id) FROM jobs"
            " WHERE chat_id = :chat_id AND control_message_id = :control_message_id GROUP BY photo_message_id)"
            " ORDER BY photo_message_id",
            chat_id=chat_id,
            control_message_id=control_message_id,
        )

    async def started_by_caption(self, photo: Photo) -> Job | None:
        """The first job that a caption started for a photo of the same album."""
        return await self._database.fetch_one(
            job_from,
            "SELECT jobs.* FROM jobs"
            " JOIN photos ON photos.chat_id = jobs.chat_id AND photos.message_id = photo_message_id"
            " WHERE photos.chat_id = :chat_id AND media_group_id = :media_group_id AND source = :source"
            f" AND status != {CANCELLED} ORDER BY jobs.id LIMIT 1",
            chat_id=photo.chat_id,
            media_group_id=photo.media_group_id,
            source=RequestSource.CAPTION,
        )
