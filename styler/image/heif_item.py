"""What the boxes of a HEIC or AVIF file say of its picture, and what its readers leave aside.

ISO/IEC 23008-12, sections 6 and 9; ISO/IEC 14496-12, section 8.11.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, TypeAlias, cast

from styler.image.color_space import UNSPECIFIED, ColorSpace
from styler.image.deep_frame import FULL_RANGE

Box: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom in pixels, as Pillow crops


@dataclass(frozen=True, slots=True)
class HeifItem:
    """The primary item of a file: its properties by their box's type, as `ispe` or `clap`; colr by its kind.

    `stream` is where the headers of its video stream are: a part of the file's data, or nothing.
    """

    kind: str
    properties: Mapping[str, bytes]
    colors: Mapping[str, bytes]
    stream: bytes = b""

    @property
    def is_grey(self) -> bool:
        """It has one channel, apart from alpha."""
        channels = self.properties.get("pixi", b"")
        return channels[4:5] == b"\1"

    @property
    def full_range(self) -> bool:
        """Black is 0 and white 255, as it is where no nclx box says otherwise."""
        nclx = self.colors.get("nclx", b"")
        return len(nclx) < 7 or bool(nclx[6] & 0x80)

    @property
    def color_space(self) -> ColorSpace | None:
        """By its nclx box, or else by what its stream says; None where nothing does."""
        if nclx := self.colors.get("nclx"):
            primaries, transfer, matrix = struct.unpack(">3H", nclx[:6].ljust(6, b"\0"))
            return ColorSpace.from_cicp(primaries, transfer, matrix, self.full_range)
        return None if "prof" in self.colors or "rICC" in self.colors else _told_by_stream(self)

    def clean_aperture(self, width: int, height: int) -> Box | None:
        """What of `width` x `height` decoded pixels is the picture; None if it is all, or the box makes no sense."""
        try:
            w, h, x, y = (Fraction(*pair) for pair in struct.iter_unpack(">iI", self.properties["clap"][:32]))
        except (KeyError, ValueError, ZeroDivisionError, struct.error):
            return None
        left, top = Fraction(width - w, 2) + x, Fraction(height - h, 2) + y
        box = floor(left), floor(top), floor(left + w), floor(top + h)
        inside = 0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height
        return box if inside and box != (0, 0, width, height) else None


def primary_item(data: bytes) -> HeifItem | None:
    """The item of a HEIF file that is its picture; None where there is none, or the boxes are damaged."""
    try:
        meta = _children(data, 0, len(data)).get("meta")
        return _primary(data, meta[0][0] + 4, meta[0][1]) if meta else None
    except (KeyError, IndexError, struct.error):
        return None


def missing_share(data: bytes) -> float:
    """How many of a picture's tiles lie behind the file's end, 0 to 1: libheif would leave them green."""
    try:
        meta = _children(data, 0, len(data))["meta"]
        boxes = _children(data, meta[0][0] + 4, meta[0][1])
        tiles = _derived_from(data, boxes, _number(data, boxes["pitm"][0][0]))
        missing = {item for item, start, length in _extents(data, boxes) if start + length > len(data)}
        return sum(tile in missing for tile in tiles) / max(len(tiles), 1)
    except (KeyError, IndexError, struct.error):
        return 0


def _primary(data: bytes, start: int, end: int) -> HeifItem:
    boxes = _children(data, start, end)
    number = _number(data, boxes["pitm"][0][0])
    kind, (properties, colors) = _kind(data, boxes, number), _properties(data, boxes, number)
    if tiles := _derived_from(data, boxes, number):  # a grid: its tiles tell what it does not
        of_tile, colors_of_tile = _properties(data, boxes, tiles[0])
        number, kind = tiles[0], _kind(data, boxes, tiles[0])
        properties, colors = {**of_tile, "clap": b"", **properties}, colors or colors_of_tile
    return HeifItem(kind, properties, colors, _content(data, boxes, number) if kind == "av01" else b"")


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Each box between two offsets: its type, and where its content begins and ends."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 16 if size == 1 else 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
        stop = end if size == 0 else start + size
        if not start + head <= stop <= end:
            return
        yield kind.decode("latin-1"), start + head, stop
        start = stop


def _children(data: bytes, start: int, end: int) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for kind, first, last in _boxes(data, start, end):
        found.setdefault(kind, []).append((first, last))
    return found


def _number(data: bytes, start: int) -> int:
    """The item's number in a box whose version tells its width."""
    return int(struct.unpack_from(">I" if data[start] else ">H", data, start + 4)[0])


