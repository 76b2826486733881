"""What Telegram does to a photo: several sizes, recompressed as JPEG, without its metadata."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageOps

SIDES = (90, 320, 800, 1280)
THUMBNAIL = 320
QUALITY = 87
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MAX_WIDTH_PLUS_HEIGHT = 10_000
MAX_RATIO = 20

# Everything that Pillow's decoders were seen to raise on damaged files.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


class PictureError(ValueError):
    """`str()` is Telegram's word for it."""


@dataclass(frozen=True, slots=True)
class UploadedImage:
    data: bytes
    width: int
    height: int


@lru_cache(maxsize=16)
def photo_sizes(data: bytes, *, limits: bool = True) -> tuple[UploadedImage, ...]:
    """The sizes of a photo, small to large. Blocks for as long as decoding takes: call it in a thread.

    `limits` are those of the Bot API; a person's app scales a photo down before it uploads it, so knows none.
    Cached, because tests send the same few photos thousands of times.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if limits:
                _check_dimensions(image.width, image.height)
            image.draft("RGB", (2 * SIDES[-1], 2 * SIDES[-1]))
            upright = _flatten(ImageOps.exif_transpose(image))
    except _UNREADABLE as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError("IMAGE_PROCESS_FAILED") from error
    long_edge = min(max(upright.size), SIDES[-1])
    return tuple(_jpeg(upright, side) for side in (*(side for side in SIDES if side < long_edge), long_edge))


@lru_cache(maxsize=16)
def thumbnail(data: bytes) -> UploadedImage | None:
    """The small picture beside a file, or None where the file is no picture that Telegram can read."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_dimensions(image.width, image.height)
            image.draft("RGB", (2 * THUMBNAIL, 2 * THUMBNAIL))
            return _jpeg(_flatten(ImageOps.exif_transpose(image)), THUMBNAIL)
    except _UNREADABLE:
        return None


def _check_dimensions(width: int, height: int) -> None:
    if width + height > MAX_WIDTH_PLUS_HEIGHT or max(width, height) > MAX_RATIO * min(width, height):
        raise PictureError("PHOTO_INVALID_DIMENSIONS")


def _flatten(image: Image.Image) -> Image.Image:
    """RGB; what was transparent becomes white, as in Telegram's own apps."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")


def _jpeg(image: Image.Image, side: int) -> UploadedImage:
    scale = min(1.0, side / max(image.size))
    width, height = (max(1, round(length * scale)) for length in image.size)
    small = image if scale == 1 else image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    out = io.BytesIO()
    # A new image has no `info`, so no EXIF, ICC or comment can slip through.
    Image.frombytes("RGB", small.size, small.tobytes()).save(out, "JPEG", quality=QUALITY)
    return UploadedImage(out.getvalue(), width, height)
