"""Which colours a file's tags tell: an ICC profile or codes, wherever its format keeps them."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import TypeAlias

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import TiffImageFile

from styler.image.bmp import bmp_color
from styler.image.color_space import ADOBE_RGB, HLG, PQ, SRGB_PRIMARIES, ColorSpace, Primaries
from styler.image.heif_item import HeifItem

Color: TypeAlias = ColorSpace | bytes  # bytes are an ICC profile

_SRGB = ColorSpace()
_ADOBE_RGB_IN_EXIF = 2  # no value of the standard, but what some cameras write
_UNCALIBRATED = 0xFFFF


def color_of(image: Image.Image, data: bytes, item: HeifItem | None) -> Color:
    """What the numbers of the picture in a file's `data` mean; sRGB where nothing tells. `item` is that of a HEIF."""
    if image.format == "PNG" and (codes := _cicp_chunk(data)):
        return codes
    if profile := image.info.get("icc_profile"):
        return _hdr_codes(profile) or bytes(profile)
    if item and (space := item.color_space):
        return space
    if image.format == "PNG":
        return _png_color(image) or _SRGB
    if image.format == "BMP":
        return bmp_color(data) or _SRGB
    return _mini_color(image) or _tiff_color(image) or _exif_color(image) or _SRGB


def _cicp_chunk(data: bytes) -> ColorSpace | None:
    """PNG (third edition), 11.3.2.6: it wins over all that is told beside it."""
    for name, content in _chunks(data):
        if name == b"cICP" and len(content) == 4:
            primaries, transfer, matrix, full_range = content
            return ColorSpace.from_cicp(primaries, transfer, matrix, bool(full_range))
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG before its pixels."""
    place = 8
    while place + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if name == b"IDAT":
            return
        yield name, data[place + 8 : place + 8 + length]
        place += 12 + length


def _hdr_codes(profile: bytes) -> ColorSpace | None:
    """ICC.1:2022, 9.2.17: the codes that a profile for HDR has beside its curves, which know no tone curve."""
    tags = min(int.from_bytes(profile[128:132], "big"), 100)
    for place in range(132, 132 + 12 * tags, 12):
        if profile[place : place + 4] == b"cicp" and len(profile) >= place + 12:
            (start,) = struct.unpack_from(">I", profile, place + 4)
            codes = profile[start + 8 : start + 12]
            if len(codes) == 4 and codes[1] in (PQ, HLG):
                return ColorSpace.from_cicp(codes[0], codes[1], codes[2], bool(codes[3]))
    return None


def _png_color(image: Image.Image) -> ColorSpace | None:
    """By its gAMA and cHRM chunks, unless an sRGB chunk says that they are only for old readers."""
    gamma, points = image.info.get("gamma"), image.info.get("chromaticity")
    if "srgb" in image.info or not (gamma or points):
        return None
    primaries = _primaries([float(number) for number in points] if points else [])
    # 1/2.2 is how programs write sRGB's curve in a gAMA chunk.
    power = None if not gamma or math.isclose(gamma, 1 / 2.2, rel_tol=0.01) else min(max(1 / gamma, 0.2), 5)
    return ColorSpace(primaries or SRGB_PRIMARIES, power=power)


def _primaries(points: list[float]) -> Primaries | None:
    """From x and y of white, red, green and blue; None if they are not all there, or span no gamut."""
    if len(points) != 8:
        return None
    white, red, green, blue = zip(points[::2], points[1::2], strict=True)
    told = Primaries(red, green, blue, white)
    if all(math.isclose(own, usual, abs_tol=2e-3) for own, usual in zip(points, _points(SRGB_PRIMARIES), strict=True)):
        return SRGB_PRIMARIES
    try:
        told.to_xyz()
    except ValueError:
        return None
    return told


def _points(primaries: Primaries) -> tuple[float, ...]:
    return *primaries.white, *primaries.red, *primaries.green, *primaries.blue


def _mini_color(image: Image.Image) -> ColorSpace | None:
    """By libheif, of a HEIC without items (mini)."""
    nclx = image.info.get("nclx_profile")
    return ColorSpace.from_cicp(nclx["color_primaries"], nclx["transfer_characteristics"]) if nclx else None


def _tiff_color(image: Image.Image) -> ColorSpace | None:
    """TIFF 6.0, section 20 (Colorimetry): primaries, white, and the curve as a table."""
    if not isinstance(image, TiffImageFile):
        return None
    tags = image.tag_v2
    white, rest = tags.get(ExifTags.Base.WhitePoint, ()), tags.get(ExifTags.Base.PrimaryChromaticities, ())
    primaries = _primaries([float(number) for number in (*white, *rest)])
    power = _power(tags.get(ExifTags.Base.TransferFunction, ()))
    return ColorSpace(primaries or SRGB_PRIMARIES, power=power) if primaries or power else None


def _power(curve: tuple[int, ...]) -> float | None:
    """The exponent of a table of light by number, or None if it is no such curve, or as near to sRGB as usual."""
    size = next((size for size in (256, 65536) if len(curve) in (size, 3 * size)), 0)
    if not size or not 0 < curve[size // 2] < 65535:
        return None
    power = math.log(curve[size // 2] / 65535) / math.log(size // 2 / (size - 1))
    return None if math.isclose(power, 2.2, rel_tol=0.02) else min(max(power, 0.2), 5)


def _exif_color(image: Image.Image) -> ColorSpace | None:
    """Adobe RGB by DCF 2.0: an uncalibrated space, and the option file R03."""
    try:
        exif = image.getexif()
        space = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace)
        rule = exif.get_ifd(ExifTags.IFD.Interop).get(1, "") if space == _UNCALIBRATED else ""
    except Exception:  # damaged metadata takes nothing from the picture
        return None
    is_adobe_rgb = space == _ADOBE_RGB_IN_EXIF or str(rule).startswith("R03")
    return ADOBE_RGB if is_adobe_rgb else None
