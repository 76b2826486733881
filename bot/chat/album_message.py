"""Photos that were sent together come back together: as one album, in which each becomes its painting.

An album can only be sent whole, and its messages have no buttons. So it is sent before anything is painted, with the
people's own photos, and each of its messages becomes its painting by an edit, which can be repeated after a crash
without a second picture. Words and buttons for all of it are in another message, its control message, which was the
gallery before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET, Gallery
from bot.chat.job_message import JobMessage
from bot.chat.message_editor import MediaFile, MessageDeleted, MessageEditor, reply_to
from bot.i18n import texts
from bot.storage.models import STYLE_SEPARATOR, Job, JobStatus, Photo
from bot.storage.storage import Storage
from bot.transport.retry_policy import NORMAL, PROGRESS, QUEUE_POSITION, RESULT, RequestPolicy
from styler.events import ClipCheckpoint, Preview, Progress, Result

# The official server says so after it may have sent some of an album's messages (Client.cpp on_message_send_failed).
PARTLY_SENT = "failed to send message #"


@dataclass
class AlbumMessage:
    """Shows the jobs of albums. Implements `bot.chat.job_view.View`, as `JobMessage` does for jobs that stand alone."""

    bot: ExtBot[Any]
    storage: Storage
    gallery: Gallery
    messages: MessageEditor
    screen: JobMessage
    _ended: dict[int, JobStatus] = field(default_factory=dict)  # shown as ended, and not recorded yet

    async def open(self, jobs: Sequence[Job], caption: str) -> list[int]:
        """Send the album; the id of each job's message in it."""
        first = jobs[0]
        cover = self.gallery.cover(first)
        if len(jobs) == 1:  # what is left of an album, others cancelled say
            return [
                await self.messages.send(
                    first.chat_id, cover, None, None, first.photo_message_id, first.message_thread_id
                )
            ]
        kind = InputMediaDocument if first.as_file else InputMediaPhoto
        try:
            return await self._send_album(first, [kind(job.file_id) for job in jobs])
        except BadRequest as error:
            if PARTLY_SENT in error.message.lower():  # nothing says which of them stand in the chat
                raise NetworkError(error.message) from error
            # Telegram does not know one of them any more: the style stands in for them.
            stand_in = kind(self.gallery.image(cover), filename="painting.jpg")
            return await self._send_album(first, [stand_in] * len(jobs))

    async def _send_album(self, first: Job, photos: Sequence[InputMediaPhoto | InputMediaDocument]) -> list[int]:
        messages = await self.bot.send_media_group(
            first.chat_id,
            photos,
            reply_parameters=reply_to(first.photo_message_id),
            message_thread_id=first.message_thread_id,
        )
        return [message.message_id for message in messages]

    async def new_control(self, photo: Photo, style: str) -> int:
        """Send the control message of an album that starts without a gallery; its id."""
        styles = [self.gallery.painting(name) for name in style.split(STYLE_SEPARATOR)]
        cover = next((painting.name for painting in styles if painting), CONTACT_SHEET)
        caption = texts.starting(texts.how(styles, [1 / len(styles)] * len(styles)))
        keyboard = keyboards.cancel_album(photo.message_id)
        return await self.messages.send(
            photo.chat_id, cover, caption, keyboard, photo.message_id, photo.message_thread_id
        )

    async def waiting(self, job: Job, caption: str, policy: RequestPolicy = NORMAL) -> None:
        """Say where the album's next photo stands in line, unless one is being painted or none is in line."""
        await self._show(job, caption, waits=True, policy=policy)

    async def painting(self, job: Job, progress: Progress | None, picture: Preview | ClipCheckpoint | None) -> None:
        """A preview in its place in the album; the progress in the control message."""
        # In an album, a file cannot become a photo.
        if picture and job.message_id and not (job.is_lost or job.as_file):
            await self._edit(job, job.message_id, "", picture.image, PROGRESS)
        await self._show(job, self.screen.progress(job, progress), policy=PROGRESS)

    async def busy(self, job: Job) -> None:
        await self.screen.busy(job)

    async def result(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
        if job.message_id is None:
            return None
        caption, picture = self.screen.finished(job, painted)
        if job.is_lost:
            file_id = await self.screen.send_result(job, caption, picture)
        else:
            file_id = await self._edit(job, job.message_id, caption, picture, RESULT)
        await self._end(job, JobStatus.DONE)
        return file_id

    async def _edit(
        self, job: Job, message_id: int, caption: str, picture: MediaFile, policy: RequestPolicy
    ) -> str | None:
        """Change its picture in the album. One that the person deleted counts as cancelled; raises `MessageDeleted`."""
        try:
            return await self.messages.edit(job.chat_id, message_id, caption, None, picture, policy)
        except MessageDeleted:
            await self._end(job, JobStatus.CANCELLED)
            raise

    async def ended(self, job: Job, caption: str) -> None:
        """A photo that was cancelled leaves the album; one that failed says why in its caption."""
        if job.status is JobStatus.CANCELLED:
            await self.cancelled([job], caption)
            return
        if job.message_id:
            with contextlib.suppress(MessageDeleted, BadRequest):
                await self.messages.edit(job.chat_id, job.message_id, caption, None)
        await self._end(job, JobStatus.FAILED, caption)

    async def cancelled(self, jobs: Sequence[Job], caption: str) -> None:
        """Delete these photos from their album, all at once."""
        if places := [job.message_id for job in jobs if job.message_id and not job.is_lost]:
            with contextlib.suppress(BadRequest):  # gone already, or older than Telegram lets us delete
                await self.bot.delete_messages(jobs[0].chat_id, places)
        await self._show(jobs[0], "", none_left=caption)

    async def ring(self, job: Job) -> None:
        """Once all of the album has ended. That it rang is recorded with the first of its jobs that has a message."""
        jobs = await self._jobs(job)
        if not any(one.is_active for one in jobs):
            shown = next((one for one in jobs if one.message_id and not one.is_lost), None)
            if shown:
                await self.screen.ring(shown, texts.ready_album())

    async def _jobs(self, job: Job) -> list[Job]:
        return await self.storage.job_search.album(job.chat_id, job.control_message_id or 0)

    async def _end(self, job: Job, status: JobStatus, none_left: str = "") -> None:
        """Show that the job has ended. It is recorded later: after a crash in between it is shown again."""
        self._ended[job.id] = status
        with contextlib.suppress(TelegramError):  # the painting stands; the control message is not worth it
            await self._show(job, "", none_left=none_left)

    async def _show(
        self, job: Job, activity: str, *, waits: bool = False, none_left: str = "", policy: RequestPolicy = NORMAL
    ) -> None:
        """Bring the control message up to date: `activity` is its first line, `none_left` its text if none is left."""
        if job.control_message_id is None:
            return
        async with self.messages.turn(job.chat_id, job.control_message_id):
            states = [self._ended.get(one.id, one.status) for one in await self._jobs(job)]
            if waits and (JobStatus.RUNNING in states or JobStatus.QUEUED not in states):
                return
            with contextlib.suppress(MessageDeleted):
                if not any(state.is_active or state is JobStatus.DONE for state in states):
                    await self._offer_again(job, none_left or texts.cancelled())
                    return
                cover = self.gallery.cover(job) if waits and policy is not QUEUE_POSITION else None
                caption, keyboard = self._control(job, states, activity)
                await self.messages.change(job.chat_id, job.control_message_id, caption, keyboard, cover, policy)

    def delivered(self, job: Job) -> bool:
        """Its painting stands in the album, whether or not that is recorded yet."""
        return JobStatus.DONE in (job.status, self._ended.get(job.id))

    def recorded(self, job_id: int) -> None:
        """How it ended is in its row now."""
        self._ended.pop(job_id, None)

    def _control(self, job: Job, states: Sequence[JobStatus], activity: str) -> tuple[str, InlineKeyboardMarkup]:
        """The caption and the buttons of the control message."""
        done, failed = states.count(JobStatus.DONE), states.count(JobStatus.FAILED)
        total = len(states) - states.count(JobStatus.CANCELLED)
        caption = f"{activity or self.gallery.done(job)}\n{texts.album_state(done, total, failed)}"
        if any(state.is_active for state in states):
            return caption, keyboards.cancel_album(job.photo_message_id)
        return caption, keyboards.album_result(job, self.screen.share(job))

    async def _offer_again(self, job: Job, caption: str) -> None:
        """Nothing of the album is left: the control message is its gallery again, unless its photos are forgotten."""
        photo, keyboard = await self.storage.photos.get(job.chat_id, job.user_id, job.photo_message_id), None
        if photo:
            album = await self.storage.photos.album(photo)
            keyboard = keyboards.gallery(album[0], self.gallery.paintings, album)
        await self.messages.change(job.chat_id, job.control_message_id or 0, caption, keyboard, CONTACT_SHEET)
