"""Edits of messages: another picture or caption, and a text whose slip of the pen is mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from telegram import Message, Update

from bot.chat.gallery_message import GalleryMessage
from bot.handlers.caption_parser import CANCEL, parse_caption_wishes, parse_change
from bot.handlers.commands import Commands
from bot.handlers.context import Context, sender_id
from bot.handlers.follow_ups import FollowUps
from bot.handlers.media import media_of, too_big, with_new_media
from bot.handlers.mentions import text_addressed_to_bot, words_of
from bot.handlers.new_photos import caption_key
from bot.handlers.photos import Photos
from bot.storage.idempotency import IdempotencyKey
from bot.storage.storage import Storage

LATEST_CORRECTION = timedelta(minutes=10)  # of a text; a later edit only tidies up


@dataclass(frozen=True)
class Edits:
    """Takes a message as it is now."""

    storage: Storage
    photos: Photos
    commands: Commands
    follow_ups: FollowUps
    gallery_message: GalleryMessage

    async def edited(self, update: Update, context: Context) -> None:
        """A new picture takes the place of the old one. If its caption says how to paint it, it is painted at once; and
        with it its album, unless a caption has begun that already. In a group, the words may be the first that address
        the bot.
        """
        message = update.edited_message
        if message is None:
            raise ValueError("an update without an edited message")
        if message.text:
            await self._reread(update, message, context)
            return
        photo = await self.storage.photos.get(message.chat_id, sender_id(message), message.message_id)
        words = text_addressed_to_bot(message) if message.chat_id < 0 else words_of(message)
        if photo is None:
            if message.chat_id < 0 and words is not None and media_of(message):
                await self.photos.take(message, message, words)
            return
        if refused := too_big(message, self.photos.download_limit):
            await message.reply_text(refused, do_quote=True)
            return
        request = self.follow_ups.parse(words)
        wishes = {} if request else parse_caption_wishes(words or "", self.gallery_message.gallery.paintings)
        before, photo = photo, await self.storage.photos.add(replace(with_new_media(photo, message), wishes=wishes))
        if request and not (photo.media_group_id and await self.storage.job_search.started_by_caption(photo)):
            album = await self.storage.photos.album(photo)
            await self.follow_ups.start(album, request, caption_key(message, request), album[0].gallery_message_id)
        elif (photo.file_id, photo.wishes) != (before.file_id, before.wishes):
            await self.gallery_message.show_anew(photo)

    async def _reread(self, update: Update, message: Message, context: Context) -> None:
        """A text that has brought no painting, and whose slip of the pen is mended soon, is taken as a new one."""
        key = IdempotencyKey.of_text(message.chat_id, message.message_id)
        is_late = not message.edit_date or message.edit_date - message.date > LATEST_CORRECTION
        if message.chat_id < 0 or is_late or await self.storage.job_search.requested_by(key):
            return
        if parse_change(words_of(message)) == CANCEL:
            await self.commands.cancel_all(update, context)
        else:
            await self.follow_ups.take_text(message, sender_id(message))
