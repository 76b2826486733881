"""Messages with something to paint: a photo, a file or a clip; and messages with nothing of the kind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from telegram import Message, Update

from bot.handlers.caption_parser import parse_caption, parse_settings
from bot.handlers.context import Context, message_of
from bot.handlers.custom_styles import CustomStyles
from bot.handlers.media import clip_of, new_photo, picture_of, too_big
from bot.handlers.mentions import words_of
from bot.handlers.new_photos import NewPhotos
from bot.i18n import texts
from bot.storage.models import Photo


@dataclass(frozen=True)
class Photos:
    """Takes pictures in. `download_limit` is the largest file that Telegram gives us, in bytes."""

    new_photos: NewPhotos
    custom_styles: CustomStyles
    download_limit: int

    async def clip(self, update: Update, _: Context) -> None:
        """A GIF, a video, a round video note or a video sticker to paint."""
        message = message_of(update)
        if (found := clip_of(message)) is None or message.from_user is None:
            raise ValueError("a message without a clip")
        clip, kind = found
        if refused := too_big(message, self.download_limit):
            await message.reply_text(refused)
        else:
            request = parse_caption(words_of(message), self.new_photos.paintings)
            photo = new_photo(message, message.from_user, clip.file_id, clip=kind)
            await self.new_photos.add(photo, request, message, message)

    async def sticker(self, update: Update, _: Context) -> None:
        """A sticker that moves, and is no video."""
        await message_of(update).reply_text(texts.sticker())

    async def other(self, update: Update, _: Context) -> None:
        """A message that has nothing to paint in it."""
        await message_of(update).reply_text(texts.nothing_to_paint())

    async def picture(self, update: Update, context: Context) -> None:
        """A photo, a file or a sticker that is still."""
        message = message_of(update)
        if clip_of(message):  # by the name of the file
            await self.clip(update, context)
            return
        await self.take(message, message, words_of(message))

    async def take(self, message: Message, source: Message, words: str) -> None:
        """A photo to paint, or the style picture for an earlier one. `source` is the message with the picture, and
        `message` asks for it: the same, or in a group a reply to it. `words` may say how to paint it.
        """
        user, request = message.from_user, parse_caption(words, self.new_photos.paintings)
        file_id, format = picture_of(source)
        if file_id is None or user is None:
            in_group = message.chat_id < 0
            await message.reply_text(texts.not_a_picture() if in_group else texts.nothing_to_paint())
        elif refused := too_big(source, self.download_limit):
            await message.reply_text(refused)
        elif source is message and not request and (photo := await self.custom_styles.wanted_by(message, user)):
            await asyncio.gather(
                self.new_photos.react(message),
                self.custom_styles.take(photo, file_id, message, parse_settings(words)),
            )
        else:
            photo = new_photo(message, user, file_id, media_group_id=message.media_group_id, format=format)
            await self.new_photos.add(photo, request, message, source)

    async def take_again(self, message: Message, source: Message, known: Photo, words: str) -> None:
        """A photo that is known already, perhaps another user's: `source` is its message, or that of its painting."""
        if message.from_user:
            photo = new_photo(message, message.from_user, known.file_id, format=known.format, clip=known.clip)
            request = parse_caption(words, self.new_photos.paintings)
            await self.new_photos.add(photo, request, message, source)
