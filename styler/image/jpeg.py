"""JPEGs: what their frame header says, a decode at a fraction of the size, and files that end too early."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from styler.image.errors import Truncated

MAX_MISSING = 0.05  # of a picture's height, that may be filled from above
_BEGINNING, _END = b"\xff\xd8", b"\xff\xd9"
_LOSSLESS = (0xC3, 0xC7, 0xCB, 0xCF)
_HIERARCHICAL = (0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF)
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # without DHT, JPG and DAC
_SCAN, _JPEG_LS = 0xDA, 0xF7
# A marker with a length behind it: not the bytes that fill, one that is escaped, or a marker that stands alone.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
# Segments, of which a picture has a few dozen, and a thousand with the largest profile. Each costs Pillow microseconds.
MOST_SEGMENTS = 10_000
_BLOCK = 16  # pixels a row of blocks is high
# Bytes of an application's segment, of fewer of which Pillow's readers stumble. It needs no Photoshop's at all.
_LEAST = {0xE0: 7, 0xE2: 14, 0xED: 1 << 16, 0xEE: 12}
_UNREAD = b"\xec"  # an application's segment that Pillow leaves alone
_LONGEST = 2 + 65535  # bytes of a segment with its marker
_FILLER = bytes(range(1, 251)) * 16  # no 255, which would be a marker


def without_hindrances(data: bytes) -> bytes:
    """A JPEG in which Pillow finds its way to the pixels as libjpeg does: past applications' segments that are too
    short, and past what lies between segments, through which it goes byte by byte. Everything stays at its place. If
    there are no pixels, nothing is left behind the last segment.
    """
    if not data.startswith(_BEGINNING):
        return data
    mends: list[tuple[int, bytes]] = []
    end = len(_BEGINNING)
    for place, kind, content in _segments(data):
        if place > end:
            mends += _hidden(data, end, place)
        if len(content) < _LEAST.get(kind, 0):
            mends.append((place + 1, _UNREAD))
        end = place + 4 + len(content)
        if kind == _SCAN:
            break
    else:
        data = data[:end]
    if not mends:  # as of most: a copy of a large photo is large
        return data
    mended = bytearray(data)
    for at, found in mends:
        mended[at : at + len(found)] = found
    return bytes(mended)


def _hidden(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """What to write over `data` between two places: segments that nobody reads, and over less than one's head what may
    stand before any marker.
    """
    while end - start >= 4:
        length = min(end - start, _LONGEST)
        yield start, b"\xff" + _UNREAD + struct.pack(">H", length - 2)
        start += length
    if data[start:end] != (filler := b"\xff" * (end - start)):
        yield start, filler


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """A JPEG's frame header: `kind` is the number of its SOF marker, `precision` the bits a sample, `samples` their
    number a pixel (1.5 with 4:2:0), and `at_once` whether the first scan has all components.
    """

    kind: int
    precision: int
    components: int
    samples: float
    at_once: bool

    @property
    def is_lossless(self) -> bool:
        return self.kind in _LOSSLESS

    @property
    def is_progressive(self) -> bool:
        return self.kind in _PROGRESSIVE

    @property
    def held_bytes(self) -> float:
        """Bytes a pixel that libjpeg holds, at any scale: the coefficients of a picture that comes in several scans."""
        return 0 if self.at_once and not self.is_progressive else 2 * self.samples


def frame_of(data: bytes) -> FrameHeader | None:
    """The frame header of a JPEG; None if there is none."""
    frame = None
    for _, kind, content in _segments(data):
        if kind in _FRAMES and len(content) > 5 and len(content) >= 6 + 3 * content[5]:
            factors = [(content[at] >> 4, content[at] & 15) for at in range(7, 6 + 3 * content[5], 3)]
            most = max((across for across, _ in factors), default=1) * max((down for _, down in factors), default=1)
            samples = sum(across * down for across, down in factors) / max(most, 1)
            frame = FrameHeader(kind, content[0], content[5], samples, True)
        elif kind == _SCAN and frame:
            return replace(frame, at_once=content[:1] == bytes([frame.components]))
    return frame


def jpeg_kind(data: bytes) -> str:
    """What kind of JPEG it is that Pillow cannot read; nothing if its frame header is like that of others."""
    if not data.startswith(_BEGINNING):
        return ""
    if any(kind == _JPEG_LS for _, kind, _ in _segments(data)):  # behind a header of SPIFF
        return "JPEG-LS"
    frame = frame_of(data)
    if frame is None:
        return ""
    if frame.kind in _HIERARCHICAL:
        return "hierarchical JPEG"
    return "" if frame.precision == 8 else f"{frame.precision}-bit JPEG"


def _segments(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The markers of a JPEG, each after its place in the file and before its content; the pixels between them are
    skipped. Of a file that is made of countless pieces, no more than `MOST_SEGMENTS`.
    """
    place = len(_BEGINNING)
    for _ in range(MOST_SEGMENTS):
        found = _MARKER.search(data, place)
        if found is None or found.end() + 2 > len(data):
            return
        place = found.start()
        (length,) = struct.unpack_from(">H", data, place + 2)
        yield place, found[1][0], data[place + 4 : place + 2 + length]
        place += 2 + length


