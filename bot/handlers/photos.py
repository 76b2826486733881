"""Messages: a photo to paint, the style of one, and what is neither."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any
from zlib import crc32

from telegram import Animation, Document, Message, Update, User, Video, VideoNote
from telegram.ext import filters

from bot.chat.gallery import Gallery
from bot.chat.gallery_message import GalleryMessage
from bot.handlers import caption_parser
from bot.handlers.caption_parser import PaintRequest
from bot.handlers.context import Context, message_of, replied_to
from bot.i18n import texts
from bot.jobs.requests import JobRequest, JobRequests
from bot.storage.models import CUSTOM_STYLE, ClipKind, Photo
from bot.storage.storage import Storage
from styler.gallery import Painting
from styler.settings import Format

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".tif", ".tiff", ".avif", ".bmp")

IMAGE = filters.PHOTO | filters.Document.ALL | filters.Sticker.STATIC
CLIP = filters.ANIMATION | filters.VIDEO | filters.VIDEO_NOTE | filters.Document.VIDEO

PHOTOGRAPHIC = ("jpg", "jpeg", "heic", "heif", "avif")  # the others may be drawings, or transparent


@dataclass(frozen=True)
class Photos:
    storage: Storage
    gallery: Gallery
    replies: GalleryMessage
    orders: JobRequests

    async def moving(self, update: Update, _: Context) -> None:
        """A GIF, a video or a round video note to paint."""
        message = message_of(update)
        if (found := _clip(message)) is None or message.from_user is None:
            raise ValueError("a message without a clip")
        clip, kind = found
        if refused := too_big(message, self.orders.config.download_limit):
            await message.reply_text(refused)
        else:
            wish = caption_parser.parse_caption(message.caption or "", self.gallery.paintings)
            photo = _photo(message, message.from_user, clip.file_id, clip=kind)
            await self._new_photo(photo, wish, message, message)

    async def sticker(self, update: Update, _: Context) -> None:
        await message_of(update).reply_text(texts.sticker())

    async def other(self, update: Update, _: Context) -> None:
        await message_of(update).reply_text(texts.nothing_to_paint())

    async def picture(self, update: Update, _: Context) -> None:
        message = message_of(update)
        await self.take(message, message, message.caption or "")

    async def take(self, message: Message, source: Message, words: str) -> None:
        """A photo to paint, or the style picture for an earlier one. `source` is the message with the picture, and
        `message` asks for it: the same, or in a group a reply to it. `words` may say how to paint it.
        """
        user, wish = message.from_user, caption_parser.parse_caption(words, self.gallery.paintings)
        file_id, format = _picture(source)
        if file_id is None or user is None:
            in_group = message.chat_id < 0
            await message.reply_text(texts.not_a_picture() if in_group else texts.nothing_to_paint())
        elif refused := too_big(source, self.orders.config.download_limit):
            await message.reply_text(refused)
        elif source is message and not wish and (photo := await self._wants_style(message, user)):
            await asyncio.gather(
                self.replies.seen(message.chat_id, message.message_id),
                self._take_style(photo, file_id, message, caption_parser.parse_settings(words)),
            )
        else:
            photo = _photo(message, user, file_id, media_group_id=message.media_group_id, format=format)
            await self._new_photo(photo, wish, message, source)

    async def take_again(self, message: Message, source: Message, known: Photo, words: str) -> None:
        """A photo that is known already, perhaps another person's: `source` is its message, or that of its painting."""
        if message.from_user:
            photo = _photo(message, message.from_user, known.file_id, format=known.format, clip=known.clip)
            wish = caption_parser.parse_caption(words, self.gallery.paintings)
            await self._new_photo(photo, wish, message, source)

    async def _wants_style(self, message: Message, user: User) -> Photo | None:
        """The photo for which this picture is the style: the one that it replies to, or one that waits for a style."""
        if replied := replied_to(message):
            photo = await self.storage.photos.shown_in(message.chat_id, replied.message_id)
            return photo if photo and photo.user_id == user.id else None
        if message.media_group_id and await self.storage.photos.media_group(message.chat_id, message.media_group_id):
            return None  # it belongs to an album of photos to paint
        return await self.storage.photos.awaiting_style(message.chat_id, user.id)

    async def _take_style(self, photo: Photo, style: str, message: Message, wishes: Mapping[str, Any]) -> None:
        painting = self.gallery.painting(photo.blend_with) if photo.blend_with else None
        if painting and photo.gallery_message_id:
            await self._ask_how_much(photo, photo.gallery_message_id, painting, style)
        else:
            await self._paint_in_own_style(photo, style, message, wishes)

    async def _ask_how_much(self, photo: Photo, gallery_message_id: int, painting: Painting, own_style: str) -> None:
        """Ask how much of each: of the painting, and of the picture that came to be blended with it."""
        await self.storage.photos.set_custom_style(photo, own_style)
        await self.replies.blending(
            photo, gallery_message_id, "mixall" if photo.style_for_album else "mix", [painting, None]
        )
        await self.storage.photos.close_style_request(photo)

    async def _paint_in_own_style(self, photo: Photo, style: str, message: Message, wishes: Mapping[str, Any]) -> None:
        album = await self.orders.album(photo)
        replied = replied_to(message)
        to_gallery = replied is not None and replied.message_id == photo.gallery_message_id
        # A style in a reply to one photo of an album is for that one: the gallery stays for the others.
        for_album = photo.style_for_album if photo.style_asked_at else to_gallery
        photos = album if for_album else [photo]
        request = f"style/{message.chat_id}/{message.message_id}"
        gallery_message_id = photo.gallery_message_id if photo.style_asked_at or len(photos) == len(album) else None
        # Last: if the bot dies before this, the picture comes here again, and must still be taken for a style. So must
        # the next one, if the line is full for this one.
        if await self.orders.sent(JobRequest(photos, CUSTOM_STYLE + style, request, gallery_message_id, wishes=wishes)):
            await self.storage.photos.close_style_request(photo)

    async def _new_photo(self, photo: Photo, wish: PaintRequest | None, message: Message, source: Message) -> None:
        """Start at once what was wished, or reply with a gallery; the photos of an album share that of the first."""
        photo = await self.storage.photos.add(photo)
        album = await self.orders.album(photo)
        first = album[0]
        if photo.media_group_id and (wish := wish or await self._wish_for_album(photo)):
            await self._start_album(album, wish, photo)
        elif wish:
            order = JobRequest([photo], wish.style, request_of(message, wish), wishes=wish.settings)
            await asyncio.gather(self.replies.seen(photo.chat_id, source.message_id), self.orders.sent(order))
        elif first.gallery_message_id is None or await self.storage.job_search.has_message(
            first.chat_id, first.gallery_message_id
        ):
            await asyncio.gather(
                self.replies.seen(photo.chat_id, source.message_id), self.replies.new_gallery(first, album)
            )
        elif len(album) in (2, 3):
            # The buttons now mean all of them, and at three the second is not the style any more.
            await self.replies.show_gallery(first, first.gallery_message_id, album=album)

    async def _wish_for_album(self, photo: Photo) -> PaintRequest | None:
        """The wish in the caption of another photo of the album, which is for all of it."""
        job = await self.storage.job_search.started_by_caption(photo)
        return PaintRequest(job.style, job.settings) if job else None

    async def _start_album(self, album: Sequence[Photo], wish: PaintRequest, newest: Photo) -> None:
        """A job for each photo of the album that has come so far; this is called again for each that comes later. Only
        the newest photo is told that it cannot join the line: the others were told when they came.
        """
        first, control_message_id = (
            album[0],
            next((photo.gallery_message_id for photo in album if photo.gallery_message_id), None),
        )
        if control_message_id is None:
            _, new = await asyncio.gather(
                self.replies.seen(first.chat_id, first.message_id),
                self.orders.dispatcher.albums.new_control(first, wish.style),
            )
            control_message_id = new
            await self.storage.photos.set_gallery(first, new)
        for photo in album:
            request = f"caption/{photo.chat_id}/{photo.message_id}"
            order = JobRequest([photo], wish.style, request, control_message_id, in_album=True, wishes=wish.settings)
            refused = await self.orders.sent_in_album(order)
            if refused and photo.message_id == newest.message_id:
                await self.replies.say(photo, refused)


