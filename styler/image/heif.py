"""HEIC files to pixels, by libheif, and what kinds of them it cannot read."""

from __future__ import annotations

import io

import pillow_heif
from PIL import Image
from pillow_heif.as_plugin import HeifImageFile
from pillow_heif.heif import HeifImage

from styler.image.heif_item import primary_item
from styler.image.modes import shrunk

# Brands; which codec, the item tells.
_STILL = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"mif3", b"jpeg", b"avci")
_MOVING = (b"msf1", b"hevc", b"hevx", b"hevm", b"hevs")
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
_STRIP_BYTES = 2**24  # of decoded rows that are shrunk at a time


def register_heif() -> None:
    """Let Pillow open HEIF files, also those of brands that pillow-heif's own plugin leaves aside."""
    pillow_heif.register_heif_opener()
    Image.register_open(HEIF_PLUGIN, HeifImageFile, lambda head: _brand(head) in _STILL + _MOVING)


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
        return "minimal HEIF (mini)"  # of AV1
    item = primary_item(data) if data[4:8] == b"ftyp" else None
    return f"HEIF with {_CODECS[item.kind]}" if item and item.kind in _CODECS else ""


def _brand(data: bytes) -> bytes:
    return bytes(data[8:12]) if data[4:8] == b"ftyp" else b""
