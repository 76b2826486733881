"""Everything that must survive a crash, as rows: updates, photos, people, jobs. All SQL of the project is in this file,
in `migrations/` and in `database.py`.

Whatever moves a job is one statement, so it is atomic (see `database.py`).
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot import metrics
from bot.storage.database import Database
from bot.storage.models import Job, JobStatus, Photo, StoredClip, User
from styler.events import ClipCheckpoint

STYLE_WAITS = 3600.0  # seconds for which 'a style of my own' waits for its picture
PHOTOS_STAY = 30 * 86_400.0  # seconds for which the buttons of a photo's gallery work
HANDLED_UPDATES_STAY = 86_400.0  # seconds; Telegram keeps undelivered updates no longer than a day


class Store:
    """Updates, photos, people and jobs on disk."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Updates: kept before Telegram is told that we have them, emptied once handled.

    async def keep_updates(self, batch: Mapping[int, Mapping[str, Any] | None]) -> set[int]:
        """Commit updates by their ids (None where there is nothing to handle); return the ids that are new."""
        rows = await self._db.run(
            "INSERT OR IGNORE INTO updates (update_id, body)"
            " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:batch)"
            " RETURNING update_id",
            batch=json.dumps(list(batch.items())),
        )
        return {row["update_id"] for row in rows}

    async def pending_updates(self) -> list[dict[str, Any]]:
        """Updates that were kept but not handled when the bot last stopped, oldest first."""
        rows = await self._db.run("SELECT body FROM updates WHERE body IS NOT NULL ORDER BY update_id")
        return [json.loads(row["body"]) for row in rows]

    async def update_handled(self, update_id: int) -> None:
        await self._db.run("UPDATE updates SET body = NULL WHERE update_id = :update_id", update_id=update_id)

    # Photos: each keeps its conversation, so a button from before a restart still works.

    async def add_photo(self, photo: Photo) -> Photo:
        """Keep a photo. If its message is known, because it was edited, only the file is new. Returns the whole row."""
        [known] = await self._photos(
            "INSERT INTO photos (chat_id, message_id, user_id, file_id, album_id, thread_id, format, clip)"
            " VALUES (:chat_id, :message_id, :user_id, :file_id, :album_id, :thread_id, :format, :clip)"
            " ON CONFLICT DO UPDATE SET file_id = excluded.file_id, format = excluded.format, clip = excluded.clip"
            " RETURNING *",
            **asdict(photo),
        )
        return known

    async def photo(self, chat_id: int, user_id: int, message_id: int) -> Photo | None:
        """The user's own photo by its message, or by the message of its gallery."""
        return await self._photo(
            "SELECT * FROM photos WHERE chat_id = :chat_id AND user_id = :user_id"
            " AND (message_id = :message_id OR gallery_id = :message_id)",
            chat_id=chat_id,
            user_id=user_id,
            message_id=message_id,
        )

    async def photo_in_group(self, chat_id: int, message_id: int) -> Photo | None:
        """A photo by its message, whoever sent it: for the admins of a group."""
        return await self._photo(
            "SELECT * FROM photos WHERE chat_id = :chat_id AND message_id = :message_id",
            chat_id=chat_id,
            message_id=message_id,
        )

    async def photo_shown_in(self, chat_id: int, message_id: int) -> Photo | None:
        """The photo, whoever sent it, of a message that is the photo itself, its gallery or its painting."""
        return await self._photo(
            "SELECT * FROM photos WHERE chat_id = :chat_id AND (:message_id IN (message_id, gallery_id) OR"
            " message_id = (SELECT photo_id FROM jobs WHERE chat_id = :chat_id AND message_id = :message_id))",
            chat_id=chat_id,
            message_id=message_id,
        )

    async def last_photo(self, chat_id: int, user_id: int) -> Photo | None:
        return await self._photo(
            "SELECT * FROM photos WHERE chat_id = :chat_id AND user_id = :user_id ORDER BY message_id DESC LIMIT 1",
            chat_id=chat_id,
            user_id=user_id,
        )

    async def album(self, chat_id: int, album_id: str) -> list[Photo]:
        """The photos of an album that have come so far, in their order."""
        return await self._photos(
            "SELECT * FROM photos WHERE chat_id = :chat_id AND album_id = :album_id ORDER BY message_id",
            chat_id=chat_id,
            album_id=album_id,
        )

    async def set_gallery(self, photo: Photo, gallery_id: int) -> None:
        await self._db.run(
            "UPDATE photos SET gallery_id = :gallery_id WHERE chat_id = :chat_id AND message_id = :message_id",
            gallery_id=gallery_id,
            chat_id=photo.chat_id,
            message_id=photo.message_id,
        )

    async def move_photo(self, from_chat: int, photo_id: int, chat_id: int) -> None:
        """Move a photo, with all of its album, to another chat. Its gallery does not come along."""
        await self._db.run(
            "UPDATE OR IGNORE photos SET chat_id = :chat_id, gallery_id = NULL, thread_id = NULL"
            " WHERE chat_id = :from_chat AND (message_id = :photo_id OR album_id ="
            " (SELECT album_id FROM photos WHERE chat_id = :from_chat AND message_id = :photo_id))",
            chat_id=chat_id,
            from_chat=from_chat,
            photo_id=photo_id,
        )

    async def ask_style(
        self,
        photo: Photo,
        gallery_id: int | None,
        *,
        asked: bool,
        for_album: bool | None = None,
        blend_with: str | None = None,
    ) -> None:
        """Say whether this photo waits for a style: with `asked`, the person's next picture is that style, otherwise it
        is a photo like any other.

        `gallery_id` is the message of the photo's gallery. `for_album` makes it the style of the whole album (None
        leaves that as it was), and `blend_with` names a painting with which it is to be blended.
        """
        await self._db.run(
            "UPDATE photos SET style_asked_at = :asked_at, gallery_id = :gallery_id, blend_with = :blend_with,"
            " style_for_album = coalesce(:for_album, style_for_album)"
            " WHERE chat_id = :chat_id AND message_id = :message_id",
            asked_at=time.time() if asked else None,
            gallery_id=gallery_id,
            blend_with=blend_with,
            for_album=for_album,
            chat_id=photo.chat_id,
            message_id=photo.message_id,
        )

    async def keep_style(self, photo: Photo, file_id: str) -> None:
        """Keep the picture that came for a blend, until the person has chosen how much of it."""
        await self._db.run(
            "UPDATE photos SET own_style = :file_id WHERE chat_id = :chat_id AND message_id = :message_id",
            file_id=file_id,
            chat_id=photo.chat_id,
            message_id=photo.message_id,
        )

    async def photo_awaiting_style(self, chat_id: int, user_id: int) -> Photo | None:
        """The photo for which the person last pressed 'a style of my own', not more than an hour ago."""
        return await self._photo(
            "SELECT * FROM photos WHERE chat_id = :chat_id AND user_id = :user_id"
            " AND style_asked_at > :since ORDER BY style_asked_at DESC LIMIT 1",
            chat_id=chat_id,
            user_id=user_id,
            since=time.time() - STYLE_WAITS,
        )

    # People.

    async def meet(self, user_id: int, language_code: str | None) -> User:
        """The person who sent an update; from now on known, with the language of their Telegram."""
        known = await self._db.first("SELECT * FROM people WHERE user_id = :user_id", user_id=user_id)
        if known is None or known["language_code"] != language_code:
            known = await self._db.first(
                "INSERT INTO people (user_id, language_code) VALUES (:user_id, :language_code)"
                " ON CONFLICT DO UPDATE SET language_code = :language_code RETURNING *",
                user_id=user_id,
                language_code=language_code,
            )
        return _person(user_id, known)

    async def person(self, user_id: int) -> User:
        return _person(user_id, await self._db.first("SELECT * FROM people WHERE user_id = :user_id", user_id=user_id))

    async def choose(self, user_id: int, settings: Mapping[str, Any]) -> None:
        """Keep what a person chose for themselves. None as a value takes that choice back."""
        await self._db.run(
            "INSERT INTO people (user_id, settings) VALUES (:user_id, json_patch('{}', :settings))"
            " ON CONFLICT DO UPDATE SET settings = json_patch(settings, :settings)",
            user_id=user_id,
            settings=json.dumps(dict(settings)),
        )

    # Forgetting.

    async def forget(self, user_id: int) -> None:
        """Remove all that is known of a person, and every trace of it in the files."""
        await self._db.run("DELETE FROM jobs WHERE user_id = :user_id", user_id=user_id)
        await self._db.run("DELETE FROM photos WHERE user_id = :user_id", user_id=user_id)
        await self._db.run("DELETE FROM people WHERE user_id = :user_id", user_id=user_id)
        await self._db.run(
            "UPDATE updates SET body = NULL WHERE :user_id IN"
            " (json_extract(body, '$.message.from.id'), json_extract(body, '$.edited_message.from.id'),"
            " json_extract(body, '$.callback_query.from.id'), json_extract(body, '$.inline_query.from.id'))",
            user_id=user_id,
        )
        await self._db.run("PRAGMA wal_checkpoint(TRUNCATE)")

    async def drop_old(self, keep_jobs: float) -> None:
        """Drop finished jobs after `keep_jobs` seconds, photos after a month, ids of handled updates after a day.

        A photo whose gallery became a painting has no gallery: else a later job would take the painting's place.
        """
        now = time.time()
        await self._db.run(
            "UPDATE photos SET gallery_id = NULL WHERE (chat_id, gallery_id) IN"
            " (SELECT chat_id, message_id FROM jobs WHERE status = 'DONE' AND finished_at < :before)",
            before=now - keep_jobs,
        )
        await self._db.run(
            "DELETE FROM jobs WHERE finished_at < :before AND status IN ('DONE', 'FAILED', 'CANCELLED')",
            before=now - keep_jobs,
        )
        await self._db.run("DELETE FROM photos WHERE created_at < :before", before=now - PHOTOS_STAY)
        await self._db.run(
            "DELETE FROM updates WHERE body IS NULL AND received_at < :before", before=now - HANDLED_UPDATES_STAY
        )

    # Jobs: QUEUED -> RUNNING -> DONE, FAILED or CANCELLED.

    async def add(
        self,
        photo: Photo,
        style: str,
        settings: Mapping[str, Any],
        message_id: int | None,
        request: str,
        control_id: int | None = None,
    ) -> Job | None:
        """Put a job in line. None if there is a job for the same request already, or another job in this message.

        `control_id` is the message with the buttons, if the job is one of an album.
        """
        return await self._job(
            "INSERT OR IGNORE INTO jobs"
            " (request, chat_id, user_id, photo_id, thread_id, file_id, style, settings, message_id, control_id, clip)"
            " VALUES (:request, :chat_id, :user_id, :photo_id, :thread_id, :file_id, :style, :settings, :message_id,"
            " :control_id, :clip) RETURNING *",
            request=request,
            chat_id=photo.chat_id,
            user_id=photo.user_id,
            photo_id=photo.message_id,
            thread_id=photo.thread_id,
            file_id=photo.file_id,
            style=style,
            settings=json.dumps(dict(settings)),
            message_id=message_id,
            control_id=control_id,
            clip=photo.clip,
        )

    async def shows_job(self, chat_id: int, message_id: int) -> bool:
        """Whether this message is or becomes a painting, or has an album's buttons: it is no gallery any more."""
        rows = await self._db.run(
            "SELECT 1 FROM jobs WHERE chat_id = :chat_id AND :message_id IN (message_id, control_id)"
            " AND status IN ('QUEUED', 'RUNNING', 'DONE') LIMIT 1",
            chat_id=chat_id,
            message_id=message_id,
        )
        return bool(rows)

    async def taken(self, request: str) -> JobStatus | None:
        """The status of the job for this request, if there is one that did not fail and was not cancelled."""
        row = await self._db.first(
            "SELECT status FROM jobs WHERE request = :request AND status IN ('QUEUED', 'RUNNING', 'DONE')",
            request=request,
        )
        return JobStatus(row["status"]) if row else None

    async def waiting(self, user_id: int) -> tuple[int, int]:
        """How many jobs are in line: the user's, and everybody's."""
        row = await self._db.first(
            "SELECT count(*) FILTER (WHERE user_id = :user_id) AS own, count(*) AS everybody"
            " FROM jobs WHERE status = 'QUEUED'",
            user_id=user_id,
        )
        return (row["own"], row["everybody"]) if row else (0, 0)

    async def claim(self, job_id: int | None = None) -> Job | None:
        """QUEUED -> RUNNING for the job that is next in the fair line, or for this one. An attempt is charged to it."""
        job = await self._job(
            "UPDATE jobs SET status = 'RUNNING', attempts = attempts + 1, claimed_at = :now"
            " WHERE id = (SELECT id FROM line WHERE message_id IS NOT NULL AND id = coalesce(:job_id, id)"
            " ORDER BY place LIMIT 1)"
            " RETURNING *",
            now=time.time(),
            job_id=job_id,
        )
        if job and job.attempts == 1 and not job.kept:
            metrics.WAITED.observe(time.time() - job.created_at)
        return job

    async def finish(
        self,
        job_id: int,
        status: JobStatus,
        error: str | None = None,
        result_id: str | None = None,
        *,
        charged: bool = True,
    ) -> None:
        """RUNNING -> DONE, FAILED or QUEUED (to be tried again), unless it was cancelled meanwhile."""
        job = await self._job(
            "UPDATE jobs SET status = :status, error = :error, result_id = :result_id, finished_at = :now,"
            " attempts = attempts - :refund"
            " WHERE id = :job_id AND status = 'RUNNING' RETURNING *",
            status=status,
            error=error,
            result_id=result_id,
            now=time.time(),
            refund=not charged,
            job_id=job_id,
        )
        _count(job)

    async def cancel(self, job_id: int, user_id: int) -> Job | None:
        """The user's own QUEUED or RUNNING job -> CANCELLED. None if there is no such job."""
        job = await self._job(
            "UPDATE jobs SET status = 'CANCELLED', finished_at = :now"
            " WHERE id = :job_id AND user_id = :user_id AND status IN ('QUEUED', 'RUNNING') RETURNING *",
            now=time.time(),
            job_id=job_id,
            user_id=user_id,
        )
        _count(job)
        return job

    async def set_footage(self, job_id: int, file_id: str, footage: ClipCheckpoint) -> None:
        """Note how far a clip is painted, and the file at Telegram that shows it."""
        shown = StoredClip(file_id, footage.frames, footage.width, footage.height)
        await self._db.run(
            "UPDATE jobs SET footage = :footage WHERE id = :job_id", footage=json.dumps(asdict(shown)), job_id=job_id
        )

    async def keep(self, job_id: int) -> None:
        """Stop a clip: the person wants no more of it than is painted."""
        await self._db.run("UPDATE jobs SET kept = 1 WHERE id = :job_id", job_id=job_id)

    async def kept_in_line(self) -> list[int]:
        """The clips that were stopped, but not yet delivered when the bot ended."""
        rows = await self._db.run("SELECT id FROM jobs WHERE status = 'QUEUED' AND kept ORDER BY id")
        return [row["id"] for row in rows]

    async def make_smaller(self, job: Job, size: int, error: str) -> None:
        """RUNNING -> QUEUED, to be painted at this size; the attempt that ran out of memory is not charged."""
        await self._db.run(
            "UPDATE jobs SET status = 'QUEUED', settings = :settings, shrunk = 1, attempts = attempts - 1,"
            " error = :error WHERE id = :job_id AND status = 'RUNNING'",
            settings=json.dumps({**job.settings, "size": size}),
            error=error,
            job_id=job.id,
        )

    async def acquit(self, job_id: int) -> bool:
        """Count its crashes from 0 again: it is painted, so none was its fault. False if it was cancelled meanwhile."""
        rows = await self._db.run(
            "UPDATE jobs SET crashes = 0 WHERE id = :job_id AND status = 'RUNNING' RETURNING id", job_id=job_id
        )
        return bool(rows)

    async def requeue_running(self, *, crashed: bool) -> None:
        """RUNNING -> QUEUED for all, no attempt charged: at a clean stop, and at the start after a crash."""
        await self._db.run(
            "UPDATE jobs SET status = 'QUEUED', attempts = max(attempts - 1, 0), crashes = crashes + :crashed"
            " WHERE status = 'RUNNING'",
            crashed=crashed,
        )

    async def set_messages(self, messages: Mapping[int, int]) -> set[int]:
        """Note each job's message, so that it can be claimed. Returns those jobs that were not cancelled meanwhile."""
        rows = await self._db.run(
            "UPDATE jobs SET message_id = value FROM json_each(:messages)"
            " WHERE jobs.id = CAST(key AS INTEGER) AND status = 'QUEUED' RETURNING jobs.id",
            messages=json.dumps(dict(messages)),
        )
        return {row["id"] for row in rows}

    async def show_anew(self, job_id: int) -> None:
        """Have a new message sent for the job: the one that was to become its painting is gone."""
        await self._db.run("UPDATE jobs SET message_id = NULL WHERE id = :job_id AND status = 'QUEUED'", job_id=job_id)

    async def move(self, job: Job, chat_id: int) -> None:
        """QUEUED or RUNNING -> QUEUED in another chat, where it gets a message of its own; no attempt charged."""
        await self._db.run(
            "UPDATE jobs SET chat_id = :chat_id, thread_id = NULL, message_id = NULL, control_id = NULL,"
            " attempts = attempts - (status = 'RUNNING'), status = 'QUEUED'"
            " WHERE id = :job_id AND status IN ('QUEUED', 'RUNNING')",
            chat_id=chat_id,
            job_id=job.id,
        )

    async def album_jobs(self, job: Job) -> list[Job]:
        """The latest job of each photo in this job's album, in the order of the photos."""
        return await self._jobs(
            "SELECT * FROM jobs WHERE id IN (SELECT max(id) FROM jobs"
            " WHERE chat_id = :chat_id AND control_id = :control_id GROUP BY photo_id) ORDER BY photo_id",
            chat_id=job.chat_id,
            control_id=job.control_id,
        )

    async def album_of(self, photo: Photo, control_id: int) -> list[Job]:
        """The same for the album with its buttons in the message `control_id`; `photo` is the one that they name."""
        job = await self._job(
            "SELECT * FROM jobs WHERE chat_id = :chat_id AND control_id = :control_id AND user_id = :user_id LIMIT 1",
            chat_id=photo.chat_id,
            control_id=control_id,
            user_id=photo.user_id,
        )
        return await self.album_jobs(job) if job else []

    async def job_by_caption(self, photo: Photo) -> Job | None:
        """The first job that a caption started for a photo of the same album."""
        return await self._job(
            "SELECT jobs.* FROM jobs JOIN photos ON photos.chat_id = jobs.chat_id AND photos.message_id = photo_id"
            " WHERE photos.chat_id = :chat_id AND album_id = :album_id AND request GLOB 'caption/*'"
            " AND status != 'CANCELLED' ORDER BY jobs.id LIMIT 1",
            chat_id=photo.chat_id,
            album_id=photo.album_id,
        )

    async def without_message(self) -> list[Job]:
        """Jobs in line that the chat does not show yet, oldest first."""
        return await self._jobs("SELECT * FROM jobs WHERE status = 'QUEUED' AND message_id IS NULL ORDER BY id")

    async def set_pinged(self, job_id: int) -> bool:
        """Record that the 'ready' message is sent, before it is. False if that was recorded already."""
        rows = await self._db.run(
            "UPDATE jobs SET pinged = 1 WHERE id = :job_id AND pinged = 0 RETURNING id", job_id=job_id
        )
        return bool(rows)

    async def job(self, job_id: int, user_id: int) -> Job | None:
        return await self._job(
            "SELECT * FROM jobs WHERE id = :job_id AND user_id = :user_id", job_id=job_id, user_id=user_id
        )

    async def job_shown_in(self, chat_id: int, user_id: int, message_id: int) -> Job | None:
        """The user's own job whose painting stands in this message."""
        return await self._job(
            "SELECT * FROM jobs WHERE chat_id = :chat_id AND user_id = :user_id AND message_id = :message_id"
            " AND status = 'DONE'",
            chat_id=chat_id,
            user_id=user_id,
            message_id=message_id,
        )

    async def job_in_group(self, job_id: int, chat_id: int) -> Job | None:
        """A job by its id, whoever wants it: for the admins of a group."""
        return await self._job(
            "SELECT * FROM jobs WHERE id = :job_id AND chat_id = :chat_id", job_id=job_id, chat_id=chat_id
        )

    async def unfinished(self, user_id: int) -> list[Job]:
        """A person's jobs that are in line or being painted, oldest first."""
        return await self._jobs(
            "SELECT * FROM jobs WHERE user_id = :user_id AND status IN ('QUEUED', 'RUNNING') ORDER BY id",
            user_id=user_id,
        )

    async def painted(self, user_id: int) -> list[Job]:
        """A person's finished paintings, the newest first; no clips."""
        return await self._jobs(
            "SELECT * FROM jobs WHERE user_id = :user_id AND status = 'DONE' AND result_id IS NOT NULL"
            " AND clip IS NULL ORDER BY finished_at DESC",
            user_id=user_id,
        )

    async def newest(self, count: int) -> list[dict[str, Any]]:
        """The last jobs of everybody, newest first, with their places in line: for the operator."""
        return await self._db.run(
            "SELECT jobs.id, user_id, style, status, attempts, error, place FROM jobs LEFT JOIN line USING (id)"
            " ORDER BY jobs.id DESC LIMIT :count",
            count=count,
        )

    async def line(self) -> list[tuple[int, Job]]:
        """All jobs in line with their places: 1 for the job that will be claimed next."""
        rows = await self._db.run("SELECT jobs.*, place FROM line JOIN jobs USING (id) ORDER BY place")
        return [(row["place"], _job_of(row)) for row in rows]

    async def check_writable(self) -> bool:
        return await self._db.check_writable()

    async def claimed_at(self) -> list[float]:
        """When each of the running jobs was claimed."""
        return [row["claimed_at"] for row in await self._db.run("SELECT claimed_at FROM jobs WHERE status = 'RUNNING'")]

    async def stats(self) -> dict[str, int]:
        """Jobs by status: those in work now, and those that ended within the last day."""
        rows = await self._db.run(
            "SELECT status, count(*) AS n FROM jobs WHERE status IN ('QUEUED', 'RUNNING')"
            " OR finished_at > :since GROUP BY status",
            since=time.time() - 86_400,
        )
        return {row["status"]: row["n"] for row in rows}

    async def usual_seconds(self) -> float | None:
        """Median seconds from claim to delivery of the last 21 paintings; None before the first. Clips that were
        stopped do not count.
        """
        rows = await self._db.run(
            "SELECT finished_at - claimed_at AS seconds FROM jobs WHERE status = 'DONE' AND NOT kept"
            " ORDER BY id DESC LIMIT 21"
        )
        return statistics.median_high(row["seconds"] for row in rows) if rows else None

    # Rows, made into photos and jobs.

    async def _photos(self, statement: str, **values: Any) -> list[Photo]:
        return [_photo_of(row) for row in await self._db.run(statement, **values)]

    async def _photo(self, statement: str, **values: Any) -> Photo | None:
        return next(iter(await self._photos(statement, **values)), None)

    async def _jobs(self, statement: str, **values: Any) -> list[Job]:
        return [_job_of(row) for row in await self._db.run(statement, **values)]

    async def _job(self, statement: str, **values: Any) -> Job | None:
        return next(iter(await self._jobs(statement, **values)), None)


def _photo_of(row: Mapping[str, Any]) -> Photo:
    return Photo(**{name: row[name] for name in Photo.__dataclass_fields__})


def _job_of(row: Mapping[str, Any]) -> Job:
    columns = {name: row[name] for name in Job.__dataclass_fields__}
    columns["settings"] = json.loads(row["settings"])
    columns["status"] = JobStatus(row["status"])
    columns["footage"] = StoredClip(**json.loads(row["footage"])) if row["footage"] else None
    return Job(**columns)


def _person(user_id: int, row: Mapping[str, Any] | None) -> User:
    if row is None:
        return User(user_id)
    settings = json.loads(row["settings"])
    return User(user_id, settings.pop("language", None) or row["language_code"], settings)


def _count(job: Job | None) -> None:
    """Count a job that has ended in the metrics."""
    if job and not job.in_work:
        metrics.JOBS.labels(job.status, job.style_name).inc()
