"""Stops jobs at their users' wish, and shows it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from telegram.error import TelegramError

from bot.chat.album_message import AlbumMessage
from bot.chat.job_views import JobViews
from bot.i18n import texts
from bot.jobs.dispatcher import Dispatcher
from bot.storage.job_search import JobSearch
from bot.storage.models import Job, JobStatus, Photo


class StopOutcome(Enum):
    """What came of the wish to stop a clip early."""

    STOPPED = "what is painted is delivered"
    NOTHING_PAINTED = "there is no checkpoint yet"
    ENDED = "the job has ended already"


@dataclass(frozen=True)
class Cancellation:
    """Cancels jobs and albums, and stops clips early."""

    job_search: JobSearch
    dispatcher: Dispatcher
    views: JobViews
    album_message: AlbumMessage

    async def cancel(self, job_id: int, user_id: int) -> bool:
        """Cancel a job and show it. Also shown if it was cancelled already: the bot may have died in between."""
        cancelled = await self.dispatcher.cancel(job_id, user_id)
        job = cancelled or await self.job_search.get(job_id, user_id)
        if job and job.status is JobStatus.CANCELLED:
            await self.show([job], texts.cancelled())
        return cancelled is not None

    async def show(self, jobs: Sequence[Job], sentence: str) -> None:
        """Show cancelled jobs so, where that is possible: those of an album at once."""
        albums: dict[tuple[int, int | None], list[Job]] = {}
        for job in jobs:
            albums.setdefault((job.chat_id, job.control_message_id or -job.id), []).append(job)
        for album in albums.values():
            with contextlib.suppress(TelegramError):
                if album[0].control_message_id:
                    await self.album_message.remove(album, sentence)
                else:
                    await self.views.of(album[0]).show_failure(album[0], sentence)
            await self.views.of(album[0]).look_away(album[0])

    async def cancel_all(self, update_id: int, user_id: int, chat_id: int | None = None) -> list[Job]:
        """Cancel all of a user's jobs, or those in a chat, without showing it; those that were cancelled since the
        update came, oldest first: the bot may have died in between.

        The last is cancelled first: else the next would begin as the one before it ends.
        """
        active = [job for job in await self.job_search.active(user_id) if chat_id in (None, job.chat_id)]
        for job in reversed(active):
            await self.dispatcher.cancel(job.id, user_id)
        cancelled = await self.job_search.cancelled_since(update_id, user_id)
        return [job for job in cancelled if chat_id in (None, job.chat_id)]

    async def cancel_album(self, photo: Photo, control_message_id: int) -> bool:
        """Cancel what is left of an album of the photo's user, and show it; also where the message has no album."""
        album = await self._album(photo, control_message_id)
        if not album and not await self.job_search.has_message(photo.chat_id, control_message_id):
            await self.album_message.close_controls(photo, control_message_id)
            return True
        left = [job for job in album if not self.album_message.is_delivered(job)]
        # The last first, as in `cancel_all`.
        cancelled = [await self.dispatcher.cancel(job.id, job.user_id) for job in reversed(left)]
        album = await self._album(photo, control_message_id)
        if gone := [job for job in album if job.status is JobStatus.CANCELLED]:
            await self.album_message.remove(gone, texts.cancelled())
        return any(cancelled)

    async def _album(self, photo: Photo, control_message_id: int) -> list[Job]:
        jobs = await self.job_search.album(photo.chat_id, control_message_id)
        return [job for job in jobs if job.user_id == photo.user_id]

    async def stop_early(self, job: Job) -> StopOutcome:
        """Stop a clip and have what is painted of it delivered."""
        if await self.dispatcher.stop_early(job.id, job.user_id):
            return StopOutcome.STOPPED
        now = await self.job_search.get(job.id, job.user_id)  # it may have ended since it was looked up
        return StopOutcome.NOTHING_PAINTED if now and now.is_active else StopOutcome.ENDED
