"""Groups: the bot says nothing unless it is addressed, or a picture continues what somebody asked of it.

Who writes in the name of a channel or as an anonymous admin is known by that chat alone: see `context.sender_id`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Message, Update

from bot.handlers.caption_parser import Remark, parse_remark
from bot.handlers.context import Context, message_of, sender_id
from bot.handlers.follow_ups import FollowUps
from bot.handlers.media import clip_of, media_of
from bot.handlers.mentions import text_addressed_to_bot
from bot.handlers.photos import Photos
from bot.i18n import texts
from bot.jobs.chat_migration import ChatMigration
from bot.storage.models import Photo
from bot.storage.photos import PhotoTable


@dataclass(frozen=True)
class Groups:
    """Messages in groups, and /paint everywhere."""

    photo_table: PhotoTable
    photos: Photos
    follow_ups: FollowUps
    chat_migration: ChatMigration

    async def addressed(self, update: Update, context: Context) -> None:
        """/paint, or the bot's name: under a photo or a clip, or in a reply to one. The other words there say how to
        paint it. In a private chat it may also be the photo before.
        """
        message = message_of(update)
        words, replied = text_addressed_to_bot(message) or "", message.reply_to_message
        if media_of(message):
            await self.photos.take(message, message, words)
        elif await self.follow_ups.redo(message, words) or await self.follow_ups.give_up_style(message, words):
            pass
        elif parse_remark(words) is Remark.PRAISE and words:
            await message.reply_text(texts.my_pleasure())
        elif replied and (photo := await self.photo_table.shown_in(message.chat_id, replied.message_id)):
            await self._take_again(message, await self.follow_ups.shown_with(photo, replied.message_id), words)
        elif replied and media_of(replied):
            await self.photos.take(message, replied, words)
        elif message.chat.type == message.chat.PRIVATE:
            await self.follow_ups.text(update, context)
        else:
            await message.reply_text(texts.how_in_groups())

    async def _take_again(self, message: Message, photos: Sequence[Photo], words: str) -> None:
        """Photos that are known already. Those of an album are painted together for who has sent it."""
        if len(photos) == 1:
            await self.photos.take_again(message, photos[0], words)
        elif photos[0].user_id != sender_id(message):
            await message.reply_text(texts.which_of_an_album())
        elif words:
            await self.follow_ups.take_text(message, photos[0].user_id)
        else:
            await self.follow_ups.gallery_message.post(photos[0], photos)

    async def picture(self, update: Update, _: Context) -> None:
        """The style that was asked for, in a reply; or more of an album whose first photo was addressed to us."""
        message = message_of(update)
        replied, media_group_id = message.reply_to_message, message.media_group_id
        as_style = replied and not clip_of(message)
        known = await self.photo_table.shown_in(message.chat_id, replied.message_id) if replied and as_style else None
        album = await self.photo_table.media_group(message.chat_id, media_group_id) if media_group_id else []
        if any(photo.user_id == sender_id(message) for photo in (known, *album) if photo):
            await self.photos.take(message, message, message.caption or "")

    async def migrated(self, update: Update, _: Context) -> None:
        """The group has become a supergroup: what waits there goes on here."""
        message = message_of(update)
        if message.migrate_to_chat_id:
            await self.chat_migration.move(message.chat_id, message.migrate_to_chat_id)
