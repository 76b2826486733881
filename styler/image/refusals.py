"""What a file is that cannot be read, in one sentence."""

from __future__ import annotations

import re

from PIL import Image, UnidentifiedImageError

from styler.events import BadImage
from styler.image.bmp import bmp_kind
from styler.image.errors import Truncated, Unsupported
from styler.image.foreign_kinds import foreign_kind
from styler.image.heif import heif_kind, is_sequence
from styler.image.jpeg import jpeg_kind
from styler.image.limits import Which, moving, too_many_pixels
from styler.image.tiff import tiff_kind

_CUT_SHORT = re.compile("truncated|end of file|broken data stream|expected to read", re.IGNORECASE)
# How files of these begin. If no reader knows one of them, what makes it known is missing.
_BEGINNINGS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II[*+]\x00|MM\x00[*+]"
    rb"|.{4}ftyp(heic|heix|heim|heis|mif1|avif|avis)",
    re.DOTALL,
)
_KNOWN = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP"


def refusal(data: bytes, which: Which, error: Exception) -> BadImage:
    """The `BadImage` for what the readers raised over the bytes of a file."""
    if isinstance(error, Image.DecompressionBombError):  # from Pillow's own limit, which lies far above ours
        pixels = next(int(word) for word in re.findall("[0-9]+", str(error)))
        return too_many_pixels("it has", pixels, which)
    if isinstance(error, UnidentifiedImageError) and is_sequence(data):
        return moving("HEIF", which)
    if kind := _kind(data, error):
        detail = f"it is of a kind that cannot be read: {kind}; save it as JPEG or PNG"
        return BadImage("unsupported", detail, which, {"kind": kind})
    return _damage(data, which, error)


def _kind(data: bytes, error: Exception) -> str:
    """What kind of file it is, if that is why it cannot be read; nothing if its kind is fine."""
    if isinstance(error, Unsupported):
        return error.kind
    opened = not isinstance(error, UnidentifiedImageError | RuntimeError) and "unsupported" not in str(error).lower()
    kinds = (describe(data) for describe in (jpeg_kind, tiff_kind, bmp_kind, heif_kind))
    return foreign_kind(data) or ("" if opened else next((kind for kind in kinds if kind), ""))


def _damage(data: bytes, which: Which, error: Exception) -> BadImage:
    if isinstance(error, Truncated) or _told_size(data) > len(data) or _CUT_SHORT.search(str(error)):
        return _incomplete(which, getattr(error, "share", None))
    if isinstance(error, UnidentifiedImageError) and _BEGINNINGS.match(data):
        return _incomplete(which)
    if isinstance(error, UnidentifiedImageError) and not _told_size(data):
        return BadImage("unreadable", f"it is not a picture that can be read; {_KNOWN} is needed", which)
    return BadImage("damaged", "it is damaged: it cannot be decoded", which)


def _told_size(data: bytes) -> int:
    """How many bytes a WebP or a BMP says to have; of other files 0."""
    if data[:4] == b"RIFF" and b"WEBP".startswith(data[8:12]):
        return int.from_bytes(data[4:8], "little") + 8
    return int.from_bytes(data[2:6], "little") if re.match(rb"BM.{4}\x00{4}", data, re.DOTALL) else 0


def _incomplete(which: Which, share: float | None = None) -> BadImage:
    """`share` is how much of the picture is missing, 0 to 1, if that is known."""
    if share is None:
        return BadImage("truncated", "it is incomplete: a part of its file is missing or damaged", which)
    detail = f"it is incomplete: {max(1, round(100 * share))} % of the picture is missing"
    return BadImage("truncated", detail, which, {"share": share})
