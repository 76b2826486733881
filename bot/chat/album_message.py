"""Photos and videos that were sent together come back together: as one album, in which each becomes its painting.

An album can only be sent whole, and its messages have no buttons. So it is sent before anything is painted, with the
users' own photos, and each of its messages becomes its painting by an edit, which can be repeated after a crash
without a second picture. Words and buttons for all of it are in another message, its control message, which was the
gallery before.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, InputMediaVideo
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET
from bot.chat.job_captions import JobCaptions
from bot.chat.job_media import clip_media, fitting, painting_media, unpainted
from bot.chat.job_notices import JobNotices
from bot.chat.message_editor import MediaFile, MessageDeleted, MessageEditor, reply_to
from bot.i18n import texts
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.storage import Storage
from bot.storage.styles import Blend
from bot.transport.retry_policy import NORMAL, PROGRESS, QUEUE_POSITION, RESULT, RequestPolicy
from styler.events import ClipCheckpoint, Preview, Progress, Result

REMEMBERED_ENDS = 10_000
# The official server says so after it may have sent some of an album's messages (Client.cpp on_message_send_failed).
PARTLY_SENT = "failed to send message #"

log = logging.getLogger(__name__)


@dataclass
class AlbumMessage:
    """Shows the jobs of albums. Implements `bot.chat.job_view.JobView`, as `JobMessage` does for jobs that stand alone.

    An end is shown before it is recorded, so that after a crash in between it is shown again. `_shown_ends` remembers
    it for that while: a job's row has the last word once it says that the job has ended.
    """

    bot: ExtBot[Any]
    storage: Storage
    captions: JobCaptions
    editor: MessageEditor
    notices: JobNotices
    _shown_ends: dict[int, JobStatus] = field(default_factory=dict)

    async def post(self, jobs: Sequence[Job], caption: str) -> list[int]:
        """Send the album; the id of each job's message in it."""
        first, gallery = jobs[0], self.captions.gallery
        thumbnail = gallery.thumbnail(first)
        if len(jobs) == 1:  # what is left of an album, others cancelled say
            place = (first.photo_message_id, first.message_thread_id)
            return [await self.editor.send(first.chat_id, thumbnail, None, None, *place)]
        try:
            return await self._send_album(first, [unpainted(job) for job in jobs])
        except BadRequest as error:
            if PARTLY_SENT in error.message.lower():  # nothing says which of them are in the chat
                raise NetworkError(error.message) from error
            # Telegram does not know one of them any more: the style stands in for them.
            kind = InputMediaDocument if first.as_file else InputMediaPhoto
            stand_in = kind(gallery.image(thumbnail), filename="painting.jpg")
            return await self._send_album(first, [stand_in] * len(jobs))

    async def _send_album(
        self, first: Job, media: Sequence[InputMediaPhoto | InputMediaVideo | InputMediaDocument]
    ) -> list[int]:
        messages = await self.bot.send_media_group(
            first.chat_id,
            media,
            reply_parameters=reply_to(first.photo_message_id),
            message_thread_id=first.message_thread_id,
        )
        return [message.message_id for message in messages]

    async def post_controls(self, photo: Photo, style: Blend) -> int:
        """Send the control message of an album that starts without a gallery; its id."""
        styles = self.captions.gallery.paintings_of(style)
        thumbnail = next((painting.name for painting in styles if painting), CONTACT_SHEET)
        caption = texts.starting(texts.how(styles, [1 / len(styles)] * len(styles)))
        keyboard = keyboards.cancel_album(photo.message_id)
        place = (photo.message_id, photo.message_thread_id)
        return await self.editor.send(photo.chat_id, thumbnail, caption, keyboard, *place)

    async def show_position(self, job: Job, caption: str, policy: RequestPolicy = NORMAL) -> None:
        """Show the position of the album's next photo, unless one is being painted or none is queued."""
        await self._update_controls(job, caption, waits=True, policy=policy)

    async def show_progress(
        self, job: Job, progress: Progress | None, picture: Preview | ClipCheckpoint | None
    ) -> None:
        """A preview in its place in the album; the progress in the control message."""
        # In an album, a file cannot become a photo.
        if picture and job.message_id and not (job.is_lost or job.as_file):
            await self._show_picture(job, job.message_id, picture)
        await self._update_controls(job, self.captions.progress(job, progress), policy=PROGRESS)

    async def _show_picture(self, job: Job, message_id: int, picture: Preview | ClipCheckpoint) -> None:
        """A checkpoint that is shown is recorded, as that of a job that stands alone."""
        if isinstance(picture, ClipCheckpoint):
            if file_id := await self._edit(job, message_id, "", clip_media(job, picture, ""), PROGRESS):
                await self.storage.jobs.set_checkpoint(job.id, file_id, picture)
        elif not job.clip:
            await self._edit(job, message_id, "", picture.image, PROGRESS)

    async def send_chat_action(self, job: Job) -> None:
        """As for a job that stands alone."""
        await self.notices.send_chat_action(job)

    async def deliver(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
        """The painting takes its photo's place in the album."""
        if job.message_id is None:
            return None
        painted = await fitting(job, painted, local=self.editor.bot.local_mode)
        caption = self.captions.delivered(job, painted)
        media = painting_media(job, painted, caption)
        if job.is_lost:
            file_id = await self.notices.send_painting(job, caption, media)
        else:
            file_id = await self._edit(job, job.message_id, caption, media, RESULT)
        await self._show_end(job, JobStatus.DONE)
        return file_id

    async def _edit(
        self, job: Job, message_id: int, caption: str, media: MediaFile, policy: RequestPolicy
    ) -> str | None:
        """Change its picture in the album. One that the user deleted counts as cancelled; raises `MessageDeleted`."""
        try:
            return await self.editor.edit(job.chat_id, message_id, caption, None, media, policy)
        except MessageDeleted:
            await self._show_end(job, JobStatus.CANCELLED)
            raise

    async def show_failure(self, job: Job, caption: str, *, paintable: bool = True) -> None:
        """A photo that was cancelled leaves the album; one that failed says why in its caption."""
        if job.status is JobStatus.CANCELLED:
            await self.remove([job], caption)
            return
        if job.message_id:
            with contextlib.suppress(MessageDeleted, BadRequest):
                await self.editor.edit(job.chat_id, job.message_id, caption, None)
        await self._show_end(job, JobStatus.FAILED, caption)

    async def remove(self, jobs: Sequence[Job], caption: str) -> None:
        """Delete these cancelled photos from their album, all at once."""
        if places := [job.message_id for job in jobs if job.message_id and not job.is_lost]:
            try:
                await self.bot.delete_messages(jobs[0].chat_id, places)
            except BadRequest as error:  # one of them is older than Telegram lets us delete, say
                log.info("job %d: its photos are not deleted: %s", jobs[0].id, error)
        await self._update_controls(jobs[0], "", none_left=caption)

    async def look_away(self, job: Job) -> None:
        """Once all of the album has ended."""
        if not any(one.is_active for one in await self._jobs(job)):
            await self.notices.look_away(job)

    async def notify_ended(self, job: Job) -> None:
        """Once all of the album has ended. That it rang is recorded with the first painting that has a message, or if
        there is none, with the first failure.
        """
        jobs = await self._jobs(job)
        if any(one.is_active for one in jobs):
            return
        for status, sentence in ((JobStatus.DONE, texts.ready_album()), (JobStatus.FAILED, texts.not_painted())):
            ended = (one for one in jobs if one.status is status)
            if shown := next((one for one in ended if one.message_id and not one.is_lost), None):
                await self.notices.notify(shown, sentence)
                return

    def is_delivered(self, job: Job) -> bool:
        """Its painting is in the album, whether or not that is recorded yet."""
        return self._status(job) is JobStatus.DONE

    def _status(self, job: Job) -> JobStatus:
        return self._shown_ends.get(job.id, job.status) if job.is_active else job.status

    async def _jobs(self, job: Job) -> list[Job]:
        return await self.storage.job_search.album(job.chat_id, job.control_message_id or 0)

    async def _show_end(self, job: Job, status: JobStatus, none_left: str = "") -> None:
        self._shown_ends[job.id] = status
        if len(self._shown_ends) > REMEMBERED_ENDS:  # the oldest is recorded long since
            del self._shown_ends[next(iter(self._shown_ends))]
        with contextlib.suppress(TelegramError):  # the painting is there; the control message is not worth it
            await self._update_controls(job, "", none_left=none_left)

    async def _update_controls(
        self, job: Job, activity: str, *, waits: bool = False, none_left: str = "", policy: RequestPolicy = NORMAL
    ) -> None:
        """Bring the control message up to date: `activity` is its first line, `none_left` its text if none is left."""
        if job.control_message_id is None:
            return
        async with self.editor.lock(job.chat_id, job.control_message_id):
            statuses = [self._status(one) for one in await self._jobs(job)]
            if waits and (JobStatus.RUNNING in statuses or JobStatus.QUEUED not in statuses):
                return
            with contextlib.suppress(MessageDeleted):
                if any(status.is_active or status is JobStatus.DONE for status in statuses):
                    whole = waits and policy is not QUEUE_POSITION
                    thumbnail = self.captions.gallery.thumbnail(job) if whole else None
                    controls = self._controls(job, statuses, activity)
                    await self.editor.edit_locked(job.chat_id, job.control_message_id, *controls, thumbnail, policy)
                else:
                    photo = await self.storage.photos.get(job.chat_id, job.user_id, job.photo_message_id)
                    await self._offer_again(job.chat_id, job.control_message_id, photo, none_left or texts.cancelled())

    def _controls(self, job: Job, statuses: Sequence[JobStatus], activity: str) -> tuple[str, InlineKeyboardMarkup]:
        """The caption and the buttons of the control message."""
        done, failed = statuses.count(JobStatus.DONE), statuses.count(JobStatus.FAILED)
        total = len(statuses) - statuses.count(JobStatus.CANCELLED)
        caption = f"{activity or self.captions.finished(job)}\n{texts.album_state(done, total, failed)}"
        if any(status.is_active for status in statuses):
            return caption, keyboards.cancel_album(job.photo_message_id)
        share = self.notices.share_buttons(job)
        return caption, keyboards.album_result(job, share)

    async def close_controls(self, photo: Photo, message_id: int) -> None:
        """A control message whose album has another one: the bot died as it sent the first."""
        with contextlib.suppress(MessageDeleted, BadRequest):
            async with self.editor.lock(photo.chat_id, message_id):
                await self._offer_again(photo.chat_id, message_id, photo, texts.cancelled())

    async def _offer_again(self, chat_id: int, message_id: int, photo: Photo | None, caption: str) -> None:
        """Nothing of the album is left: the control message is its gallery again, unless its photos are forgotten."""
        keyboard = None
        if photo:
            album = await self.storage.photos.album(photo)
            keyboard = keyboards.gallery(album[0], self.captions.gallery.page(0), album)
        await self.editor.edit_locked(chat_id, message_id, caption, keyboard, CONTACT_SHEET)
