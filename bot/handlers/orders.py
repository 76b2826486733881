"""What a person asks for becomes jobs in line; or is taken back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot import keyboards, texts
from bot.choices import Choices
from bot.config import Config
from bot.dispatcher import Dispatcher
from bot.handlers.context import answer
from bot.jobs import Job, JobStatus, Photo
from bot.line import Line, Standing
from bot.messages import MessageGone
from bot.replies import Replies
from bot.store import JobStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Orders:
    store: JobStore
    replies: Replies
    dispatcher: Dispatcher
    config: Config
    choices: Choices

    @property
    def line(self) -> Line:
        return self.dispatcher.line

    async def queue(self, user_id: int) -> tuple[str, InlineKeyboardMarkup | None]:
        """A person's jobs, and buttons to cancel them."""
        jobs = await self.store.unfinished(user_id)
        if not jobs:
            return texts.queue_empty(), None
        waiting = {one.job.id: one for one in await self.line.standings()}
        names = [self.replies.gallery.called(job) for job in jobs]
        return texts.queue([self._queued(job, waiting.get(job.id)) for job in jobs]), keyboards.queue(jobs, names)

    def _queued(self, job: Job, standing: Standing | None) -> str:
        how = self.replies.gallery.how(job)
        if standing and standing.place:
            return texts.queue_line(how, standing.place, standing.seconds)
        return texts.queue_starts(how) if job.status is JobStatus.QUEUED else texts.queue_painted(how)

    async def album(self, photo: Photo) -> list[Photo]:
        """The photos of its album that have come so far, or the photo alone."""
        return await self.store.album(photo.chat_id, photo.album_id) if photo.album_id else [photo]

    async def enqueue(
        self,
        photos: Sequence[Photo],
        style: str,
        message_id: int | None,
        request: str,
        query: CallbackQuery | None = None,
        settings: Mapping[str, Any] | None = None,
        wishes: Mapping[str, Any] = MappingProxyType({}),
        album: bool = False,
    ) -> str:
        """A job for each photo: one becomes its painting in the given message, several in an album that it controls.

        `settings` are those of an earlier job; without them, the person's usual ones with `wishes` over them.
        Returns why not all of them could join the line, which of an `album` is left to the caller to say.
        """
        usual = (await self.store.person(photos[0].user_id)).settings
        jobs, refused, already = [], "", texts.already()
        control_id = message_id if album or len(photos) > 1 else None
        for i, photo in enumerate(photos):
            if taken := await self.store.taken(f"{request}/{i}"):  # by a first press, which may have filled the line
                if taken is JobStatus.DONE and message_id is None:
                    already = texts.painted_already()
                continue
            refused = await self._line_is_full(photo.user_id, len(photos) - i)
            if refused:
                break
            chosen = self.choices.new(photo, usual, wishes) if settings is None else settings
            job = await self._add(photo, style, chosen, message_id, f"{request}/{i}", query, control_id)
            jobs += [job] if job else []
        if query:
            await answer(query, refused or (None if jobs else already), alert=bool(refused))
        if jobs and not album and (jobs[0].message_id or control_id):
            await self._show_waiting(jobs[0], pressed=query is not None)
        self.dispatcher.wake()
        if refused and not query and not album:
            await self.replies.say(photos[0], refused)
        return refused

    async def _add(
        self,
        photo: Photo,
        style: str,
        settings: Mapping[str, Any],
        message_id: int | None,
        request: str,
        query: CallbackQuery | None,
        control_id: int | None,
    ) -> Job | None:
        if control_id:
            return await self.store.add(photo, style, settings, None, request, control_id)
        job = await self.store.add(photo, style, settings, message_id, request)
        if job is None and message_id and query is None:
            # A style that came as a reply, when the gallery has become a painting already.
            job = await self.store.add(photo, style, settings, None, request)
        return job

    async def _line_is_full(self, user_id: int, more: int) -> str:
        """One sentence for all that cannot join the line; nothing if the next can."""
        own, everybody = await self.store.waiting(user_id)
        if own >= self.config.max_waiting_per_user:
            return texts.line_is_full(more, self.config.max_waiting_per_user)
        return texts.everybody_waits(more) if everybody >= self.config.max_waiting else ""

    async def _show_waiting(self, job: Job, *, pressed: bool) -> None:
        try:
            standing = await self.line.standing(job)
            self.line.shown(standing)  # so that nobody else shows it meanwhile
            await self.dispatcher.view(job).waiting(job, self.line.caption(standing))
            self.line.shown(standing)
        except MessageGone:
            if pressed:  # and deleted at once: it is not wanted
                await self.dispatcher.cancel(job.id, job.user_id)
            else:
                await self.store.show_anew(job.id)
        except TelegramError as error:
            # The job goes on; if its chat cannot be reached, its delivery will tell.
            log.info("job %d: its place in line is not shown: %s", job.id, error)

    async def cancel(self, job_id: int, user_id: int) -> bool:
        """Cancel and show it. Repeated after a crash in between, it is shown all the same."""
        cancelled = await self.dispatcher.cancel(job_id, user_id)
        job = cancelled or await self.store.job(job_id, user_id)
        if job and job.status is JobStatus.CANCELLED:
            await self.dispatcher.view(job).ended(job, texts.cancelled())
        return cancelled is not None

    async def cancel_album(self, photo: Photo, control_id: int) -> bool:
        """Cancel what is left of an album, and show it."""
        jobs = await self.store.album_of(photo, control_id)
        cancelled = [await self.dispatcher.cancel(job.id, job.user_id) for job in jobs]
        gone = [job for job in await self.store.album_of(photo, control_id) if job.status is JobStatus.CANCELLED]
        if gone:
            await self.dispatcher.albums.cancelled(gone, texts.cancelled())
        return any(cancelled)
