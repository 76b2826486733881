"""The description of a clip's tracks in an MP4 or a Matroska file, for what PyAV does not tell of it.

ISO/IEC 14496-12, section 4.2; RFC 8794, sections 4 and 5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

_MP4 = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # what it may begin with
VISUAL_ENTRY = 86  # bytes of a video track's sample entry, before the boxes in it
_SHOWN = (b"vide", b"pict", b"auxv")  # handlers: videos, image sequences (as of AVIF), and what lies beside those
_SEGMENT, _TRACKS, _TRACK, _TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_LARGEST = 1 << 26  # bytes of a file's description


def mp4_entries(file: BinaryIO) -> list[bytes]:
    """What is in the sample entry of each video track of an MP4, with its size and name; of any other file none."""
    file.seek(0)
    if file.read(12)[4:8] not in _MP4:
        return []
    tracks = [track for track in boxes(_top(file, b"moov"), b"trak") if _shows(track)]
    return [b"".join(boxes(track, b"mdia", b"minf", b"stbl", b"stsd"))[8:] for track in tracks]


def matroska_tracks(file: BinaryIO) -> list[bytes]:
    """What is in the element of each video track of a Matroska file; of any other file none."""
    file.seek(0)
    if file.read(4) != b"\x1a\x45\xdf\xa3":
        return []
    return [track for name, track in elements(_matroska_description(file)) if _is_video(name, track)]


def _top(file: BinaryIO, wanted: bytes) -> bytes:
    """What is in a box of the file, empty if there is none. Boxes before it, which may be large, are not read."""
    end, at = file.seek(0, 2), 0
    while at + 8 <= end:
        file.seek(at)
        size, name, long = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
        head, size = (16, long) if size == 1 else (8, size or end - at)
        if name == wanted:
            file.seek(at + head)
            return file.read(min(size - head, _LARGEST))
        at += max(size, 8)
    return b""


def boxes(data: bytes, *path: bytes) -> list[bytes]:
    """What is in each box of that path in a box."""
    found, at = [], 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if name == path[0]:
            found.append(data[at + 8 : at + size])
        at += max(size, 8)
    return found if len(path) == 1 else [inner for box in found for inner in boxes(box, *path[1:])]


def _shows(track: bytes) -> bool:
    return any(handler[8:12] in _SHOWN for handler in boxes(track, b"mdia", b"hdlr"))


def _matroska_description(file: BinaryIO) -> bytes:
    """What is in the element Tracks, empty if there is none."""
    end, at = file.seek(0, 2), 0
    while at < end:
        file.seek(at)
        name, start, size = _element(file.read(12), 0)
        if name == _TRACKS:
            file.seek(at + start)
            return file.read(min(size, _LARGEST))
        at += start if name == _SEGMENT else start + size
    return b""


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        name, start, size = _element(data, at)
        yield name, data[start : start + size]
        at = start + size


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Its name, where what is in it begins, and its size: RFC 8794, sections 4 and 5."""
    named = 9 - data[at].bit_length()
    sized = 9 - data[at + named].bit_length()
    name, size = data[at : at + named], data[at + named : at + named + sized]
    return int.from_bytes(name), at + named + sized, int.from_bytes(size) & ((1 << 7 * sized) - 1)


def _is_video(name: int, track: bytes) -> bool:
    return name == _TRACK and dict(elements(track)).get(_TYPE) == b"\x01"
