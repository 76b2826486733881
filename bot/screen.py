"""The one message that a picture has in its chat: gallery, then progress, then the painting.

Every change is an edit of that message, so it can be repeated, whatever broke in between, without a second picture.
The edits of one message wait for one another: one that is repeated must not undo what came after it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMedia,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ChatMemberStatus, ReactionEmoji
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot import keyboards, texts
from bot.choices import Choices
from bot.gallery import SHEET, WELCOME, Gallery
from bot.jobs import Job, JobStatus, Photo
from bot.pace import GLANCE, NORMAL, ONCE, PLACE, PROGRESS, RESULT, Manner
from bot.store import JobStore
from styler.events import Footage, Preview, Progress, Result
from styler.gallery import Painting

PNG = b"\x89PNG"  # how the file of one begins

ACTIONS = {
    None: ChatAction.UPLOAD_PHOTO,
    "animation": ChatAction.UPLOAD_VIDEO,
    "video": ChatAction.UPLOAD_VIDEO,
    "video_note": ChatAction.UPLOAD_VIDEO_NOTE,
}
# A photo's bytes, the name of one of the gallery's, or what else a message can be changed into, with its caption.
Picture = str | bytes | InputMediaDocument | InputMediaAnimation | InputMediaVideo

log = logging.getLogger(__name__)


class MessageGone(Exception):
    """The message was deleted: the person does not want it."""


class Screen:
    """Shows photos' galleries, and jobs, in their messages."""

    def __init__(self, bot: ExtBot[Any], store: JobStore, gallery: Gallery, choices: Choices) -> None:
        self._bot = bot
        self._store = store
        self.gallery = gallery
        self._choices = choices
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    # Before there is a job.

    async def new_gallery(self, photo: Photo, album: Sequence[Photo] = ()) -> int:
        """Reply to a photo with the gallery; the number of the new message."""
        caption = await self._with_choices(photo, self._ask(photo, album))
        keyboard = keyboards.gallery(photo, self.gallery.paintings, album)
        return await self.send(photo.chat_id, SHEET, caption, keyboard, photo.message_id, photo.thread_id)

    async def show_gallery(self, photo: Photo, message_id: int, caption: str = "", album: Sequence[Photo] = ()) -> None:
        """Turn the message (back) into the gallery."""
        keyboard = keyboards.gallery(photo, self.gallery.paintings, album)
        caption = await self._with_choices(photo, caption or self._ask(photo, album))
        await self._change_gallery(photo, message_id, caption, keyboard, SHEET)

    async def _change_gallery(
        self, photo: Photo, message_id: int, caption: str, keyboard: InlineKeyboardMarkup, cover: str | None = None
    ) -> None:
        """One that was deleted needs no change."""
        with contextlib.suppress(MessageGone):
            await self.edit(photo.chat_id, message_id, caption, keyboard, cover)

    def _ask(self, photo: Photo, album: Sequence[Photo]) -> str:
        """What stands above the buttons of a gallery."""
        if photo.clip:
            return texts.gallery_of_clip(self._choices.clip_seconds)
        return texts.gallery_album() if len(album) > 1 else texts.gallery()

    async def _with_choices(self, photo: Photo, caption: str) -> str:
        """What the person usually wants is said, where it is not what everybody gets."""
        chosen = texts.chosen((await self._store.person(photo.user_id)).settings)
        return f"{caption}\n{chosen}" if chosen else caption

    async def asking_style(self, photo: Photo, message_id: int) -> None:
        ask = texts.ask_style_by_reply() if photo.chat_id < 0 else texts.ask_style()
        await self._change_gallery(photo, message_id, ask, keyboards.asking_style(photo))

    async def asking_to_blend(self, photo: Photo, message_id: int, painting: Painting) -> None:
        """Ask for a picture of the person's own, as the second of a blend."""
        ask = texts.ask_to_blend_by_reply(painting) if photo.chat_id < 0 else texts.ask_to_blend(painting)
        await self._change_gallery(photo, message_id, ask, keyboards.asking_style(photo))

    async def blending(self, photo: Photo, message_id: int, action: str, chosen: Sequence[Painting | None]) -> None:
        """Ask for the first painting of a blend, for the second, or how much of each; None is one's own picture."""
        ask: Callable[..., str] = (texts.blend_first, texts.blend_second, texts.blend_shares)[len(chosen)]
        keyboard = keyboards.blend(action, photo, chosen, self.gallery.paintings)
        await self._change_gallery(photo, message_id, ask(*chosen), keyboard)

    async def welcome(self, chat_id: int) -> None:
        await self.send(chat_id, WELCOME, texts.start())

    async def paintings(self, chat_id: int) -> None:
        """The contact sheet without buttons, for a chat that has sent no photo yet."""
        await self.send(chat_id, SHEET, texts.paintings())

    async def send(
        self,
        chat_id: int,
        picture: str,
        caption: str | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
        replying_to: int | None = None,
        thread_id: int | None = None,
    ) -> int:
        """Send one of the gallery's pictures; the number of the new message."""
        message = await self._bot.send_photo(
            chat_id,
            self.gallery.picture(picture),
            caption=caption,
            reply_markup=keyboard,
            reply_parameters=reply_to(replying_to) if replying_to else None,
            message_thread_id=thread_id,
        )
        self.gallery.sent(picture, message)
        return message.message_id

    async def is_admin(self, chat_id: int, user_id: int) -> bool:
        """Of a group. Not if Telegram does not say at once: a press has to be answered."""
        try:
            member = await self._bot.get_chat_member(chat_id, user_id, rate_limit_args=GLANCE)
        except TelegramError as error:
            log.info("nobody knows whether an admin pressed: %s", error)
            return False
        return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)

    async def seen(self, chat_id: int, message_id: int) -> None:
        """A pair of eyes on a picture, at once. Some groups allow no reactions."""
        try:
            await self._bot.set_message_reaction(chat_id, message_id, ReactionEmoji.EYES, rate_limit_args=GLANCE)
        except TelegramError as error:
            log.info("no reaction to a photo: %s", error)

    async def say(self, photo: Photo, sentence: str) -> None:
        """A sentence about a photo, where there is no message of ours to change."""
        reply = reply_to(photo.message_id)
        await self._bot.send_message(photo.chat_id, sentence, reply_parameters=reply, message_thread_id=photo.thread_id)

    # A job. Its painting is shown until the first preview.

    async def open(self, jobs: Sequence[Job], caption: str) -> list[int]:
        """Send the message of a job that has none yet; its number."""
        [job] = jobs
        cover, keyboard = self.gallery.cover(job), keyboards.cancel(job)
        return [await self.send(job.chat_id, cover, caption, keyboard, job.photo_id, job.thread_id)]

    async def waiting(self, job: Job, caption: str, manner: Manner = NORMAL) -> None:
        """Show the job in line, unless it has moved on meanwhile; when nothing but its place is new, by its caption."""
        cover = None if manner is PLACE else self.gallery.cover(job)
        if job.message_id:
            async with self.turn(job.chat_id, job.message_id):
                now = await self._store.job(job.id, job.user_id)
                if now and now.status is JobStatus.QUEUED:
                    keyboard = keyboards.cancel(now, keep=now.footage is not None)
                    await self.change(job.chat_id, job.message_id, caption, keyboard, cover, manner)

    async def painting(self, job: Job, progress: Progress | None, picture: Preview | Footage | None) -> None:
        """The progress, with a preview; of a clip, with all that is painted, which stays at Telegram for a crash."""
        caption, keyboard = self.progress(job, progress), keyboards.cancel(job, keep=bool(job.clip))
        if isinstance(picture, Footage):
            media = self._clip(job, picture, caption)
            if file_id := await self._edit_job(job, caption, keyboard, media, PROGRESS):
                await self._store.set_footage(job.id, file_id, picture)
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
        """For the next five seconds the chat says that a picture is on its way."""
        try:
            await self._bot.send_chat_action(
                job.chat_id, ACTIONS[job.clip], message_thread_id=job.thread_id, rate_limit_args=GLANCE
            )
        except TelegramError as error:
            log.info("job %d: no chat action: %s", job.id, error)

    async def result(self, job: Job, painted: Result | Footage) -> str | None:
        """The painting, or of a clip as much as the person kept. Its file_id."""
        caption, picture = self.finished(job, painted)
        note_id = await self._send_note(job, painted) if job.clip == "video_note" else None
        file_id = await self._edit_job(
            job,
            caption,
            keyboards.result(job, self._choices, self.gallery.styles(job), self.share(job)),
            self.gallery.cover(job) if note_id else picture,
            RESULT,
        )
        return note_id or file_id

    async def _send_note(self, job: Job, painted: Result | Footage) -> str:
        """A round video cannot be had by an edit: it is a message of its own, and a crash right here sends it twice.

        Its file_id.
        """
        message = await self._bot.send_video_note(
            job.chat_id,
            painted.image,
            length=painted.width,
            reply_parameters=reply_to(job.photo_id),
            message_thread_id=job.thread_id,
            rate_limit_args=RESULT,
        )
        return message.video_note.file_id if message.video_note else ""

    def share(self, job: Job) -> list[InlineKeyboardButton]:
        """The button that shares a painting that stands still, if the operator gave the bot its inline mode."""
        shared = self._bot.supports_inline_queries and not job.clip
        return [keyboards.share(self.gallery.labels(job)[0])] if shared else []

    def finished(self, job: Job, painted: Result | Footage) -> tuple[str, Picture]:
        """What a painting's message becomes: its caption, and the photo, the file or the clip."""
        caption = self.gallery.done(job, self._notes(job, painted))
        if job.clip:
            return caption, self._clip(job, painted, caption)
        return caption, self._file(job, painted, caption) if job.as_file else painted.image

    def _clip(self, job: Job, painted: Result | Footage, caption: str) -> InputMediaAnimation | InputMediaVideo:
        """A message cannot become a round video: until that is sent, it moves by itself."""
        width, height, name = painted.width, painted.height, "painting.mp4"
        if job.clip == "video":
            return InputMediaVideo(
                painted.image, width=width, height=height, caption=caption, filename=name, supports_streaming=True
            )
        return InputMediaAnimation(painted.image, width=width, height=height, caption=caption, filename=name)

    def _file(self, job: Job, painted: Result | Footage, caption: str) -> InputMediaDocument:
        ending = "png" if painted.image.startswith(PNG) else "jpg"
        name = "painting" if job.own_style else job.style
        return InputMediaDocument(painted.image, caption=caption, filename=f"{name}.{ending}")

    def _notes(self, job: Job, painted: Result | Footage) -> list[str]:
        """What there is to say about a painting beside whose manner it is in."""
        notes = [texts.in_own_colors()] if job.keep_colors else []
        notes += [texts.kept_so_far(painted.frames)] if isinstance(painted, Footage) else []
        size, largest = max(painted.width, painted.height), self._choices.largest
        if job.shrunk:
            notes.append(texts.shrunk(size))
        elif job.as_file and isinstance(painted, Result):
            notes.append(texts.file_size(painted.width, painted.height))
            if not job.settings.get("enlarge", True) and size < max(painted.photo_width, painted.photo_height):
                notes.append(texts.smaller_than_photo(largest, painted.photo_width, painted.photo_height))
        if self._choices.usual.size < size == largest and job.settings.get("enlarge", True):
            notes.append(texts.largest(size))
        return notes

    async def ended(self, job: Job, caption: str) -> None:
        """No painting came of it: say why, and offer the gallery again; in a new message if need be."""
        photo = await self._store.photo(job.chat_id, job.user_id, job.photo_id)
        if photo and job.message_id:
            try:
                await self.show_gallery(photo, job.message_id, caption)
            except BadRequest:
                await self.say(photo, caption)

    async def last(self, job: Job) -> Job | None:
        """For the message that rings: the job by which to remember it."""
        return job

    async def ready(self, job: Job) -> None:
        await self.ring(job, texts.ready())

    async def ring(self, job: Job, sentence: str) -> None:
        """The one message that rings: an edit does not."""
        if job.message_id:
            await self._bot.send_message(
                job.chat_id,
                sentence,
                reply_parameters=reply_to(job.message_id),
                message_thread_id=job.thread_id,
                rate_limit_args=ONCE,
            )

    async def _edit_job(
        self,
        job: Job,
        caption: str,
        keyboard: InlineKeyboardMarkup,
        picture: Picture | None,
        manner: Manner,
    ) -> str | None:
        if job.message_id is None:
            return None
        return await self.edit(job.chat_id, job.message_id, caption, keyboard, picture, manner)

    def turn(self, chat_id: int, message_id: int) -> asyncio.Lock:
        return self._turns.setdefault((chat_id, message_id), asyncio.Lock())

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: Picture | None = None,
        manner: Manner = NORMAL,
    ) -> str | None:
        async with self.turn(chat_id, message_id):
            return await self.change(chat_id, message_id, caption, keyboard, picture, manner)

    async def change(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: Picture | None,
        manner: Manner = NORMAL,
    ) -> str | None:
        """Change caption and buttons, and the picture if there is one.

        For one whose turn it is. Returns the file_id of the new picture.
        """
        try:
            if picture is None:
                await self._bot.edit_message_caption(
                    chat_id, message_id, caption=caption, reply_markup=keyboard, rate_limit_args=manner
                )
                return None
            if isinstance(picture, str | bytes):
                photo = self.gallery.picture(picture) if isinstance(picture, str) else picture
                media: InputMedia = InputMediaPhoto(photo, caption=caption)
            else:
                media = picture
            message = await self._bot.edit_message_media(
                media,
                chat_id,
                message_id,
                reply_markup=keyboard,
                rate_limit_args=manner,
            )
        except BadRequest as error:
            reason = error.message.lower()
            if "message to edit not found" in reason or "message_id_invalid" in reason:
                raise MessageGone from error
            if "message is not modified" not in reason:
                raise
            return None
        if isinstance(picture, str):
            self.gallery.sent(picture, message)
        return _file_id(message)


def _file_id(message: Message | bool) -> str | None:
    if not isinstance(message, Message):
        return None
    shown = message.photo[-1] if message.photo else message.animation or message.video or message.document
    return shown.file_id if shown else None


def reply_to(message_id: int) -> ReplyParameters:
    return ReplyParameters(message_id, allow_sending_without_reply=True)
