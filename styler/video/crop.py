"""The part of a clip's frames that is meant to be seen: the clean aperture of an MP4, the PixelCrop of a Matroska file.

FFmpeg knows both, but PyAV does not tell them. ISO/IEC 14496-12, section 12.1.4; RFC 9559, section 5.1.4.1.28.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from styler.video.description import VISUAL_ENTRY, boxes, elements, matroska_tracks, mp4_entries

_VIDEO, _EDGES = 0xE0, (0x54CC, 0x54BB, 0x54DD, 0x54AA)  # PixelCrop: left, top, right, bottom


class Crop(NamedTuple):
    """How many pixels are cut off at each edge of the frames as they are stored."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


def crops(file: BinaryIO) -> list[Crop]:
    """Of each video track of an MP4 or Matroska file, in the file's order. Of any other file there are none."""
    try:
        return [*map(_clean_aperture, mp4_entries(file)), *map(_pixel_crop, matroska_tracks(file))]
    except (struct.error, IndexError, ZeroDivisionError):  # of a damaged description
        return []


def _clean_aperture(entry: bytes) -> Crop:
    """Its size and the distance of its middle from the picture's, as fractions."""
    for clap in boxes(entry[VISUAL_ENTRY:], b"clap"):
        width, height = struct.unpack_from(">2H", entry, 32)
        numbers = struct.unpack(">IIIIiIiI", clap[:32])
        across, down, right, below = (numbers[i] / numbers[i + 1] for i in range(0, 8, 2))
        left, top = right + (width - across) / 2, below + (height - down) / 2
        return Crop(*(max(0, round(edge)) for edge in (left, top, width - across - left, height - down - top)))
    return Crop()


def _pixel_crop(track: bytes) -> Crop:
    video = dict(elements(dict(elements(track)).get(_VIDEO, b"")))
    return Crop(*(int.from_bytes(video.get(edge, b"")) for edge in _EDGES))
