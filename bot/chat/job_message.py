"""The message of a job: its position in the queue, how its painting grows, and the painting.

It was the gallery before. Every change is an edit of that one message, so it can be repeated, whatever broke in
between, without a second picture.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET
from bot.chat.gallery_message import GalleryMessage
from bot.chat.job_captions import JobCaptions
from bot.chat.job_media import clip_media, fitting, painting_media
from bot.chat.job_notices import JobNotices
from bot.chat.message_editor import MediaFile, MessageDeleted, MessageEditor
from bot.i18n import texts
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.storage import Storage
from bot.storage.styles import CustomStyle
from bot.transport.retry_policy import NORMAL, PROGRESS, QUEUE_POSITION, RESULT, RequestPolicy
from styler.events import ClipCheckpoint, Preview, Progress, Result


@dataclass(frozen=True)
class JobMessage:
    """Shows jobs that stand alone, each in a message of its own: with the style's picture, until there is a preview.

    Implements `bot.chat.job_view.JobView`.
    """

    storage: Storage
    captions: JobCaptions
    editor: MessageEditor
    gallery_message: GalleryMessage
    notices: JobNotices

    async def post(self, jobs: Sequence[Job], caption: str) -> list[int]:
        """Reply to the photo with the style's picture."""
        [job] = jobs
        thumbnail, keyboard = self.captions.gallery.thumbnail(job), keyboards.cancel(job)
        place = (job.photo_message_id, job.message_thread_id)
        return [await self.editor.send(job.chat_id, thumbnail, caption, keyboard, *place)]

    async def show_position(self, job: Job, caption: str, policy: RequestPolicy = NORMAL) -> None:
        """The job is looked up again: it may have been claimed meanwhile."""
        thumbnail = None if policy is QUEUE_POSITION else self.captions.gallery.thumbnail(job)
        if job.message_id:
            async with self.editor.lock(job.chat_id, job.message_id):
                now = await self.storage.job_search.get(job.id, job.user_id)
                if now and now.status is JobStatus.QUEUED:
                    keyboard = keyboards.cancel(now, stop_early=now.checkpoint is not None)
                    await self.editor.edit_locked(job.chat_id, job.message_id, caption, keyboard, thumbnail, policy)

    async def show_progress(
        self, job: Job, progress: Progress | None, picture: Preview | ClipCheckpoint | None
    ) -> None:
        """A checkpoint that is shown stays at Telegram and is recorded: after a crash, the clip goes on from there."""
        caption, keyboard = self.captions.progress(job, progress), keyboards.cancel(job, stop_early=bool(job.clip))
        if isinstance(picture, ClipCheckpoint):
            media = clip_media(job, picture, caption)
            if file_id := await self._edit(job, caption, keyboard, media, PROGRESS):
                await self.storage.jobs.set_checkpoint(job.id, file_id, picture)
        else:
            await self._edit(job, caption, keyboard, picture.image if picture else None, PROGRESS)

    async def send_chat_action(self, job: Job) -> None:
        """The chat says that a picture, or a video, is on its way."""
        await self.notices.send_chat_action(job)

    async def deliver(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
        """The message becomes the painting, with buttons for what may come next."""
        painted = await fitting(job, painted, local=self.editor.bot.local_mode)
        caption = self.captions.delivered(job, painted)
        if job.is_lost:
            return await self.notices.send_painting(job, caption, painting_media(job, painted, caption))
        note_id = await self.notices.send_video_note(job, painted) if job.clip == "video_note" else None
        media = self.captions.gallery.thumbnail(job) if note_id else painting_media(job, painted, caption)
        file_id = await self._edit(job, caption, self.notices.result_keyboard(job), media, RESULT)
        return note_id or file_id

    async def show_failure(self, job: Job, caption: str, *, paintable: bool = True) -> None:
        """Says why there is no painting, and offers the gallery again; in a new message if need be. If the photo is
        forgotten, or cannot be painted, there is no gallery. (Of a live photo, the other part may be painted.)
        """
        photo = await self.storage.photos.get(job.chat_id, job.user_id, job.photo_message_id)
        if photo is None or (job.message_id and not job.is_lost and not paintable and not photo.live_file_id):
            with contextlib.suppress(MessageDeleted, BadRequest):
                await self._edit(job, caption, None, CONTACT_SHEET, NORMAL)
        elif job.message_id and not job.is_lost:
            try:
                album = await self._album(job, photo)
                await self.gallery_message.show(photo, job.message_id, caption, album)
            except BadRequest:
                await self.gallery_message.reply(photo, caption)
        elif job.status is not JobStatus.CANCELLED:
            await self.gallery_message.reply(photo, caption)

    async def _album(self, job: Job, photo: Photo) -> list[Photo]:
        """Both photos of an album whose second was to be the style of the first: they are two photos again."""
        album = await self.storage.photos.album(photo)
        return album if [CustomStyle(other.file_id) for other in album[1:]] == list(job.style.styles) else []

    async def look_away(self, job: Job) -> None:
        """At once."""
        await self.notices.look_away(job)

    async def notify_ended(self, job: Job) -> None:
        """Reply to the painting, or to what says why there is none."""
        await self.notices.notify(job, texts.ready() if job.status is JobStatus.DONE else texts.not_painted())

    async def _edit(
        self,
        job: Job,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        media: MediaFile | None,
        policy: RequestPolicy,
    ) -> str | None:
        if job.message_id is None:
            return None
        return await self.editor.edit(job.chat_id, job.message_id, caption, keyboard, media, policy)
