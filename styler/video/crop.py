"""The part of a clip's frames that is meant to be seen: the clean aperture of an MP4, the PixelCrop of a Matroska file.

FFmpeg knows both, but PyAV does not tell them. ISO/IEC 14496-12, sections 4.2 and 12.1.4; RFC 9559, section 5.1.4.1.28.
Free of torch.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_MP4 = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # what it may begin with
_VISUAL_ENTRY = 86  # bytes of a video track's sample entry, before the boxes in it
_SEGMENT, _TRACKS, _TRACK, _TYPE, _VIDEO = 0x18538067, 0x1654AE6B, 0xAE, 0x83, 0xE0
_EDGES = (0x54CC, 0x54BB, 0x54DD, 0x54AA)  # PixelCrop: left, top, right, bottom
_LARGEST = 1 << 26  # bytes of a file's description


class Crop(NamedTuple):
    """How many pixels are cut off at each edge of the frames as they are stored."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


def crops(file: BinaryIO) -> list[Crop]:
    """Of each video track of an MP4 or Matroska file, in the file's order. Of any other file there are none."""
    file.seek(0)
    head = file.read(12)
    try:
        if head[4:8] in _MP4:
            return [_clean_aperture(track) for track in _all(_top(file, b"moov"), b"trak") if _shows(track)]
        if head[:4] == b"\x1a\x45\xdf\xa3":
            return [_pixel_crop(track) for name, track in _elements(_matroska_tracks(file)) if _is_video(name, track)]
    except (struct.error, IndexError, ZeroDivisionError):  # of a damaged description
        pass
    return []


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


def _all(data: bytes, *path: bytes) -> list[bytes]:
    """What is in each box of that path in a box."""
    found, at = [], 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if name == path[0]:
            found.append(data[at + 8 : at + size])
        at += max(size, 8)
    return found if len(path) == 1 else [inner for box in found for inner in _all(box, *path[1:])]


def _shows(track: bytes) -> bool:
    return any(handler[8:12] == b"vide" for handler in _all(track, b"mdia", b"hdlr"))


def _clean_aperture(track: bytes) -> Crop:
    """Its size and the distance of its middle from the picture's, as fractions."""
    for description in _all(track, b"mdia", b"minf", b"stbl", b"stsd"):
        width, height = struct.unpack_from(">2H", description, 8 + 32)
        for clap in _all(description[8 + _VISUAL_ENTRY :], b"clap"):
            numbers = struct.unpack(">IIIIiIiI", clap[:32])
            across, down, right, below = (numbers[i] / numbers[i + 1] for i in range(0, 8, 2))
            left, top = right + (width - across) / 2, below + (height - down) / 2
            return Crop(*(max(0, round(edge)) for edge in (left, top, width - across - left, height - down - top)))
    return Crop()


def _matroska_tracks(file: BinaryIO) -> bytes:
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


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
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
    return name == _TRACK and dict(_elements(track)).get(_TYPE) == b"\x01"


def _pixel_crop(track: bytes) -> Crop:
    video = dict(_elements(dict(_elements(track)).get(_VIDEO, b"")))
    return Crop(*(int.from_bytes(video.get(edge, b"")) for edge in _EDGES))