def _kind(data: bytes, boxes: Mapping[str, Any], number: int) -> str:
    start, end = boxes["iinf"][0]
    for _, first, _ in _boxes(data, start + (8 if data[start] else 6), end):
        wide = data[first] >= 3
        if struct.unpack_from(">I" if wide else ">H", data, first + 4)[0] == number:
            place = first + (10 if wide else 8)
            return data[place : place + 4].decode("latin-1")
    return ""


def _derived_from(data: bytes, boxes: Mapping[str, Any], number: int) -> list[int]:
    """The items that a grid or an overlay is made of."""
    for start, end in boxes.get("iref", []):
        form = ">I" if data[start] else ">H"
        step = struct.calcsize(form)
        for kind, first, last in _boxes(data, start + 4, end):
            if kind == "dimg" and struct.unpack_from(form, data, first)[0] == number:
                return [struct.unpack_from(form, data, at)[0] for at in range(first + step + 2, last, step)]
    return []


def _properties(data: bytes, boxes: Mapping[str, Any], number: int) -> tuple[dict[str, bytes], dict[str, bytes]]:
    inner = _children(data, *boxes["iprp"][0])
    known = [(kind, data[first:last]) for kind, first, last in _boxes(data, *inner["ipco"][0])]
    properties, colors = {}, {}
    for index in (index for start, _ in inner["ipma"] for index in _associated(data, start, number)):
        if 0 < index <= len(known):
            kind, content = known[index - 1]
            if kind == "colr":
                colors[content[:4].decode("latin-1")] = content[4:]
            else:
                properties[kind] = content
    return properties, colors


def _associated(data: bytes, start: int, number: int) -> Iterator[int]:
    """The indices of an item's properties, by the ipma box that begins there."""
    form, wide = (">I" if data[start] else ">H"), data[start + 3] & 1
    (entries,) = struct.unpack_from(">I", data, start + 4)
    place = start + 8
    for _ in range(entries):
        (item,) = struct.unpack_from(form, data, place)
        place += struct.calcsize(form)
        count = data[place]
        place += 1
        if item == number:
            for at in range(count):
                yield (struct.unpack_from(">H", data, place + 2 * at)[0] & 0x7FFF if wide else data[place + at] & 0x7F)
        place += count * (2 if wide else 1)


def _content(data: bytes, boxes: Mapping[str, Any], number: int) -> bytes:
    """The first piece of an item's content."""
    pieces = (data[start : start + length] for item, start, length in _extents(data, boxes) if item == number)
    return next(pieces, b"")


def _extents(data: bytes, boxes: Mapping[str, Any]) -> Iterator[tuple[int, int, int]]:
    """The pieces of all items' contents, by the iloc box: the item, where in the file the piece begins, its length."""
    start, _ = boxes["iloc"][0]
    version, sizes = data[start], struct.unpack_from(">H", data, start + 4)[0]
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    of_index = of_index if version else 0
    reader = _Numbers(data, start + 6)
    for _ in range(reader.take(4 if version == 2 else 2)):
        item = reader.take(4 if version == 2 else 2)
        in_file = not (version and reader.take(2) & 15)
        reader.take(2)  # of another file
        base, count = reader.take(of_base), reader.take(2)
        # Pieces of which nothing is told are all the same: with one, a few bytes do not keep us busy for hours.
        for _ in range(count if of_index + of_offset + of_length else min(count, 1)):
            reader.take(of_index)
            start, length = base + reader.take(of_offset), reader.take(of_length)
            if in_file:
                yield item, start, length


class _Numbers:
    """Reads one after the other. Raises `struct.error` at the end."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def take(self, size: int) -> int:
        """The next one, of so many bytes."""
        self._place += size
        if self._place > len(self._data):
            raise struct.error("the box ends too early")
        return int.from_bytes(self._data[self._place - size : self._place], "big")


def _told_by_stream(item: HeifItem) -> ColorSpace | None:
    """What the stream's own headers say (the VUI of HEVC, AV1's sequence header), as FFmpeg reads them."""
    headers = {"hvc1": ("hevc", item.properties.get("hvcC", b"")), "av01": ("libdav1d", item.stream)}
    decoder, data = headers.get(item.kind, ("", b""))
    if not data:
        return None
    import av  # noqa: PLC0415  few files need it

    codec = cast(av.VideoCodecContext, av.CodecContext.create(decoder, "r"))
    try:
        codec.extradata = data
        codec.open()
    except (av.FFmpegError, ValueError):
        return None
    if codec.color_primaries == codec.color_trc == UNSPECIFIED:
        return None
    return ColorSpace.from_cicp(
        codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range == FULL_RANGE
    )
