"""Dolby Vision without a base layer that others can show: its frames are coded in IPT, by curves of its own.

Painted as they are stored, they would be green and purple. FFmpeg leaves the conversion to libplacebo. Dolby Vision
Streams Within the ISO Base Media File Format, version 2.4, section 3.2.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from styler.video.description import VISUAL_ENTRY, boxes, elements, matroska_tracks, mp4_entries
from styler.video.refusals import unreadable_colors

_BOXES = (b"dvcC", b"dvvC", b"dvwC")
_MAPPING, _CONTENT = 0x41E4, 0x41ED  # Matroska's BlockAdditionMapping, BlockAddIDExtraData
_ALWAYS, _AV1 = (5, 20), 10  # profiles


def refuse_own_colors(file: BinaryIO) -> None:
    """Raise `BadImage` for a file whose first video track is of this kind."""
    try:
        records = [_of_mp4(entry) for entry in mp4_entries(file)] + [
            _of_matroska(track) for track in matroska_tracks(file)
        ]
    except (struct.error, IndexError):  # of a damaged description
        return
    if records and (profile := _own_profile(records[0])):
        raise unreadable_colors(f"Dolby Vision, profile {profile}")


def _own_profile(record: bytes) -> int:
    """The number of the profile, if it is one that only Dolby Vision shows right; else 0."""
    if len(record) < 5:
        return 0
    profile, compatible = record[2] >> 1, record[4] >> 4
    return profile if profile in _ALWAYS or (profile == _AV1 and not compatible) else 0


def _of_mp4(entry: bytes) -> bytes:
    return next((found for name in _BOXES for found in boxes(entry[VISUAL_ENTRY:], name)), b"")


def _of_matroska(track: bytes) -> bytes:
    mappings = [dict(elements(content)) for name, content in elements(track) if name == _MAPPING]
    return next((mapping.get(_CONTENT, b"") for mapping in mappings), b"")
