"""The one message that a picture has in its chat: gallery, then progress, then the painting.

Every change is an edit of that message, so it can be repeated, whatever broke in between, without a second picture.
The edits of one message wait for one another: one that is repeated must not undo what came after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto, Message, ReplyParameters
from telegram.constants import ChatAction, ChatMemberStatus, ReactionEmoji
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot import keyboards, languages, texts
from bot.choices import Choices
from bot.contact_sheet import contact_sheet
from bot.jobs import Job, JobStatus, JobStore, Photo
from bot.pace import GLANCE, NORMAL, ONCE, PROGRESS, RESULT, Manner
from styler.events import Progress, Result
from styler.gallery import Painting

SHEET = "contact sheet"
PNG = b"\x89PNG"  # how the file of one begins
WELCOME = "before and after"
BEFORE_AND_AFTER = Path(__file__).parent / "pictures" / "before-and-after.jpg"

log = logging.getLogger(__name__)


class MessageGone(Exception):
    """The message was deleted: the person does not want it."""


@dataclass
class Gallery:
    """The paintings on offer and their contact sheets; remembers what Telegram has already been given."""

    paintings: Sequence[Painting]
    sheets: dict[str, bytes] = field(init=False, repr=False)  # by language
    _file_ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        labels = []
        for language in languages.languages():
            languages.speak(language)
            labels.append([texts.label(painting) for painting in self.paintings])
        self.sheets = dict(zip(languages.languages(), contact_sheet(self.paintings, labels), strict=True))
        self._by_name = {painting.name: painting for painting in self.paintings}

    def painting(self, name: str) -> Painting | None:
        return self._by_name.get(name)

    def picture(self, name: str) -> str | bytes:
        """One of them, to be sent: its file_id if it was sent before, else its bytes."""
        if file_id := self._file_ids.get(_in_language(name)):
            return file_id
        if name == SHEET:
            return self.sheets[languages.spoken()]
        return (self._by_name[name].path if name in self._by_name else BEFORE_AND_AFTER).read_bytes()

    def sent(self, name: str, message: Message | bool) -> None:
        if isinstance(message, Message) and message.photo:
            self._file_ids[_in_language(name)] = message.photo[-1].file_id


def _in_language(name: str) -> str:
    """The contact sheet has names on it."""
    return f"{name} {languages.spoken()}" if name == SHEET else name


class Screen:
    """Shows photos' galleries, and jobs, in their messages."""

    def __init__(self, bot: ExtBot[Any], store: JobStore, gallery: Gallery, choices: Choices) -> None:
        self._bot = bot
        self._store = store
        self._gallery = gallery
        self._choices = choices
        self._turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    # Before there is a job.

    async def new_gallery(self, photo: Photo, album: Sequence[Photo] = ()) -> int:
        """Reply to a photo with the gallery; the number of the new message."""
        message = await self._bot.send_photo(
            photo.chat_id,
            self._gallery.picture(SHEET),
            caption=await self._with_choices(photo, texts.gallery_album() if len(album) > 1 else texts.gallery()),
            reply_markup=keyboards.gallery(photo, self._gallery.paintings, album),
            reply_parameters=reply_to(photo.message_id),
            message_thread_id=photo.thread_id,
        )
        self._gallery.sent(SHEET, message)
        return message.message_id

    async def gallery(self, photo: Photo, message_id: int, caption: str = "", album: Sequence[Photo] = ()) -> None:
        """Turn the message (back) into the gallery."""
        keyboard = keyboards.gallery(photo, self._gallery.paintings, album)
        caption = await self._with_choices(photo, caption or texts.gallery())
        await self.edit(photo.chat_id, message_id, caption, keyboard, SHEET)

    async def _with_choices(self, photo: Photo, caption: str) -> str:
        """What the person usually wants is said, where it is not what everybody gets."""
        chosen = texts.chosen((await self._store.person(photo.user_id)).settings)
        return f"{caption}\n{chosen}" if chosen else caption

    async def asking_style(self, photo: Photo, message_id: int) -> None:
        await self.edit(
            photo.chat_id,
            message_id,
            texts.ask_style_by_reply() if photo.chat_id < 0 else texts.ask_style(),
            keyboards.asking_style(photo),
        )

    async def welcome(self, chat_id: int) -> None:
        message = await self._bot.send_photo(chat_id, self._gallery.picture(WELCOME), caption=texts.start())
        self._gallery.sent(WELCOME, message)

    async def paintings(self, chat_id: int) -> None:
        """The contact sheet without buttons, for a chat that has sent no photo yet."""
        message = await self._bot.send_photo(chat_id, self._gallery.picture(SHEET), caption=texts.paintings())
        self._gallery.sent(SHEET, message)

    @property
    def paintings_on_offer(self) -> Sequence[Painting]:
        return self._gallery.paintings

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
        cover = self.cover(job)
        message = await self._bot.send_photo(
            job.chat_id,
            self._gallery.picture(cover),
            caption=caption,
            reply_markup=keyboards.cancel(job),
            reply_parameters=reply_to(job.photo_id),
            message_thread_id=job.thread_id,
        )
        self._gallery.sent(cover, message)
        return [message.message_id]

    async def waiting(self, job: Job, caption: str) -> None:
        """Show the job in line, unless it has moved on meanwhile."""
        if job.message_id:
            async with self.turn(job.chat_id, job.message_id):
                now = await self._store.job(job.id, job.user_id)
                if now and now.status is JobStatus.QUEUED:
                    await self.change(job.chat_id, job.message_id, caption, keyboards.cancel(job), self.cover(job))

    async def painting(self, job: Job, progress: Progress | None, preview: bytes | None) -> None:
        await self._edit_job(job, self.progress(job, progress), keyboards.cancel(job), preview, PROGRESS)

    def progress(self, job: Job, progress: Progress | None) -> str:
        painting = self.style_of(job)
        if progress is None:
            return texts.starting(painting, job.strength)
        return texts.progress(painting, job.strength, progress.share, progress.seconds_left)

    async def busy(self, job: Job) -> None:
        """For the next five seconds the chat says that a picture is on its way."""
        try:
            await self._bot.send_chat_action(
                job.chat_id, ChatAction.UPLOAD_PHOTO, message_thread_id=job.thread_id, rate_limit_args=GLANCE
            )
        except TelegramError as error:
            log.info("job %d: no chat action: %s", job.id, error)

    async def result(self, job: Job, painted: Result) -> str | None:
        """Its file_id, if it is a photo."""
        caption, picture = self.finished(job, painted)
        return await self._edit_job(job, caption, keyboards.result(job, self._choices), picture, RESULT)

    def finished(self, job: Job, painted: Result) -> tuple[str, bytes | InputMediaDocument]:
        """What a painting's message becomes: its caption, and the photo or the file."""
        caption = texts.done(self.style_of(job), job.strength, self._notes(job, painted))
        return caption, self._file(job, painted, caption) if job.as_file else painted.image

    def _file(self, job: Job, painted: Result, caption: str) -> InputMediaDocument:
        ending = "png" if painted.image.startswith(PNG) else "jpg"
        name = job.style if self.style_of(job) else "painting"
        return InputMediaDocument(painted.image, caption=caption, filename=f"{name}.{ending}")

    def _notes(self, job: Job, painted: Result) -> list[str]:
        """What there is to say about a painting beside whose manner it is in."""
        notes = [texts.in_own_colors()] if job.keep_colors else []
        size, largest = max(painted.width, painted.height), self._choices.largest
        if job.shrunk:
            notes.append(texts.shrunk(size))
        elif job.as_file:
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
                await self.gallery(photo, job.message_id, caption)
            except BadRequest:
                await self.say(photo, caption)

    async def last(self, job: Job) -> Job | None:
        """For the message that rings: the job by which to remember it."""
        return job

    async def ready(self, job: Job) -> None:
        """The one message that rings: an edit does not."""
        if job.message_id:
            reply = reply_to(job.message_id)
            await self._bot.send_message(
                job.chat_id,
                texts.ready(),
                reply_parameters=reply,
                message_thread_id=job.thread_id,
                rate_limit_args=ONCE,
            )

    def style_of(self, job: Job) -> Painting | None:
        return self._gallery.painting(job.style)

    def cover(self, job: Job) -> str:
        return job.style if self.style_of(job) else SHEET

    async def _edit_job(
        self,
        job: Job,
        caption: str,
        keyboard: InlineKeyboardMarkup,
        picture: str | bytes | InputMediaDocument | None,
        manner: Manner = NORMAL,
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
        picture: str | bytes | InputMediaDocument | None = None,
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
        picture: str | bytes | InputMediaDocument | None,
        manner: Manner = NORMAL,
    ) -> str | None:
        """Change caption and buttons, and the picture if there is one: bytes, the name of one of the gallery's, or a
        file with its caption.

        For one whose turn it is. Returns the file_id of the new picture, if it is a photo.
        """
        try:
            if picture is None:
                await self._bot.edit_message_caption(
                    chat_id, message_id, caption=caption, reply_markup=keyboard, rate_limit_args=manner
                )
                return None
            if isinstance(picture, str | bytes):
                photo = self._gallery.picture(picture) if isinstance(picture, str) else picture
                media: InputMediaPhoto | InputMediaDocument = InputMediaPhoto(photo, caption=caption)
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
            self._gallery.sent(picture, message)
        return message.photo[-1].file_id if isinstance(message, Message) and message.photo else None


def reply_to(message_id: int) -> ReplyParameters:
    return ReplyParameters(message_id, allow_sending_without_reply=True)
