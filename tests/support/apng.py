"""Animated PNGs written frame by frame, with any disposal and blending, and what each frame must look like."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

KEEP, BACKGROUND, PREVIOUS = range(3)  # what becomes of a frame's place after it
SOURCE, OVER = range(2)  # how a frame is laid on what is there


class Part(NamedTuple):
    """A frame: a picture, where its left upper corner lies, and what becomes of it."""

    image: Image.Image
    left: int = 0
    top: int = 0
    dispose: int = KEEP
    blend: int = SOURCE


def apng(parts: Sequence[Part], bits: int = 8, delay: tuple[int, int] = (1, 10)) -> bytes:
    """All parts of one mode and one palette, the first as large as the whole."""
    chunks, numbers = dict(_chunks(parts[0].image, bits)), iter(range(1000))
    out = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", chunks[b"IHDR"]) + _chunk(b"acTL", struct.pack(">2I", len(parts), 0))
    out += b"".join(_chunk(name, chunks[name]) for name in (b"PLTE", b"tRNS") if name in chunks)
    for place, part in enumerate(parts):
        shown = (next(numbers), *part.image.size, part.left, part.top, *delay, part.dispose, part.blend)
        out += _chunk(b"fcTL", struct.pack(">5I2H2B", *shown))
        data = b"".join(data for name, data in _chunks(part.image, bits) if name == b"IDAT")
        out += _chunk(b"fdAT", struct.pack(">I", next(numbers)) + data) if place else _chunk(b"IDAT", data)
    return out + _chunk(b"IEND", b"")


def shown(parts: Sequence[Part]) -> list[np.ndarray]:
    """Each frame, (H, W, 4) uint8, of parts that are opaque or fully transparent at each place."""
    canvas, frames = np.zeros((*parts[0].image.size[::-1], 4), np.uint8), []
    for part in parts:
        before, (width, height) = canvas.copy(), part.image.size
        place = (slice(part.top, part.top + height), slice(part.left, part.left + width))
        pixels = np.asarray(part.image.convert("RGBA"))
        hidden = (pixels[..., 3:] == 0) & (part.blend == OVER)
        canvas[place] = np.where(hidden, canvas[place], pixels)
        frames.append(canvas.copy())
        if part.dispose == BACKGROUND:
            canvas[place] = 0
        elif part.dispose == PREVIOUS:
            canvas = before
    return frames


def striped(width: int, height: int, colors: int, number: int, transparent: bool = False) -> Image.Image:
    """Of so many colours, the first of which may be transparent."""
    rows, columns = np.mgrid[:height, :width]
    image = Image.frombytes(
        "P", (width, height), ((columns // 3 + rows // 3 + number) % colors).astype(np.uint8).tobytes()
    )
    image.putpalette([value for n in range(colors) for value in (n * 53 % 256, (n * 101 + 40) % 256, n * 197 % 256)])
    if transparent:
        image.info["transparency"] = 0
    return image


def _chunks(image: Image.Image, bits: int) -> list[tuple[bytes, bytes]]:
    file, at, found = io.BytesIO(), 8, []
    image.save(file, "PNG", **({"bits": bits} if image.mode == "P" else {}))
    data = file.getvalue()
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        found.append((name, data[at + 8 : at + 8 + size]))
        at += 12 + size
    return found


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
