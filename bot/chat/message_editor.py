"""The bot's messages with a picture: how one is sent, and changed.

Edits of the same message wait for one another: otherwise one that is repeated after an error could undo a later one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from telegram import (
    InlineKeyboardMarkup,
    InputMedia,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.chat.gallery import Gallery
from bot.transport.rate_limiter import NORMAL, RequestPolicy

# A photo's bytes, the name of a picture of the gallery, or a file or clip with its caption.
MediaFile = str | bytes | InputMediaDocument | InputMediaAnimation | InputMediaVideo


class MessageDeleted(Exception):
    """The message was deleted: the person does not want it."""


@dataclass(frozen=True)
class MessageEditor:
    """Sends messages and changes them, each by one edit after the other."""

    bot: ExtBot[Any]
    gallery: Gallery
    _turns: WeakValueDictionary[tuple[int, int], asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def send(
        self,
        chat_id: int,
        picture: str,
        caption: str | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
        replying_to: int | None = None,
        thread_id: int | None = None,
    ) -> int:
        """Send one of the gallery's pictures; the id of the new message."""
        message = await self.bot.send_photo(
            chat_id,
            self.gallery.picture(picture),
            caption=caption,
            reply_markup=keyboard,
            reply_parameters=reply_to(replying_to) if replying_to else None,
            message_thread_id=thread_id,
        )
        self.gallery.sent(picture, message)
        return message.message_id

    def turn(self, chat_id: int, message_id: int) -> asyncio.Lock:
        """The lock to hold while this message is changed."""
        return self._turns.setdefault((chat_id, message_id), asyncio.Lock())

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: MediaFile | None = None,
        manner: RequestPolicy = NORMAL,
    ) -> str | None:
        """Wait for its turn, and `change` it."""
        async with self.turn(chat_id, message_id):
            return await self.change(chat_id, message_id, caption, keyboard, picture, manner)

    async def change(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: MediaFile | None,
        manner: RequestPolicy = NORMAL,
    ) -> str | None:
        """Change caption and buttons, and the picture if there is one.

        To be called within its `turn`. Returns the file_id of the new picture. Raises `MessageDeleted`.
        """
        try:
            if picture is None:
                await self.bot.edit_message_caption(
                    chat_id, message_id, caption=caption, reply_markup=keyboard, rate_limit_args=manner
                )
                return None
            if isinstance(picture, str | bytes):
                photo = self.gallery.picture(picture) if isinstance(picture, str) else picture
                media: InputMedia = InputMediaPhoto(photo, caption=caption)
            else:
                media = picture
            message = await self.bot.edit_message_media(
                media,
                chat_id,
                message_id,
                reply_markup=keyboard,
                rate_limit_args=manner,
            )
        except BadRequest as error:
            reason = error.message.lower()
            if "message to edit not found" in reason or "message_id_invalid" in reason:
                raise MessageDeleted from error
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
