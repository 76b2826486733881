"""Orders: what a person asks for becomes jobs in line, or is cancelled."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.chat import keyboards
from bot.chat.gallery import Gallery
from bot.chat.gallery_message import GalleryMessage
from bot.chat.message_editor import MessageDeleted
from bot.config import Config
from bot.handlers.context import answer
from bot.i18n import texts
from bot.jobs.dispatcher import Dispatcher
from bot.jobs.queue import JobQueue, QueuePosition
from bot.options import PaintOptions
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.storage import Storage

LISTED = 25  # jobs of a person: Telegram takes at most 4096 characters

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobRequest:
    """A job for each of these photos, in this style.

    A single photo becomes a painting in the message `message_id`, or in a new one if that is None. Several become
    paintings in an album, whose buttons are in that message. Orders with the same `request` are the same order: the
    second makes no job.
    """

    photos: Sequence[Photo]
    style: str
    request: str
    message_id: int | None = None
    only_there: bool = False  # not in a new one where that shows another job already, or is gone
    in_album: bool = False  # one photo of an album, whose others come by orders of their own
    wishes: Mapping[str, Any] = field(default_factory=dict)  # over what the person usually wants
    settings: Mapping[str, Any] | None = None  # those of an earlier job, instead of both

    @classmethod
    def changed(cls, job: Job, photo: Photo, request: str, settings: Mapping[str, Any]) -> JobRequest:
        """The picture of an earlier job, painted with other settings. Its message may show another picture by now."""
        painted = replace(photo, file_id=job.file_id, clip=job.clip)
        return cls([painted], job.style, request, settings=settings)

    @property
    def control_message_id(self) -> int | None:
        return self.message_id if self.in_album or len(self.photos) > 1 else None


@dataclass
class EnqueueResult:
    """What came of an order: new jobs, the status of those that it had made before, and why the line was full."""

    jobs: list[Job] = field(default_factory=list)
    taken: list[JobStatus] = field(default_factory=list)
    refused: str = ""

    def answer(self, order: JobRequest) -> str | None:
        """What to answer to a press; None if its message will tell."""
        if self.refused or self.jobs:
            return self.refused or None
        return texts.painted_already() if JobStatus.DONE in self.taken and not order.message_id else texts.already()


@dataclass(frozen=True)
class JobRequests:
    storage: Storage
    gallery: Gallery
    replies: GalleryMessage
    dispatcher: Dispatcher
    config: Config
    choices: PaintOptions

    @property
    def line(self) -> JobQueue:
        return self.dispatcher.line

    async def queue(self, user_id: int) -> tuple[str, InlineKeyboardMarkup | None]:
        """The list of a person's jobs, and buttons to cancel them."""
        jobs = await self.storage.job_search.active(user_id)
        if not jobs:
            return texts.queue_empty(), None
        more, jobs = len(jobs) > LISTED, jobs[:LISTED]
        waiting = {one.job.id: one for one in await self.line.standings()}
        names = [self.gallery.called(job) for job in jobs]
        text = texts.queue([self._queued(job, waiting.get(job.id)) for job in jobs])
        return text + "\n…" * more, keyboards.queue(jobs, names)

    def _queued(self, job: Job, standing: QueuePosition | None) -> str:
        how = self.gallery.how(job)
        if standing and standing.place:
            return texts.queue_line(how, standing.place, standing.seconds)
        return texts.queue_starts(how) if job.status is JobStatus.QUEUED else texts.queue_painted(how)

    async def album(self, photo: Photo) -> list[Photo]:
        """The photos of its album that have come so far, or the photo alone."""
        return await self.storage.photos.album(photo)

    async def pressed(self, query: CallbackQuery, order: JobRequest) -> None:
        """An order by a button, whose press is answered first. If it was pressed just when this gallery was to ask for
        a style, that is not asked for any more.
        """
        outcome = await self._enqueue(order)
        await answer(query, outcome.answer(order), alert=bool(outcome.refused))
        await self._show(order, outcome.jobs)
        for photo in order.photos if outcome.jobs else ():
            if photo.style_asked_at is not None and photo.gallery_message_id == order.message_id:
                await self.storage.photos.close_style_request(photo)

    async def sent(self, order: JobRequest) -> bool:
        """An order by words, or by a picture for the style. Whether any of its photos is in line now."""
        outcome = await self._enqueue(order)
        await self._show(order, outcome.jobs)
        if outcome.refused:
            await self.replies.say(order.photos[0], outcome.refused)
        return bool(outcome.jobs or outcome.taken)

    async def sent_in_album(self, order: JobRequest) -> str:
        """An order by the words under an album, for one of its photos. Why that could not join the line, or ''."""
        outcome = await self._enqueue(order)
        self.dispatcher.wake()
        return outcome.refused

    async def _enqueue(self, order: JobRequest) -> EnqueueResult:
        """Add a job for each photo that has none by this order, until the line is full."""
        usual = (await self.storage.users.get(order.photos[0].user_id)).preferences
        outcome = EnqueueResult()
        for i, photo in enumerate(order.photos):
            request = f"{order.request}/{i}"
            if taken := await self.storage.jobs.active_status_for(
                request
            ):  # asked first: that job may be what has filled the line
                outcome.taken.append(taken)
            elif refused := await self._line_is_full(photo.user_id, len(order.photos) - i):
                outcome.refused = refused
                break
            elif job := await self._add(order, photo, usual, request):
                outcome.jobs.append(job)
        return outcome

    async def _add(self, order: JobRequest, photo: Photo, usual: Mapping[str, Any], request: str) -> Job | None:
        """None if its message shows another job."""
        settings = self.choices.new(photo, usual, order.wishes) if order.settings is None else order.settings
        if order.control_message_id:
            return await self.storage.jobs.enqueue(
                photo, order.style, settings, None, request, order.control_message_id
            )
        job = await self.storage.jobs.enqueue(photo, order.style, settings, order.message_id, request)
        if job is None and order.message_id and not order.only_there:
            # A style that came as a reply, when the gallery has become a painting already.
            job = await self.storage.jobs.enqueue(photo, order.style, settings, None, request)
        return job

    async def _line_is_full(self, user_id: int, more: int) -> str:
        """Why the `more` photos that are left cannot join the line; '' if the next one can."""
        own, everybody = await self.storage.queue.count(user_id)
        if own >= self.config.max_waiting_per_user:
            return texts.line_is_full(more, self.config.max_waiting_per_user)
        return texts.everybody_waits(more) if everybody >= self.config.max_waiting else ""

    async def _show(self, order: JobRequest, jobs: Sequence[Job]) -> None:
        """Say where the first of them stands, if there is a message for it; then set to work."""
        if jobs and (jobs[0].message_id or order.control_message_id):
            await self._show_waiting(jobs[0], only_there=order.only_there)
        self.dispatcher.wake()

    async def _show_waiting(self, job: Job, *, only_there: bool) -> None:
        try:
            standing = await self.line.standing(job)
            self.line.shown(standing)  # so that nobody else shows it meanwhile
            await self.dispatcher.view(job).waiting(job, self.line.caption(standing))
            self.line.shown(standing)  # once more: the pause until the next edit begins here
        except MessageDeleted:
            if only_there:  # pressed, and deleted at once: it is not wanted
                await self.dispatcher.cancel(job.id, job.user_id)
            else:
                await self.storage.jobs.clear_message(job.id)
        except TelegramError as error:
            # The job goes on; if its chat cannot be reached, its delivery will tell.
            log.info("job %d: its place in line is not shown: %s", job.id, error)

    async def cancel(self, job_id: int, user_id: int) -> bool:
        """Cancel a job and show it. Also shown if it was cancelled already: the bot may have died in between."""
        cancelled = await self.dispatcher.cancel(job_id, user_id)
        job = cancelled or await self.storage.job_search.get(job_id, user_id)
        if job and job.status is JobStatus.CANCELLED:
            await self.dispatcher.view(job).ended(job, texts.cancelled())
        return cancelled is not None

    async def cancel_album(self, photo: Photo, control_message_id: int) -> bool:
        """Cancel what is left of an album, and show it."""
        jobs = await self._album_jobs(photo, control_message_id)
        left = [job for job in jobs if not self.dispatcher.albums.delivered(job)]
        # The last first, else each would begin as the one before it ends.
        cancelled = [await self.dispatcher.cancel(job.id, job.user_id) for job in reversed(left)]
        gone = [job for job in await self._album_jobs(photo, control_message_id) if job.status is JobStatus.CANCELLED]
        if gone:
            await self.dispatcher.albums.cancelled(gone, texts.cancelled())
        return any(cancelled)

    async def _album_jobs(self, photo: Photo, control_message_id: int) -> list[Job]:
        """The jobs of the photo's user in the album with its buttons in this message."""
        jobs = await self.storage.job_search.album(photo.chat_id, control_message_id)
        return [job for job in jobs if job.user_id == photo.user_id]
