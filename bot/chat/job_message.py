"""The message of a job: where it stands in line, how its painting grows, and the painting.

It was the gallery before. Every change is an edit of that one message, so it can be repeated, whatever broke in
between, without a second picture.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaVideo,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET, Gallery
from bot.chat.gallery_message import GalleryMessage
from bot.chat.message_editor import MediaFile, MessageDeleted, MessageEditor, reply_to
from bot.i18n import texts
from bot.options import PaintOptions
from bot.storage.models import CUSTOM_STYLE, Job, JobStatus, Photo
from bot.storage.storage import Storage
from bot.transport.retry_policy import BEST_EFFORT, NORMAL, PROGRESS, QUEUE_POSITION, RESULT, RequestPolicy
from styler.events import ClipCheckpoint, Preview, Progress, Result

PNG = b"\x89PNG"  # how the file of one begins

ACTIONS = {
    None: ChatAction.UPLOAD_PHOTO,
    "animation": ChatAction.UPLOAD_VIDEO,
    "video": ChatAction.UPLOAD_VIDEO,
    "video_note": ChatAction.UPLOAD_VIDEO_NOTE,
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobMessage:
    """Shows jobs that stand alone, each in a message of its own: with the style's picture, until there is a preview.

    Implements `bot.chat.job_view.View`.
    """

    bot: ExtBot[Any]
    storage: Storage
    gallery: Gallery
    choices: PaintOptions
    messages: MessageEditor
    replies: GalleryMessage

    async def open(self, jobs: Sequence[Job], caption: str) -> list[int]:
        [job] = jobs
        cover, keyboard = self.gallery.cover(job), keyboards.cancel(job)
        return [
            await self.messages.send(job.chat_id, cover, caption, keyboard, job.photo_message_id, job.message_thread_id)
        ]

    async def waiting(self, job: Job, caption: str, policy: RequestPolicy = NORMAL) -> None:
        cover = None if policy is QUEUE_POSITION else self.gallery.cover(job)
        if job.message_id:
            async with self.messages.turn(job.chat_id, job.message_id):
                now = await self.storage.job_search.get(job.id, job.user_id)
                if now and now.status is JobStatus.QUEUED:
                    keyboard = keyboards.cancel(now, keep=now.checkpoint is not None)
                    await self.messages.change(job.chat_id, job.message_id, caption, keyboard, cover, policy)

    async def painting(self, job: Job, progress: Progress | None, picture: Preview | ClipCheckpoint | None) -> None:
        """Footage that is shown stays at Telegram and is recorded: after a crash, the clip goes on from there."""
        caption, keyboard = self.progress(job, progress), keyboards.cancel(job, keep=bool(job.clip))
        if isinstance(picture, ClipCheckpoint):
            media = self._clip(job, picture, caption)
            if file_id := await self._edit_job(job, caption, keyboard, media, PROGRESS):
                await self.storage.jobs.set_checkpoint(job.id, file_id, picture)
        else:
            await self._edit_job(job, caption, keyboard, picture.image if picture else None, PROGRESS)

    def progress(self, job: Job, progress: Progress | None) -> str:
        how = self.gallery.how(job)
        if progress is None:
            return texts.starting(how)
        if job.clip:
            return texts.progress_of_clip(how, progress.step, progress.steps, progress.seconds_left)
        return texts.progress(how, progress.share, progress.seconds_left)

    async def busy(self, job: Job) -> None:
        try:
            await self.bot.send_chat_action(
                job.chat_id, ACTIONS[job.clip], message_thread_id=job.message_thread_id, rate_limit_args=BEST_EFFORT
            )
        except TelegramError as error:
            log.info("job %d: no chat action: %s", job.id, error)

    async def result(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
        caption, picture = self.finished(job, painted)
        if job.is_lost:
            return await self.send_result(job, caption, picture)
        note_id = await self._send_note(job, painted) if job.clip == "video_note" else None
        file_id = await self._edit_job(
            job,
            caption,
            keyboards.result(job, self.choices, self.gallery.styles(job), self.share(job)),
            self.gallery.cover(job) if note_id else picture,
            RESULT,
        )
        return note_id or file_id

    async def send_result(self, job: Job, caption: str, picture: MediaFile) -> str | None:
        """Deliver the painting of a job whose message is lost. If the answer is lost, too, the person is told so."""
        keyboard = keyboards.result(job, self.choices, self.gallery.styles(job), self.share(job))
        try:
            return await self.messages.send_media(job, picture, caption, keyboard)
        except BadRequest:
            raise
        except NetworkError as error:
            log.warning("job %d: nobody knows whether its painting was sent: %s", job.id, error)
            if photo := await self.storage.photos.get(job.chat_id, job.user_id, job.photo_message_id):
                await self.replies.say(photo, texts.unsure())
            return None

    async def _send_note(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
        """No edit makes a round video: it is sent as a new message, and a crash at this moment can send it twice.

        Returns its file_id; None if Telegram refuses it (people may forbid round videos) or does not answer. Then it is
        not sent again: the edit that follows brings the painting all the same, as an animation.
        """
        try:
            message = await self.bot.send_video_note(
                job.chat_id,
                painted.image,
                length=painted.width,
                reply_parameters=reply_to(job.photo_message_id),
                message_thread_id=job.message_thread_id,
                rate_limit_args=RESULT,
            )
        except NetworkError as error:  # a `BadRequest` is one, too
            log.info("job %d: no round video: %s", job.id, error)
            return None
        return message.video_note.file_id if message.video_note else None

    def share(self, job: Job) -> list[InlineKeyboardButton]:
        """The button that shares a painting: not for clips, and only if the operator gave the bot its inline mode."""
        shared = self.bot.supports_inline_queries and not job.clip
        return [keyboards.share(self.gallery.labels(job)[0])] if shared else []

    def finished(self, job: Job, painted: Result | ClipCheckpoint) -> tuple[str, MediaFile]:
        """What a painting's message becomes: its caption, and the photo, the file or the clip."""
        caption = self.gallery.done(job, self._notes(job, painted))
        if job.clip:
            return caption, self._clip(job, painted, caption)
        return caption, self._file(job, painted, caption) if job.as_file else painted.image

    def _clip(self, job: Job, painted: Result | ClipCheckpoint, caption: str) -> InputMediaAnimation | InputMediaVideo:
        """A message cannot become a round video: it shows that as an animation."""
        width, height, name = painted.width, painted.height, "painting.mp4"
        if job.clip == "video":
            return InputMediaVideo(
                painted.image, width=width, height=height, caption=caption, filename=name, supports_streaming=True
            )
        return InputMediaAnimation(painted.image, width=width, height=height, caption=caption, filename=name)

    def _file(self, job: Job, painted: Result | ClipCheckpoint, caption: str) -> InputMediaDocument:
        ending = "png" if painted.image.startswith(PNG) else "jpg"
        name = "painting" if job.has_custom_style else job.style
        return InputMediaDocument(painted.image, caption=caption, filename=f"{name}.{ending}")

    def _notes(self, job: Job, painted: Result | ClipCheckpoint) -> list[str]:
        """The lines below the name of the style in a painting's caption."""
        notes = [texts.in_own_colors()] if job.keep_colors else []
        notes += [texts.kept_so_far(painted.frames)] if isinstance(painted, ClipCheckpoint) else []
        size, largest = max(painted.width, painted.height), self.choices.largest
        if job.downscaled:
            notes.append(texts.shrunk(size))
        elif job.as_file and isinstance(painted, Result):
            notes.append(texts.dimensions(painted.width, painted.height))
            if job.keeps_photo_size and size < max(painted.photo_width, painted.photo_height):
                notes.append(texts.smaller_than_photo(largest, painted.photo_width, painted.photo_height))
        if self.choices.usual.size < size == largest and not job.keeps_photo_size:
            notes.append(texts.largest(size))
        return notes

    async def ended(self, job: Job, caption: str) -> None:
        """No painting came of it: say why, and offer the gallery again; in a new message if need be. Of what is
        forgotten there is no gallery.
        """
        photo = await self.storage.photos.get(job.chat_id, job.user_id, job.photo_message_id)
        if photo is None:
            with contextlib.suppress(MessageDeleted, BadRequest):
                await self._edit_job(job, caption, None, CONTACT_SHEET, NORMAL)
        elif job.message_id and not job.is_lost:
            try:
                await self.replies.show_gallery(photo, job.message_id, caption, await self._album(job, photo))
            except BadRequest:
                await self.replies.say(photo, caption)
        elif job.status is not JobStatus.CANCELLED:
            await self.replies.say(photo, caption)

    async def _album(self, job: Job, photo: Photo) -> list[Photo]:
        """Both photos of an album whose second was to be the style of the first: they are two photos again."""
        album = (
            await self.storage.photos.media_group(photo.chat_id, photo.media_group_id) if photo.media_group_id else []
        )
        return album if [CUSTOM_STYLE + other.file_id for other in album[1:]] == job.styles else []

    async def ring(self, job: Job, sentence: str = "") -> None:
        if job.message_id is None or job.is_lost or not await self.storage.jobs.mark_notified(job.id):
            return
        try:
            await self.bot.send_message(
                job.chat_id,
                sentence or texts.ready(),
                reply_parameters=reply_to(job.message_id),
                message_thread_id=job.message_thread_id,
                rate_limit_args=NORMAL,
            )
        except TelegramError as error:
            log.info("job %d: nothing rang: %s", job.id, error)

    async def _edit_job(
        self,
        job: Job,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: MediaFile | None,
        policy: RequestPolicy,
    ) -> str | None:
        if job.message_id is None:
            return None
        return await self.messages.edit(job.chat_id, job.message_id, caption, keyboard, picture, policy)
