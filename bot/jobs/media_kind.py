"""Whether a file moves, by its bytes: its name and its MIME type may say anything."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

from bot.storage.models import ClipKind

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"avif", b"miaf", b"jpeg")
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # what a MOV may begin with instead of its brand


def clip_kind(data: bytes) -> ClipKind | None:
    """A video, or an animation, which is a picture that moves; None for what stands still, or is none of these."""
    if data[4:8] == b"ftyp":
        if data[8:12] == b"avis":
            return "animation"
        return None if data[8:12] in _HEIF_BRANDS else "video"
    if data[4:8] in _QUICKTIME or data[:4] == b"\x1a\x45\xdf\xa3" or (data[:4], data[8:12]) == (b"RIFF", b"AVI "):
        return "video"
    return "animation" if _is_animated(data) else None


def _is_animated(data: bytes) -> bool:
    try:
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return len(list(islice(_gif_frames(data), 2))) > 1
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            return b"acTL" in islice(_png_chunks(data), 64)
    except (IndexError, struct.error):  # it ends early: the painter says so
        return False
    # In the first chunk, VP8X, a bit tells of the frames.
    return (data[:4], data[8:16]) == (b"RIFF", b"WEBPVP8X") and len(data) > 20 and bool(data[20] & 2)


def _png_chunks(data: bytes) -> Iterator[bytes]:
    """The names of the chunks before the pixels."""
    at = 8
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if name == b"IDAT":
            return
        yield name
        at += 12 + size


def _gif_frames(data: bytes) -> Iterator[int]:
    """Where each frame begins."""
    at = 13 + _color_table(data[10])
    while data[at] != 0x3B:  # the file's end
        if data[at] == 0x2C:
            yield at
            at += 10 + _color_table(data[at + 9]) + 1
        else:  # an extension
            at += 2
        while data[at]:  # blocks, each with its length before it
            at += data[at] + 1
        at += 1


def _color_table(flags: int) -> int:
    """Its bytes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
