"""A still picture's file, opened, checked and decoded by the reader that is right for it."""

from __future__ import annotations

import io
import math

from PIL import ExifTags, Image, ImageFile, PngImagePlugin
from PIL.TiffImagePlugin import TiffImageFile

from styler.events import BadImage
from styler.image import jpeg, png, tiff_kinds
from styler.image.bmp import without_empty_alpha
from styler.image.channels import split
from styler.image.color_space import ColorSpace
from styler.image.color_tags import Color, color_of
from styler.image.deep_color import deep_color_image
from styler.image.errors import Truncated
from styler.image.heif import HEIF_PLUGIN, heif_bytes, load_heif, register_heif
from styler.image.heif_item import HeifItem, missing_share, primary_item
from styler.image.jpeg import draft, frame_of, load_jpeg
from styler.image.limits import Which, check_memory, check_size, moving, needed_bytes
from styler.image.modes import shrunk
from styler.image.png import mend_transparency
from styler.image.tiff import load_tiff, select_picture, silence_libtiff

register_heif()
silence_libtiff()
# A profile, or a drawing's source beside its picture, may be larger than 1 MB.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY

# Decided by content, never by a file's name. Everything else that Pillow reads stays shut: it is old or dangerous.
# AVIF comes before HEIF: where the brand fits both, only the right reader opens what is in the file.
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", HEIF_PLUGIN, "TIFF", "GIF", "BMP")
_SRGB = ColorSpace()
_MOVING = ("GIF", "PNG", "WEBP", "AVIF")  # several pictures in a JPEG, HEIC or TIFF are a depth map, a burst or pages
_MAX_KEPT = 64_000_000  # pixels; a larger picture is shrunk in any case
_LYING = (5, 6, 7, 8)  # orientations that swap width and height
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load(data: bytes, which: Which, size: int | None) -> tuple[Image.Image, Image.Image | None, tuple[int, int]]:
    """Colours in sRGB, alpha unless the picture is opaque, and its own size; all of them upright.

    Raises `BadImage`, and whatever Pillow's readers raise.
    """
    data = jpeg.without_hindrances(png.without_hindrances(data))
    with _open(data) as image:
        _check(image, which)
        mend_transparency(image)
        for name in ("xmp", "XML:com.adobe.xmp"):  # from which Pillow would take an orientation that nobody else heeds
            image.info.pop(name, None)
        item = primary_item(data) if image.format in ("AVIF", "HEIF") else None
        if image.format == "HEIF" and (share := missing_share(data)):
            raise Truncated(share)
        color = color_of(image, data, item)
        if deep := deep_color_image(image, data, item, color, _factor(image.size, size)):
            (pixels, own), color = deep, _SRGB
            check_size(*own, which)
        else:
            pixels, own = _pixels(image, data, item, which, size)
        limited, orientation = _is_limited(image, color, item), _orientation(image)
    if (factor := _factor(own, size) * pixels.width // own[0]) > 1:
        pixels = shrunk(pixels, factor)
    rgb, alpha = split(pixels, color, limited)
    if alpha is not None and not alpha.getbbox():
        raise BadImage("transparent", "it is fully transparent: there is nothing to see in it", which)
    mask = None if alpha is None else _upright(alpha, orientation)
    return _upright(rgb, orientation), mask, own[::-1] if orientation in _LYING else own


def upright(image: Image.Image, color: Color) -> tuple[Image.Image, Image.Image | None]:
    """Colours in sRGB, and alpha unless it is opaque, of a frame that is decoded already; both of them upright."""
    orientation, (rgb, alpha) = _orientation(image), split(image, color)
    return _upright(rgb, orientation), None if alpha is None else _upright(alpha, orientation)


def _open(data: bytes) -> ImageFile.ImageFile:
    with tiff_kinds.readable():
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        select_picture(image)
    return image


def _check(image: Image.Image, which: Which) -> None:
    """Raise `BadImage` for what the header alone shows to be unfit."""
    check_size(*image.size, which)
    if image.format in _MOVING and getattr(image, "is_animated", False):
        raise moving(image.format or "", which)
    if image.mode in ("I", "F"):
        facts = "it is made of 32-bit numbers; 8 or 16 bits a colour are needed"
        raise BadImage("too_deep", facts, which)


def _pixels(
    image: ImageFile.ImageFile, data: bytes, item: HeifItem | None, which: Which, size: int | None
) -> tuple[Image.Image, tuple[int, int]]:
    """The decoded picture, which may be at a fraction of its size, and its own size."""
    own = image.size
    factor = _factor(own, size)
    if image.format in ("JPEG", "MPO"):
        frame, least = frame_of(data), (own[0] // factor, own[1] // factor) if factor > 1 else None
        draft(image, frame, least)
        check_memory(own, needed_bytes(image) + (own[0] * own[1] * frame.held_bytes if frame else 0), which)
        return load_jpeg(image, data, least), own
    if image.format == "HEIF":
        check_memory(own, heif_bytes(own, factor), which)
        pixels, own = load_heif(data, factor)
        check_size(*own, which)  # the header may differ from what is in the file
        return pixels, own
    check_memory(own, needed_bytes(image), which)
    pixels = load_tiff(image, data) if isinstance(image, TiffImageFile) else _loaded(image)
    if image.format == "BMP":
        pixels = without_empty_alpha(pixels)
    if item and (box := item.clean_aperture(*pixels.size)):  # of AVIF; libheif does this itself
        pixels = pixels.crop(box)
        check_size(*pixels.size, which)
    return pixels, pixels.size


def _loaded(image: Image.Image) -> Image.Image:
    image.load()
    return image


def _factor(own: tuple[int, int], size: int | None) -> int:
    """By how much a picture may be shrunk at once: to no less than twice `size`, for `resize` to filter well."""
    enough = min(own) // (2 * size) if size else 1
    return max(1, enough, math.ceil(math.sqrt(own[0] * own[1] / _MAX_KEPT)))


def _is_limited(image: Image.Image, color: Color, item: HeifItem | None) -> bool:
    """Whether black is 16 and white 235: decoders bring that to 0 and 255, apart from these."""
    if image.format == "PNG":
        return isinstance(color, ColorSpace) and not color.full_range
    return image.format == "HEIF" and item is not None and item.is_grey and not item.full_range


def _orientation(image: Image.Image) -> int:
    # Not by ImageOps.exif_transpose: it writes the other tags anew and gives up where one of them is damaged.
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged metadata takes nothing from the picture
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image
