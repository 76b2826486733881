"""What Pillow takes from a PNG and should not, and its transparent colour, which it leaves as it is in the file."""

from __future__ import annotations

import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

# How the file stores its pixels, and what brings them to 8 bits. (What Pillow makes of 16 bits of grey has 16.)
_TO_8_BITS = {"L;2": 255 / 3, "L;4": 255 / 15, "RGB;16B": 1 / 256}

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR = 25  # where a PNG tells the kind of its colours
_BESIDE = 0x20  # bit of a chunk's name: the picture can be shown without it
_MOVES, _FRAME, _MORE_PIXELS = b"acTL", b"fcTL", b"fdAT"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_TEXT_OF_EXIF = b"Raw profile type "  # how ImageMagick wrote Exif before PNG had a chunk for it
_LENGTHS = {b"fcTL": 26, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9}
_TRANSPARENCY = {0: 2, 2: 6}  # length of tRNS, by the kind of colours


def without_hindrances(data: bytes) -> bytes:
    """A PNG without the chunks over which Pillow stumbles, though the picture needs none of them.

    These are damaged ones; and texts, which it keeps by their names beside what it says itself: "gamma" or "bbox". One
    that moves is told to do so by a sound chunk. Other bytes stay as they are.
    """
    if not data.startswith(_SIGNATURE):
        return data
    kept, begin, place, pixels, moves = list[bytes](), 0, len(_SIGNATURE), False, False
    while place + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        pixels |= name == b"IDAT"
        if end > len(data) and not (pixels and name[0] & _BESIDE):
            break
        beside = name[0] & _BESIDE and name != _MORE_PIXELS
        if name == _MOVES:  # to browsers, the first one counts
            instead, moves = b"" if moves else _animation(data, data[place:end]), True
        elif beside and _hinders(name, data[place + 8 : end], data[_COLOUR]):
            instead = b""
        else:
            instead = None
        if instead is not None:
            kept += [data[begin:place], instead]
            begin = end
        place = end
    return b"".join([*kept, data[begin:]]) if kept else data


def _animation(data: bytes, chunk: bytes) -> bytes | None:
    """What stands for the chunk that tells how many frames there are: None if it is sound, nothing if there are none,
    and else one with the number of those that are there.
    """
    frames = data.count(_FRAME)
    if _MORE_PIXELS not in data or not frames:
        return b""
    count, plays = struct.unpack(">II", chunk[8:-4].ljust(8, b"\0")[:8])
    content = struct.pack(">II", count or frames, plays)
    sound = struct.pack(">I4s8sI", 8, _MOVES, content, zlib.crc32(content, zlib.crc32(_MOVES)))
    return None if chunk == sound else sound


def _hinders(name: bytes, rest: bytes, colour: int) -> bool:
    """`rest` is a chunk's content with its checksum."""
    content = rest[:-4]
    if zlib.crc32(content, zlib.crc32(name)) != int.from_bytes(rest[-4:], "big"):
        return True
    if name in _TEXTS:
        return not content.startswith(_TEXT_OF_EXIF)
    if name == b"iCCP":
        return content.partition(b"\0")[2][:1] != b"\0"  # the only way to compress it
    return len(content) < (_TRANSPARENCY.get(colour, 0) if name == b"tRNS" else _LENGTHS.get(name, 0))


def mend_transparency(image: Image.Image) -> None:
    """Bring the transparent colour to the bits of the pixels; to be called before they are decoded."""
    if not isinstance(image, PngImageFile) or "transparency" not in image.info or not image.tile:
        return
    scale, colour = _TO_8_BITS.get(str(image.tile[0].args), 1), image.info["transparency"]
    if isinstance(colour, tuple):
        image.info["transparency"] = tuple(int(part * scale) for part in colour)
    elif isinstance(colour, int):  # and no palette's
        image.info["transparency"] = int(colour * scale)