def _photo(
    message: Message,
    user: User,
    file_id: str,
    *,
    media_group_id: str | None = None,
    format: Format | None = None,
    clip: ClipKind | None = None,
) -> Photo:
    """The photo that `message` asks to paint for `user`, with the topic of a forum that the message is in."""
    topic = message.message_thread_id if message.is_topic_message else None
    place = (message.chat_id, message.message_id, user.id)
    return Photo(*place, file_id, media_group_id, message_thread_id=topic, format=format, clip=clip)


def _clip(message: Message) -> tuple[Animation | Document | Video | VideoNote, ClipKind] | None:
    """The clip in the message, and its kind. An animation comes first, since Telegram sends it as a document, too."""
    if message.animation:
        return message.animation, "animation"
    if message.video_note:
        return message.video_note, "video_note"
    video = message.video or (message.document if filters.Document.VIDEO.filter(message) else None)
    return (video, "video") if video else None


def has_picture(message: Message) -> bool:
    return _picture(message)[0] is not None


def too_big(message: Message, limit: int) -> str | None:
    """What to say if the file in this message is larger than Telegram gives us; else None."""
    size = getattr(_shown(message), "file_size", None) or 0
    sentence = texts.clip_too_big if _clip(message) else texts.too_big
    return sentence(size, limit) if size > limit else None


def with_new_media(photo: Photo, message: Message) -> Photo:
    """The photo as its message is after an edit: with another picture, a file or a clip in its place."""
    if found := _clip(message):
        clip, kind = found
        return replace(photo, file_id=clip.file_id, format=None, clip=kind)
    file_id, format = _picture(message)
    return replace(photo, file_id=file_id, format=format, clip=None) if file_id else photo


def _shown(message: Message) -> object:
    """The message's file, if it has one; of a photo the largest size (of a live photo, too, whose film is larger)."""
    if message.photo:
        return message.photo[-1]
    shown = message.effective_attachment
    return shown[-1] if isinstance(shown, Sequence) else shown


def request_of(message: Message, wish: PaintRequest) -> str:
    """A name for the wish in a message. An edit makes another one only if it changes the wish or the picture."""
    said = f"{getattr(_shown(message), 'file_unique_id', '')} {wish.style} {sorted(wish.settings.items())}"
    return f"caption/{message.chat_id}/{message.message_id}/{crc32(said.encode()):08x}"


def _picture(message: Message) -> tuple[str | None, Format | None]:
    """The file_id of the message's picture, if it looks like one (the painter decides, by its bytes); and, of a file,
    the format of its painting: PNG, or JPEG if the file's own format is one for photographs.
    """
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height).file_id, None
    if message.sticker:
        return (message.sticker.file_id if filters.Sticker.STATIC.filter(message) else None), None
    document = message.document
    if document is None:
        return None, None
    ending = PurePath((document.file_name or "").lower()).suffix
    kind = (document.mime_type or "").lower()
    if not (kind.startswith("image/") or ending in PICTURE_ENDINGS):
        return None, None
    name = kind.removeprefix("image/") if kind.startswith("image/") else ending[1:]
    return document.file_id, "jpeg" if name in PHOTOGRAPHIC else "png"
