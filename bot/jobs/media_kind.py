"""What a file is, by its bytes: its name and its MIME type may say anything."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Literal

MediaKind = Literal["still", "video", "animation"]  # an animation is a picture that moves

_STILL = (b"\xff\xd8\xff", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # JPEG, BMP, TIFF, BigTIFF
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"avif", b"miaf", b"jpeg")
_VIDEO = (
    b"\x1a\x45\xdf\xa3",  # Matroska and WebM
    b"\0\0\1\xba",  # MPEG's program stream, as on a DVD
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # Windows Media
    b"FLV\1",
    b"OggS",
    b"\x1f\x07\0",  # DV, as tapes have it
)
# Where the first packets of a transport stream begin; cameras write the latter.
_TS_PACKETS = (range(0, 4 * 188, 188), range(4, 4 * 192, 192))
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # what a MOV may begin with instead of its brand


async def find_media_kind(data: bytes) -> MediaKind | None:
    """`media_kind`, while the bot goes on: a file that is made of countless pieces takes seconds."""
    return await asyncio.to_thread(media_kind, data)


def media_kind(data: bytes) -> MediaKind | None:
    """None for what is neither a picture nor a video, as far as its beginning tells."""
    if data[4:8] == b"ftyp":
        if data[8:12] == b"avis":
            return "animation"
        return "still" if data[8:12] in _HEIF_BRANDS else "video"
    if data[4:8] in _QUICKTIME or data.startswith(_VIDEO) or (data[:4], data[8:12]) == (b"RIFF", b"AVI "):
        return "video"
    return _picture_kind(data) or ("video" if _is_transport_stream(data) else None)


def _picture_kind(data: bytes) -> MediaKind | None:
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "animation" if _several(_gif_frames(data)) else "still"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "animation" if b"acTL" in _png_chunks(data) else "still"
    if (data[:4], data[8:12]) == (b"RIFF", b"WEBP"):
        # The first chunk, VP8X, has a bit that tells of frames.
        return "animation" if data[12:16] == b"VP8X" and data[20:21] and data[20] & 2 else "still"
    return "still" if data.startswith(_STILL) else None


def _is_transport_stream(data: bytes) -> bool:
    """MPEG-2's, as camcorders write it (MTS): each packet begins with 0x47."""
    return any(all(data[at : at + 1] == b"G" for at in packets) for packets in _TS_PACKETS)


def _several(frames: Iterator[int]) -> bool:
    try:
        return len(list(islice(frames, 2))) > 1
    except IndexError:  # it ends early
        return False


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
