"""Messages with something to paint: a photo, a file or a clip; and messages with nothing of the kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Message, Update

from bot.handlers.caption_parser import PaintRequest, doubtful_style, parse_caption, parse_caption_wishes, wants_clip
from bot.handlers.context import Context, message_of, sender_id
from bot.handlers.custom_styles import CustomStyles
from bot.handlers.media import FoundMedia, may_be_still, media_of, new_photo, too_big
from bot.handlers.mentions import words_of
from bot.handlers.new_photos import NewPhotos
from bot.i18n import texts
from bot.storage.models import Photo


@dataclass(frozen=True)
class Photos:
    """Takes pictures and clips in. `download_limit` is the largest file that Telegram gives us, in bytes."""

    new_photos: NewPhotos
    custom_styles: CustomStyles
    download_limit: int

    async def sticker(self, update: Update, _: Context) -> None:
        """A sticker that moves, and is no video."""
        await message_of(update).reply_text(texts.sticker(), do_quote=True)

    async def other(self, update: Update, _: Context) -> None:
        """A message that has nothing to paint in it."""
        await message_of(update).reply_text(texts.nothing_to_paint(), do_quote=True)

    async def picture(self, update: Update, _: Context) -> None:
        """A photo, a file, a sticker or a clip, in a private chat."""
        message = message_of(update)
        await self.take(message, message, words_of(message))

    async def take(self, message: Message, source: Message, words: str) -> None:
        """Something to paint, or the style picture for an earlier photo. `source` is the message that has it, and
        `message` asks for it: the same, or in a group a reply to it. `words` may say how to paint it.
        """
        media = media_of(source, self.download_limit)
        if media is None:
            await message.reply_text(texts.nothing_to_paint(), do_quote=True)
        elif refused := too_big(source, self.download_limit):
            await message.reply_text(refused, do_quote=True)
        elif request := parse_caption(words, self.new_photos.paintings):
            await self._take_photo(message, media, words, request)
        elif source is not message:
            await self._take_photo(message, media, words)
        elif photo := await self.custom_styles.wanted_by(message):
            await self._take_style(photo, message, media, words)
        else:
            await self._take_photo(message, media, words)

    async def _take_style(self, photo: Photo, message: Message, media: FoundMedia, words: str) -> None:
        """Take a picture for the style of an earlier photo; what moves can be none, and is painted itself. Of the file
        of a GIF, the painter finds out whether it moves.
        """
        if media.clip and not may_be_still(message):
            await self._take_photo(message, media, words, note=texts.no_moving_style())
            return
        style = self.custom_styles.take(photo, media.file_id, message, self._wishes(words))
        await self.new_photos.reacting(message, style)

    async def _take_photo(
        self, message: Message, media: FoundMedia, words: str, request: PaintRequest | None = None, note: str = ""
    ) -> None:
        media = media.as_clip() if wants_clip(words) else media
        # Of a GIF, and of what is shown as one, no album can be made.
        album = message.media_group_id if media.clip in (None, "video") or media.format else None
        photo = new_photo(message, sender_id(message), media, {} if request else self._wishes(words), album)
        note = note or ("" if request or album else self._doubt(words))
        await self.new_photos.add(photo, request, message, note)

    async def take_again(self, message: Message, known: Photo, words: str) -> None:
        """A photo that is known already, perhaps another user's."""
        media = FoundMedia(known.file_id, known.format, known.clip, known.live_file_id)
        request = parse_caption(words, self.new_photos.paintings)
        photo = new_photo(message, sender_id(message), media, {} if request else self._wishes(words))
        await self.new_photos.add(photo, request, message, "" if request else self._doubt(words))

    def _wishes(self, words: str) -> Mapping[str, Any]:
        return parse_caption_wishes(words, self.new_photos.paintings)

    def _doubt(self, words: str) -> str:
        return str(doubtful_style(words, self.new_photos.paintings) or "")
