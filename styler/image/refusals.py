"""What a file is that cannot be read, in one sentence. Free of torch."""

from __future__ import annotations

import re

from PIL import Image, UnidentifiedImageError

from styler.events import BadImage
from styler.image.bmp import bmp_kind
from styler.image.foreign_kinds import foreign_kind
from styler.image.heif import heif_kind, is_sequence
from styler.image.jpeg import Truncated, jpeg_kind
from styler.image.limits import Which, moving, too_many_pixels
from styler.image.tiff import Unsupported, tiff_kind

_CUT_SHORT = re.compile("truncated|end of file|broken data stream|expected to read", re.IGNORECASE)
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
    kinds = (describe(data) for describe in (foreign_kind, jpeg_kind, tiff_kind, bmp_kind, heif_kind))
    return "" if opened else next((kind for kind in kinds if kind), "")


def _damage(data: bytes, which: Which, error: Exception) -> BadImage:
    avif = data[4:12] == b"ftypavif"  # of which Pillow does not know a part
    if isinstance(error, UnidentifiedImageError) and not avif:
        return BadImage("unreadable", f"it is not a picture that can be read; {_KNOWN} is needed", which)
    webp_ends_early = data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") + 8 > len(data)
    if isinstance(error, Truncated) or avif or webp_ends_early or _CUT_SHORT.search(str(error)):
        return _incomplete(which, getattr(error, "share", None))
    return BadImage("damaged", "it is damaged: it cannot be decoded", which)


def _incomplete(which: Which, share: float | None = None) -> BadImage:
    """`share` is how much of the picture is missing, 0 to 1, if that is known."""
    if share is None:
        return BadImage("truncated", "it is incomplete: a part of its file is missing or damaged", which)
    detail = f"it is incomplete: {max(1, round(100 * share))} % of the picture is missing"
    return BadImage("truncated", detail, which, {"share": share})
