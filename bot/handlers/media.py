"""What a message brings to paint: the photo, file or clip in it, and its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from mimetypes import guess_type
from pathlib import PurePath
from typing import Any, TypeVar

from telegram import Animation, Document, Message, Sticker, Video, VideoNote
from telegram.ext import filters

from bot.i18n import texts
from bot.storage.models import ClipKind, Photo, PhotoFormat
from styler.settings import Format

UNTOLD = ("", "application/octet-stream", "binary/octet-stream")  # MIME types that say nothing
PHOTOGRAPHIC = ("jpg", "jpeg", "jpe", "jfif", "mpo", "heic", "heif", "hif", "avif")
MAYBE_DRAWN = ("png", "webp", "tif", "tiff", "bmp")  # or transparent: what is painted of them is a PNG
# Of what may be a picture, whatever its MIME type says: programs give many to these, and the bytes decide.
PICTURE_ENDINGS = tuple(f".{name}" for name in PHOTOGRAPHIC + MAYBE_DRAWN)
CLIP_ENDINGS = (".mp4", ".m4v", ".mov", ".qt", ".webm", ".mkv", ".avi", ".3gp", ".3g2")

IMAGE = filters.PHOTO | filters.Document.ALL | filters.Sticker.STATIC
CLIP = filters.ANIMATION | filters.VIDEO | filters.VIDEO_NOTE | filters.Document.VIDEO | filters.Sticker.VIDEO


@dataclass(frozen=True, slots=True)
class FoundMedia:
    """What there is to paint in a message. `format`: it came as a file, so its painting is one, in this format. Of a
    live photo `live_file_id` is the part that is not painted: the video, or the still.
    """

    file_id: str
    format: PhotoFormat | None = None
    clip: ClipKind | None = None
    live_file_id: str | None = None

    def as_clip(self) -> FoundMedia:
        """Of a live photo the video."""
        return switched(self) if self.live_file_id and not self.clip else self


LiveMedia = TypeVar("LiveMedia", FoundMedia, Photo)


def switched(media: LiveMedia) -> LiveMedia:
    """The other part of a live photo: its video in place of the still, or the still in place of the video."""
    if media.live_file_id is None:
        return media
    clip: ClipKind | None = None if media.clip else "video"
    return replace(media, file_id=media.live_file_id, live_file_id=media.file_id, clip=clip)


def media_of(message: Message, limit: int | None = None) -> FoundMedia | None:
    """What the message brings to paint, if it looks like a picture or a clip: the painter decides, by its bytes. The
    video of a live photo with more than `limit` bytes is left out.
    """
    if found := clip_of(message):
        clip, kind = found
        # Files that are sent together can only come back together as files.
        as_file = isinstance(clip, Document) and message.media_group_id
        return FoundMedia(clip.file_id, "mp4" if as_file else None, kind)
    file_id, format = picture_of(message)
    video = message.live_photo
    fits = video is not None and (video.file_size or 0) <= (limit or video.file_size or 0)
    return FoundMedia(file_id, format, None, video.file_id if video and fits else None) if file_id else None


def new_photo(
    message: Message,
    owner_id: int,
    media: FoundMedia,
    wishes: Mapping[str, Any] | None = None,
    album: str | None = None,
) -> Photo:
    """The photo that `message` asks to paint for its owner, with the topic of a forum that the message is in. Of an
    `album`; and with what its words wish for, if they leave the painting open.
    """
    topic = message.message_thread_id if message.is_topic_message else None
    photo = Photo(
        message.chat_id, message.message_id, owner_id, "", album, message_thread_id=topic, wishes=wishes or {}
    )
    return with_media(photo, media)


def clip_of(message: Message) -> tuple[Animation | Document | Sticker | Video | VideoNote, ClipKind] | None:
    """The clip in the message, and its kind. An animation comes first, since Telegram sends it as a document, too."""
    if message.animation:
        return message.animation, "animation"
    if message.video_note:
        return message.video_note, "video_note"
    if message.sticker and message.sticker.is_video:
        return message.sticker, "animation"
    if message.document and (kind := _clip_by_name(message.document)):
        return message.document, kind
    return (message.video, "video") if message.video else None


def may_be_still(message: Message) -> bool:
    """Whether what looks like a clip may after all be a picture: a GIF that was sent as a file."""
    clip = clip_of(message)
    return clip is not None and isinstance(clip[0], Document) and clip[1] == "animation"


def _clip_by_name(document: Document) -> ClipKind | None:
    """As far as its name and its MIME type tell: before it is painted, its bytes decide."""
    type, ending = _described(document)
    if type == "image/gif" or (type in UNTOLD and ending == ".gif"):
        return "animation"
    return "video" if type.startswith("video/") or (ending in CLIP_ENDINGS and not type.startswith("image/")) else None


def _described(document: Document) -> tuple[str, str]:
    """Its MIME type and its ending, in small letters."""
    return (document.mime_type or "").lower(), PurePath((document.file_name or "").lower()).suffix


def picture_of(message: Message) -> tuple[str | None, Format | None]:
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
    type, ending = _described(document)
    told = type.startswith("image/")
    unknown = type in UNTOLD and guess_type(f"file{ending}")[0] is None
    if not (told or ending in PICTURE_ENDINGS or unknown):
        return None, None
    name = type.removeprefix("image/") if told else ending[1:]
    return document.file_id, "jpeg" if name in PHOTOGRAPHIC else "png"


def file_of(message: Message) -> object:
    """The message's file, if it has one; of a photo the largest size (of a live photo, too, whose video is larger)."""
    if message.photo:
        return message.photo[-1]
    attachment = message.effective_attachment
    return attachment[-1] if isinstance(attachment, Sequence) else attachment


def too_big(message: Message, limit: int) -> str | None:
    """What to say if the file in this message is larger than Telegram gives us; else None. `limit` is in bytes."""
    size = getattr(file_of(message), "file_size", None) or 0
    sentence = texts.clip_too_big if clip_of(message) else texts.too_big
    return sentence(size, limit) if size > limit else None


def with_new_media(photo: Photo, message: Message) -> Photo:
    """The photo as its message is after an edit: with another picture, a file or a clip in its place."""
    media = media_of(message)
    if media is None or media.file_id in (photo.file_id, photo.live_file_id):
        return photo
    return with_media(photo, media)


def with_media(photo: Photo, media: FoundMedia) -> Photo:
    """The photo with this to paint."""
    return replace(photo, file_id=media.file_id, format=media.format, clip=media.clip, live_file_id=media.live_file_id)
