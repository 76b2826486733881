"""Animated WebPs that lack their end."""

from __future__ import annotations

import struct

_HEAD, _CHUNK = 12, 8  # bytes: of the file, and of a chunk, whose length is even
_FRAME = b"ANMF"


def with_whole_frames(data: bytes) -> bytes:
    """An animated WebP that is cut off, as one that has only its whole frames: of others, no reader gives any. It stays
    as it is if there are fewer than two. So do other bytes.
    """
    if (data[:4], data[8:12]) != (b"RIFF", b"WEBP") or int.from_bytes(data[4:8], "little") + 8 <= len(data):
        return data
    place, frames = _HEAD, 0
    while place + _CHUNK <= len(data):
        name, length = struct.unpack_from("<4sI", data, place)
        end = place + _CHUNK + length + length % 2
        if end > len(data):
            break
        place, frames = end, frames + (name == _FRAME)
    return data[:4] + struct.pack("<I", place - 8) + data[8:place] if frames > 1 else data
