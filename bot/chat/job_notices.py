"""What is sent beside a job's message: chat actions, the message that rings, round videos, and a painting whose message
is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.chat import keyboards
from bot.chat.job_captions import JobCaptions
from bot.chat.message_editor import MediaFile, MessageEditor, reply_to
from bot.i18n import texts
from bot.storage.models import Job
from bot.storage.storage import Storage
from bot.transport.retry_policy import BEST_EFFORT, RESULT
from styler.events import ClipCheckpoint, Result

ACTIONS = {
    None: ChatAction.UPLOAD_PHOTO,
    "animation": ChatAction.UPLOAD_VIDEO,
    "video": ChatAction.UPLOAD_VIDEO,
    "video_note": ChatAction.UPLOAD_VIDEO_NOTE,
}

log = logging.getLogger(__name__)


def _action(job: Job) -> ChatAction:
    return ChatAction.UPLOAD_VIDEO if job.is_timelapse else ACTIONS[job.clip]


@dataclass(frozen=True)
class JobNotices:
    """Sends new messages: each at most once, as none is repeated after a failure that may have been none."""

    bot: ExtBot[Any]
    storage: Storage
    captions: JobCaptions
    editor: MessageEditor

    async def send_chat_action(self, job: Job) -> None:
        """Have the chat say for five seconds that a picture is on its way."""
        try:
            await self.bot.send_chat_action(
                job.chat_id, _action(job), message_thread_id=job.message_thread_id, rate_limit_args=BEST_EFFORT
            )
        except TelegramError as error:
            log.info("job %d: no chat action: %s", job.id, error)

    async def look_away(self, job: Job) -> None:
        """Take the eyes from the pictures of a painting that is there, or will not be."""
        for message_id in filter(None, (job.photo_message_id, await self.storage.job_search.style_message(job))):
            try:
                await self.bot.set_message_reaction(job.chat_id, message_id, rate_limit_args=BEST_EFFORT)
            except TelegramError as error:
                log.info("job %d: a reaction stays: %s", job.id, error)

    async def notify(self, job: Job, sentence: str) -> None:
        """Reply to the job's message with a sentence that rings, once in the life of the job."""
        if job.message_id is None or job.is_lost or not await self.storage.jobs.mark_notified(job.id):
            return
        try:
            await self._reply(job, job.message_id, sentence)
        except TelegramError as error:
            log.info("job %d: nothing rang: %s", job.id, error)

    async def send_video_note(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
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

    async def send_painting(self, job: Job, caption: str, media: MediaFile) -> str | None:
        """Deliver the painting of a job whose message is lost (see `Job.is_lost`) in a message of its own; its file_id.

        If the answer is lost, too, the user is told so.
        """
        try:
            return await self.editor.send_media(job, media, caption, self.result_keyboard(job))
        except BadRequest:
            raise
        except NetworkError as error:
            log.warning("job %d: nobody knows whether its painting was sent: %s", job.id, error)
            if await self.storage.photos.get(job.chat_id, job.user_id, job.photo_message_id):
                await self._reply(job, job.photo_message_id, texts.unsure())
            return None

    def result_keyboard(self, job: Job) -> InlineKeyboardMarkup:
        """What a user does next with a finished painting."""
        captions = self.captions
        return keyboards.result(job, captions.options, captions.gallery.styles(job), self.share_buttons(job))

    def share_buttons(self, job: Job) -> Sequence[InlineKeyboardButton]:
        """The button that shares a painting: not for clips, and only if the operator gave the bot its inline mode."""
        shared = self.bot.supports_inline_queries and not (job.clip or job.is_timelapse or job.is_comparison)
        return [keyboards.share(self.captions.labels(job)[0])] if shared else []

    async def _reply(self, job: Job, message_id: int, sentence: str) -> None:
        topic, reply = job.message_thread_id, reply_to(message_id)
        await self.bot.send_message(job.chat_id, sentence, reply_parameters=reply, message_thread_id=topic)
