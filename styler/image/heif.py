"""What the boxes of a HEIC or AVIF file say of its picture, and what its readers leave aside. Free of torch."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, TypeAlias, cast

import pillow_heif
from PIL import Image
from pillow_heif.as_plugin import HeifImageFile
from pillow_heif.heif import HeifImage

from styler.image.color_space import UNSPECIFIED, ColorSpace
from styler.image.modes import shrunk

Box: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom in pixels, as Pillow crops

_STILL = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"jpeg", b"avci")  # brands; which codec, the item tells
_MOVING = (b"msf1", b"hevc", b"hevx", b"hevm", b"hevs")
_JPEG = 2  # FFmpeg's AVCOL_RANGE_JPEG: full range
_MINIMAL = b"mif3"  # a file with a mini box
_CODECS = {
    "jpeg": "JPEG",
    "avc1": "AVC",
    "vvc1": "VVC",
    "j2k1": "JPEG 2000",
    "evc1": "EVC",
    "unci": "raw pixels",
}


HEIF_PLUGIN = "STYLER HEIF"  # our own name: whoever registers pillow-heif's plugin later replaces the one named HEIF


def register_heif() -> None:
    """Let Pillow open HEIF files, also those of brands that pillow-heif's own plugin leaves aside."""
    pillow_heif.register_heif_opener()
    Image.register_open(HEIF_PLUGIN, HeifImageFile, lambda head: _brand(head) in _STILL + _MOVING)


_STRIP_BYTES = 2**24  # of decoded rows that are shrunk at a time


def heif_bytes(own: tuple[int, int], factor: int) -> int:
    """What `load_heif` needs: libheif's copy of the picture (with alpha, in the worst case), and Pillow's."""
    return own[0] * own[1] * (9 if factor == 1 else 4) + 2 * _STRIP_BYTES


def load_heif(data: bytes, factor: int) -> tuple[Image.Image, tuple[int, int]]:
    """The pixels of a HEIC file, shrunk by a whole `factor`, and their number across and down before that.

    They go to Pillow in strips: a whole copy would need more memory than libheif's own. Raises what pillow-heif raises.
    """
    file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    picture = file[file.primary_index]
    picture.load()  # its header may have told another size
    if factor == 1:
        return _rows(picture, 0, picture.size[1]), picture.size
    step = max(1, _STRIP_BYTES // (picture.stride * factor)) * factor
    strips = [shrunk(_rows(picture, top, step), factor) for top in range(0, picture.size[1], step)]
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for number, strip in enumerate(strips):
        whole.paste(strip, (0, number * step // factor))
    return whole, picture.size


def _rows(picture: HeifImage, top: int, count: int) -> Image.Image:
    width, height = picture.size
    count = min(count, height - top)
    rows = memoryview(picture.data)[top * picture.stride : (top + count) * picture.stride]
    return Image.frombytes(picture.mode, (width, count), rows, "raw", picture.mode, picture.stride)


def is_sequence(data: bytes) -> bool:
    """It is a HEIF file without a still picture in it."""
    return _brand(data) in _MOVING and primary_item(data) is None


def heif_kind(data: bytes) -> str:
    """What kind of HEIF file it is, for the readers that there are read it not; nothing if it is as usual."""
    if _brand(data) == _MINIMAL:
        return "minimal HEIF (mini)"
    item = primary_item(data) if data[4:8] == b"ftyp" else None
    return f"HEIF with {_CODECS[item.kind]}" if item and item.kind in _CODECS else ""


def _brand(data: bytes) -> bytes:
    return bytes(data[8:12]) if data[4:8] == b"ftyp" else b""


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
    """The first piece of an item's content, by the iloc box."""
    start, _ = boxes["iloc"][0]
    version, sizes = data[start], struct.unpack_from(">H", data, start + 4)[0]
    lengths = [sizes >> shift & 15 for shift in (12, 8, 4, 0)]  # of offset, length, base offset and index
    wide = version == 2
    place = start + (10 if wide else 8)
    for _ in range(int.from_bytes(data[start + 6 : place], "big")):
        item = int.from_bytes(data[place : place + (4 if wide else 2)], "big")
        place += (4 if wide else 2) + (2 if version else 0) + 2  # the construction method, the data reference
        base = int.from_bytes(data[place : place + lengths[2]], "big")
        place += lengths[2]
        (extents,) = struct.unpack_from(">H", data, place)
        place += 2
        index = lengths[3] if version else 0
        if item == number and extents:
            first = place + index
            offset = base + int.from_bytes(data[first : first + lengths[0]], "big")
            length = int.from_bytes(data[first + lengths[0] : first + lengths[0] + lengths[1]], "big")
            return data[offset : offset + length]
        place += extents * (index + lengths[0] + lengths[1])
    return b""


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
    return ColorSpace.from_cicp(codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range == _JPEG)