def draft(image: Image.Image, frame: FrameHeader | None, size: tuple[int, int] | None) -> None:
    """Let a JPEG be decoded at a fraction of its size, of which no edge is shorter than `size`."""
    if size and frame and not frame.is_lossless:  # libjpeg cannot shrink these
        image.draft(image.mode, size)


def load_jpeg(image: Image.Image, data: bytes, size: tuple[int, int] | None) -> Image.Image:
    """The pixels of a JPEG, of which `image` shows the header and was drafted to `size`.

    A file that lacks no more than its end is mended: what is missing is filled from what lies above. Raises
    `Truncated` where more is missing, and `OSError` as Pillow does.
    """
    try:
        image.load()
    except OSError as error:
        if "truncated" not in str(error):
            raise
        return _mended(data, size)
    return image


def _mended(data: bytes, size: tuple[int, int] | None) -> Image.Image:
    """libjpeg makes what is missing grey. It is where other bytes in its place would make another picture."""
    grey = _ended(data, b"", size)
    frame = frame_of(data)
    if frame and frame.is_progressive:
        if not _shows_all_bands(data, frame.components):
            raise Truncated(None)
        return grey
    other = _ended(data, _FILLER * (len(data) // (8 * len(_FILLER)) + 1), size)
    pixels, missing = np.array(grey), np.asarray(grey) != np.asarray(other)
    missing = missing if missing.ndim == 2 else missing.any(-1)
    below = np.logical_or.accumulate(missing, axis=0)
    below[np.flatnonzero(below.any(1))[:1].sum() + _BLOCK :] |= below.any()  # also after a marker that was not found
    if (share := float(below.mean())) > MAX_MISSING:
        raise Truncated(share)
    last = np.maximum(len(pixels) - below.sum(0) - 1, 0)  # the lowest row that is whole, column by column
    rows = np.where(below, last, np.arange(len(pixels))[:, None])
    return Image.fromarray(np.take_along_axis(pixels, rows if pixels.ndim == 2 else rows[..., None], 0), grey.mode)


def _ended(data: bytes, filler: bytes, size: tuple[int, int] | None) -> Image.Image:
    """The picture with something, and its end, put behind what there is."""
    with Image.open(io.BytesIO(data.rstrip(b"\xff") + filler + _END), formats=("JPEG",)) as image:
        draft(image, frame_of(data), size)
        image.load()
        return image.copy()


def _shows_all_bands(data: bytes, components: int) -> bool:
    """A progressive JPEG's scans, without the last and incomplete one, show each component to all but its last bit."""
    scans = [content for _, kind, content in _segments(data) if kind == _SCAN][:-1]
    shown: dict[int, set[int]] = {}
    for scan in scans:
        count = scan[0] if scan else 0
        if len(scan) >= 4 + 2 * count and scan[3 + 2 * count] & 15 <= 1:
            first, last = scan[1 + 2 * count : 3 + 2 * count]
            for component in scan[1 : 1 + 2 * count : 2]:
                shown.setdefault(component, set()).update(range(first, last + 1))
    return len(shown) == components and all(len(bands) == 64 for bands in shown.values())
