"""The reply to a photo, before there is a job: the gallery, and what else is asked or said of the photo.

The gallery's message asks by its buttons which painting it shall be, and becomes that painting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ReactionEmoji
from telegram.error import ChatMigrated, TelegramError
from telegram.ext import ExtBot

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET, WELCOME, Gallery
from bot.chat.message_editor import MediaFile, MessageDeleted, MessageEditor, MessageWatch, reply_to
from bot.chat.sheet_requests import SheetRequest, SheetRequests
from bot.i18n import languages, texts
from bot.options import PaintOptions
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.transport.retry_policy import BEST_EFFORT
from styler.gallery import Painting

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GalleryMessage:
    """Replies to photos, and to people who have sent none yet."""

    bot: ExtBot[Any]
    storage: Storage
    gallery: Gallery
    choices: PaintOptions
    messages: MessageEditor
    sheets: SheetRequests

    async def new_gallery(self, photo: Photo, album: Sequence[Photo] = ()) -> None:
        """Reply to a photo with the gallery."""
        caption = await self._with_choices(photo, self._ask(photo, album))
        await self._send_gallery(photo, caption, keyboards.gallery(photo, self.gallery.paintings, album))

    async def _send_gallery(self, photo: Photo, caption: str, keyboard: InlineKeyboardMarkup) -> None:
        """Send the gallery; if the photo's group has become a supergroup, send it there."""
        chat_id, photo_id, thread_id = photo.chat_id, photo.message_id, photo.message_thread_id
        try:
            number = await self.messages.send(chat_id, _cover(photo, caption), caption, keyboard, photo_id, thread_id)
        except ChatMigrated as error:
            await self.storage.photos.move(chat_id, photo_id, error.new_chat_id)
            await self._send_gallery(
                replace(photo, chat_id=error.new_chat_id, message_thread_id=None), caption, keyboard
            )
        else:
            await self.storage.photos.set_gallery(photo, number)
            self._request_sheet(photo, number)

    async def show_gallery(self, photo: Photo, message_id: int, caption: str = "", album: Sequence[Photo] = ()) -> None:
        """Turn the message (back) into the gallery."""
        keyboard = keyboards.gallery(photo, self.gallery.paintings, album)
        caption = await self._with_choices(photo, caption or self._ask(photo, album))
        await self._change_gallery(photo, message_id, caption, keyboard, _cover(photo, caption))
        self._request_sheet(photo, message_id)

    async def _change_gallery(
        self,
        photo: Photo,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup,
        cover: MediaFile | None = None,
    ) -> None:
        """Change the gallery's message, unless that was deleted."""
        try:
            await self.messages.edit(photo.chat_id, message_id, caption, keyboard, cover)
        except MessageDeleted:
            log.info("a gallery was deleted")
        except ChatMigrated:  # in a supergroup, older messages cannot be changed
            await self._send_gallery(photo, caption, keyboard)

    def _request_sheet(self, photo: Photo, message_id: int) -> None:
        """Ask for a sheet of the photo's own, unless the gallery shows it already."""
        if not _has_sheet(photo):
            self.sheets.add(SheetRequest(photo, message_id, self.messages.watch(photo.chat_id, message_id)))

    async def show_sheet(self, photo: Photo, message_id: int, sheet: bytes, watch: MessageWatch) -> bool:
        """Let the gallery show the photo in the manner of each painting, unless it was changed meanwhile."""
        album = await self.storage.photos.album(photo)
        caption = await self._with_choices(photo, self._ask(photo, album))
        keyboard = keyboards.gallery(photo, self.gallery.paintings, album)
        async with self.messages.turn(photo.chat_id, message_id):
            if watch.changed:
                return False
            try:
                file_id = await self.messages.change(photo.chat_id, message_id, caption, keyboard, sheet, BEST_EFFORT)
            except MessageDeleted:
                return False
        if file_id:
            await self.storage.photos.set_sheet(photo, file_id, languages.current())
        return True

    def _ask(self, photo: Photo, album: Sequence[Photo]) -> str:
        """What stands above the buttons of a gallery."""
        if photo.clip:
            return texts.gallery_of_clip(self.choices.clip_seconds)
        return texts.gallery_album() if len(album) > 1 else texts.gallery()

    async def _with_choices(self, photo: Photo, caption: str) -> str:
        """The caption, with what the person usually wants, if that is not what everybody gets. The size of a file's
        painting is its own, and that of a clip's is not the person's to choose.
        """
        usual = (await self.storage.users.get(photo.user_id)).preferences
        sized = not (photo.clip or photo.format)
        chosen = texts.chosen({name: value for name, value in usual.items() if sized or name != "size"})
        return f"{caption}\n{chosen}" if chosen else caption

    async def asking_style(self, photo: Photo, message_id: int) -> None:
        ask = texts.ask_style_by_reply() if photo.chat_id < 0 else texts.ask_style()
        await self._change_gallery(photo, message_id, ask, keyboards.asking_style(photo))

    async def asking_to_blend(self, photo: Photo, message_id: int, painting: Painting) -> None:
        """Ask for a picture of the person's own, as the second of a blend."""
        ask = texts.ask_to_blend_by_reply(painting) if photo.chat_id < 0 else texts.ask_to_blend(painting)
        await self._change_gallery(photo, message_id, ask, keyboards.asking_style(photo))

    async def blending(self, photo: Photo, message_id: int, action: str, chosen: Sequence[Painting | None]) -> None:
        """Ask for the first painting of a blend, the second, or how much of each. None is a picture of one's own."""
        ask: Callable[..., str] = (texts.blend_first, texts.blend_second, texts.blend_shares)[len(chosen)]
        keyboard = keyboards.blend(action, photo, chosen, self.gallery.paintings)
        await self._change_gallery(photo, message_id, ask(*chosen), keyboard)

    async def welcome(self, chat_id: int) -> None:
        await self.messages.send(chat_id, WELCOME, texts.start())

    async def paintings(self, chat_id: int) -> None:
        """The contact sheet without buttons, for a chat that has sent no photo yet."""
        await self.messages.send(chat_id, CONTACT_SHEET, texts.paintings())

    async def seen(self, chat_id: int, message_id: int) -> None:
        """A pair of eyes on a picture, at once. Some groups allow no reactions."""
        try:
            await self.bot.set_message_reaction(chat_id, message_id, ReactionEmoji.EYES, rate_limit_args=BEST_EFFORT)
        except TelegramError as error:
            log.info("no reaction to a photo: %s", error)

    async def say(self, photo: Photo, sentence: str) -> None:
        """A sentence about a photo, where there is no message of ours to change."""
        reply = reply_to(photo.message_id)
        await self.bot.send_message(
            photo.chat_id, sentence, reply_parameters=reply, message_thread_id=photo.message_thread_id
        )


def _has_sheet(photo: Photo) -> bool:
    """The names on it are in the language that is spoken."""
    return photo.sheet_file_id is not None and photo.sheet_language == languages.current()


def _cover(photo: Photo, caption: str) -> str | InputMediaPhoto:
    """What a gallery shows: the photo in the manner of each painting, if that is at Telegram, or else the paintings."""
    if photo.sheet_file_id and _has_sheet(photo):
        return InputMediaPhoto(photo.sheet_file_id, caption)
    return CONTACT_SHEET
