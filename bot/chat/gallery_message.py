"""The reply to a photo, before there is a job: the gallery, and what else is asked or said of the photo.

The gallery's message asks by its buttons which painting it shall be, and becomes that painting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import InlineKeyboardMarkup
from telegram.constants import ReactionEmoji
from telegram.error import ChatMigrated, TelegramError
from telegram.ext import ExtBot

from bot.chat import keyboards
from bot.chat.gallery import CONTACT_SHEET, WELCOME, Gallery
from bot.chat.message_editor import MessageDeleted, MessageEditor, reply_to
from bot.i18n import texts
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

    async def new_gallery(self, photo: Photo, album: Sequence[Photo] = ()) -> None:
        """Reply to a photo with the gallery."""
        caption = await self._with_choices(photo, self._ask(photo, album))
        await self._send_gallery(photo, caption, keyboards.gallery(photo, self.gallery.paintings, album))

    async def _send_gallery(self, photo: Photo, caption: str, keyboard: InlineKeyboardMarkup) -> None:
        """Send the gallery; if the photo's group has become a supergroup, send it there."""
        chat_id, photo_id, thread_id = photo.chat_id, photo.message_id, photo.message_thread_id
        try:
            number = await self.messages.send(chat_id, CONTACT_SHEET, caption, keyboard, photo_id, thread_id)
        except ChatMigrated as error:
            await self.storage.photos.move(chat_id, photo_id, error.new_chat_id)
            await self._send_gallery(
                replace(photo, chat_id=error.new_chat_id, message_thread_id=None), caption, keyboard
            )
        else:
            await self.storage.photos.set_gallery(photo, number)

    async def show_gallery(self, photo: Photo, message_id: int, caption: str = "", album: Sequence[Photo] = ()) -> None:
        """Turn the message (back) into the gallery."""
        keyboard = keyboards.gallery(photo, self.gallery.paintings, album)
        caption = await self._with_choices(photo, caption or self._ask(photo, album))
        await self._change_gallery(photo, message_id, caption, keyboard, CONTACT_SHEET)

    async def _change_gallery(
        self, photo: Photo, message_id: int, caption: str, keyboard: InlineKeyboardMarkup, cover: str | None = None
    ) -> None:
        """Change the gallery's message, unless that was deleted."""
        try:
            await self.messages.edit(photo.chat_id, message_id, caption, keyboard, cover)
        except MessageDeleted:
            log.info("a gallery was deleted")
        except ChatMigrated:  # in a supergroup, older messages cannot be changed
            await self._send_gallery(photo, caption, keyboard)

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
