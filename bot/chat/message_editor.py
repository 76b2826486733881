"""Sends and edits the bot's messages with a picture.

Edits of the same message wait for one another: otherwise one that is repeated after an error could undo a later one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from telegram import (
    InlineKeyboardMarkup,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, TelegramError
from telegram.ext import ExtBot

from bot.chat.gallery import Gallery
from bot.storage.models import Job
from bot.transport.retry_policy import BEST_EFFORT, NORMAL, RESULT, RequestPolicy

# A photo's bytes, the name of a picture of the gallery, or a photo, file or clip at Telegram with its caption.
MediaFile = str | bytes | InputMediaPhoto | InputMediaDocument | InputMediaAnimation | InputMediaVideo


# Gone before or during the edit (Client.cpp check_message, TdOnEditMessageCallback); Telegram's own word is the last.
DELETED = ("message to edit not found", "message not found", "message_id_invalid")
COMMENT = b"\xff\xfe\x00\x04ok"

log = logging.getLogger(__name__)


class MessageDeleted(Exception):
    """The message was deleted: the user does not want it."""


@dataclass
class MessageWatch:
    """Whether a message was changed since it is watched."""

    changed: bool = False

    __hash__ = object.__hash__


@dataclass(frozen=True)
class MessageEditor:
    """Sends messages and changes them, each by one edit after the other."""

    bot: ExtBot[Any]
    gallery: Gallery
    _locks: WeakValueDictionary[tuple[int, int], asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _watches: WeakValueDictionary[tuple[int, int], MessageWatch] = field(default_factory=WeakValueDictionary)

    async def send(
        self,
        chat_id: int,
        picture: str | InputMediaPhoto,
        caption: str | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
        reply_to_message_id: int | None = None,
        message_thread_id: int | None = None,
    ) -> int:
        """Send one of the gallery's pictures, or a photo that is at Telegram; the id of the new message."""
        shared = self.gallery.sharing(picture) if isinstance(picture, str) else contextlib.nullcontext(picture.media)
        async with shared as photo:
            message = await self.bot.send_photo(
                chat_id,
                photo,
                caption=caption,
                reply_markup=keyboard,
                reply_parameters=reply_to(reply_to_message_id) if reply_to_message_id else None,
                message_thread_id=message_thread_id,
            )
            if isinstance(picture, str):
                self.gallery.remember_file_id(picture, message)
        return message.message_id

    async def send_media(
        self, job: Job, picture: MediaFile, caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> str | None:
        """Send a painting in a message of its own; its file_id."""
        sends: dict[type, Any] = {
            InputMediaDocument: self.bot.send_document,
            InputMediaAnimation: self.bot.send_animation,
            InputMediaVideo: self.bot.send_video,
        }
        message = await sends.get(type(picture), self.bot.send_photo)(
            job.chat_id,
            picture if isinstance(picture, str | bytes) else picture.media,
            caption=caption,
            reply_markup=keyboard,
            reply_parameters=reply_to(job.photo_message_id),
            message_thread_id=job.message_thread_id,
            rate_limit_args=RESULT,
        )
        return _file_id(message)

    def watch(self, chat_id: int, message_id: int) -> MessageWatch:
        """Tells whether this message is changed from now on."""
        return self._watches.setdefault((chat_id, message_id), MessageWatch())

    def lock(self, chat_id: int, message_id: int) -> asyncio.Lock:
        """The lock to hold while this message is changed."""
        return self._locks.setdefault((chat_id, message_id), asyncio.Lock())

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: MediaFile | None = None,
        policy: RequestPolicy = NORMAL,
    ) -> str | None:
        """Wait for the message's lock, and change it as `edit_locked` does."""
        async with self.lock(chat_id, message_id):
            return await self.edit_locked(chat_id, message_id, caption, keyboard, picture, policy)

    async def edit_locked(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: MediaFile | None,
        policy: RequestPolicy = NORMAL,
    ) -> str | None:
        """Change caption and buttons, and the picture if there is one. Nothing happens to a message whose id is not
        known (see `Job.is_lost`).

        To be called while its `lock` is held. Returns the file_id of the new picture. Raises `MessageDeleted`.
        """
        if message_id < 0:
            return None
        if watch := self._watches.pop((chat_id, message_id), None):
            watch.changed = True
        try:
            return await self._change(chat_id, message_id, caption, keyboard, picture, policy)
        except BadRequest as error:
            reason = error.message.lower()
            if "message is not modified" in reason:
                log.info("chat %d: message %d stays: %s", chat_id, message_id, error.message)
                if policy is not RESULT or not isinstance(picture, bytes) or has_comment(picture):
                    return None
                # It was done before, and its answer was lost. Only an edit that changes something is answered with the
                # photo's file_id; and to the official server, equal bytes are the same photo. If that answer is lost,
                # too, the painting is there, without a file_id to share it by.
                return await self.edit_locked(chat_id, message_id, caption, keyboard, with_comment(picture), policy)
            await self._look_for_supergroup(chat_id)
            if reason in DELETED:
                log.info("chat %d: message %d was deleted: %s", chat_id, message_id, error.message)
                raise MessageDeleted from error
            raise

    async def _change(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        picture: MediaFile | None,
        policy: RequestPolicy,
    ) -> str | None:
        if picture is None:
            await self.bot.edit_message_caption(
                chat_id, message_id, caption=caption, reply_markup=keyboard, rate_limit_args=policy
            )
            return None
        shared = self.gallery.sharing(picture) if isinstance(picture, str) else contextlib.nullcontext(picture)
        async with shared as content:
            media = InputMediaPhoto(content, caption=caption) if isinstance(content, str | bytes) else content
            message = await self.bot.edit_message_media(
                media, chat_id, message_id, reply_markup=keyboard, rate_limit_args=policy
            )
            if isinstance(picture, str):
                self.gallery.remember_file_id(picture, message)
        return _file_id(message)

    async def _look_for_supergroup(self, chat_id: int) -> None:
        """Raise `ChatMigrated` if this group has become a supergroup. Telegram tells that to calls that write, and
        refuses edits with words of another kind.
        """
        if is_basic_group(chat_id):
            try:
                await self.bot.send_chat_action(chat_id, ChatAction.TYPING, rate_limit_args=BEST_EFFORT)
            except ChatMigrated:
                raise
            except TelegramError as error:
                log.info("chat %d: %s", chat_id, error)


def is_basic_group(chat_id: int) -> bool:
    """Ids of supergroups and channels have 13 digits or more."""
    return -(10**12) < chat_id < 0


def with_comment(jpeg: bytes) -> bytes:
    """The same picture in other bytes: with a comment (ITU-T T.81, B.2.4.5) after the start of the image."""
    return jpeg[:2] + COMMENT + jpeg[2:]


def has_comment(jpeg: bytes) -> bool:
    """Whether it comes from `with_comment`."""
    return jpeg.startswith(COMMENT, 2)


def _file_id(message: Message | bool) -> str | None:
    if not isinstance(message, Message):
        return None
    shown = message.photo[-1] if message.photo else message.animation or message.video or message.document
    return shown.file_id if shown else None


def reply_to(message_id: int) -> ReplyParameters:
    """A reply, which is sent also if that message is deleted meanwhile."""
    return ReplyParameters(message_id, allow_sending_without_reply=True)
