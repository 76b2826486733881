"""One conversion of every colour space to sRGB, with HDR brought to the range of a page.

Three primaries and a curve are an ICC profile, which LittleCMS converts. HDR, which needs a tone curve, and numbers of
more than 8 bits are computed here, by tables.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from styler.image.color_space import (
    HLG,
    HLG_PEAK,
    PQ_PEAK,
    REFERENCE_WHITE,
    SRGB_PRIMARIES,
    ColorSpace,
    Primaries,
    Values,
    from_light_to_srgb,
    nits_to_pq,
    pq_to_nits,
)

T = TypeVar("T", bound=np.generic)

SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

_CURVE_POINTS = 4096  # of a profile
_TABLE_SIZE = 2**14  # of what is looked up by a light's root
_STRIP = 2**18  # pixels that are computed at a time, so that memory stays small
_PEAK_STEP = 1.05  # peaks this close share a converter
_D50 = np.array([0.9642, 1.0, 0.8249])  # the white of ICC profiles
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


Converter: TypeAlias = Callable[[Image.Image], Image.Image]
"""Brings images of mode RGB to sRGB. It is kept: to make it takes longer than to use it."""


def to_srgb(image: Image.Image, space: ColorSpace) -> Image.Image:
    """An image of mode RGB, in sRGB. The tone curve of an HDR picture is for the brightest light that is in it."""
    if space.is_srgb:
        return image
    brightest = float(np.asarray(image.getextrema()).max()) / 255 if space.is_hdr else 0.0
    return converter(space, brightest_light(brightest, space))(image)


def converter(space: ColorSpace, peak: float = HLG_PEAK) -> Converter:
    """The converter of a colour space to sRGB; of HDR, for pictures whose brightest light has `peak` cd/m2.

    The frames of a clip need one peak for all of them, so that their light does not flicker.
    """
    if not space.is_hdr:
        return _profile_converter(space)
    return lambda image: Image.fromarray(array_to_srgb(np.asarray(image), 255, space, peak))


def array_to_srgb(
    values: NDArray[np.uint8] | NDArray[np.uint16], white: int, space: ColorSpace, peak: float
) -> NDArray[np.uint8]:
    """As `converter`, of an array (H, W, 3) of whole numbers up to `white`."""
    convert, rows = _table_converter(space, _rounded(peak), white), max(1, _STRIP // values.shape[1])
    strips = [convert(values[top : top + rows]) for top in range(0, len(values), rows)]
    return strips[0] if len(strips) == 1 else np.concatenate(strips)


def values_to_srgb(values: Values, space: ColorSpace, peak: float = HLG_PEAK) -> Values:
    """As `converter`, but of single colours (..., 3), all numbers being 0..1: exact, and too slow for a picture."""
    light = space.to_light(values)
    if space.transfer == HLG and space.is_hdr:
        luminance = np.maximum(light @ space.primaries.to_xyz()[1], 1e-9)[..., None]
        light = HLG_PEAK / REFERENCE_WHITE * light * luminance**0.2
    if space.is_hdr:
        brightest = np.maximum(light.max(-1, keepdims=True), 1e-9)
        light = (tone_curve(light, peak) + light * tone_curve(brightest, peak) / brightest) / 2
    return from_light_to_srgb((light @ conversion(space.primaries, SRGB_PRIMARIES).T).clip(0, 1))


def brightest_light(value: float, space: ColorSpace) -> float:
    """cd/m2 of a channel's number 0..1 in an HDR picture."""
    light = float(space.to_light(np.array([value]))[0])
    return HLG_PEAK * light**1.2 if space.transfer == HLG else light * REFERENCE_WHITE


def _rounded(peak: float) -> float:
    """To a step of peaks, so that pictures share their converters."""
    steps = np.ceil(np.log(max(peak, REFERENCE_WHITE) / REFERENCE_WHITE) / np.log(_PEAK_STEP))
    return min(PQ_PEAK, float(REFERENCE_WHITE * _PEAK_STEP**steps))


@lru_cache(maxsize=32)
def _profile_converter(space: ColorSpace) -> Converter:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile(space)))
    return _ProfileConverter(profile)


def tone_curve(light: Values, peak: float) -> Values:
    """Light where 1 is REFERENCE_WHITE, brought to at most 1, for a picture that reaches `peak` cd/m2.

    The EETF of ITU-R BT.2390-10, section 5.4.1: up to a knee, where faces are, all stays as it is; above, a spline in
    steps of equal visibility (PQ) bends until the peak meets white. Applied channel by channel it bleaches a sky,
    applied to all channels by the brightest it makes highlights garish: the product takes the mean of both.
    """
    source = float(nits_to_pq(np.array(peak)))
    white = float(nits_to_pq(np.array(REFERENCE_WHITE))) / source
    knee = 1.5 * white - 0.5
    level = nits_to_pq(np.minimum(light * REFERENCE_WHITE, peak)) / source
    t = (level - knee) / max(1 - knee, 1e-9)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * white
    return pq_to_nits(np.where(level < knee, level, bent) * source) / REFERENCE_WHITE


class _ProfileConverter:
    """An ICC profile's colours."""

    def __init__(self, profile: ImageCms.ImageCmsProfile) -> None:
        self._transform = ImageCms.buildTransform(profile, SRGB_PROFILE, "RGB", "RGB")

    def __call__(self, image: Image.Image) -> Image.Image:
        return self._transform.apply(image)


class _TableConverter:
    """`values_to_srgb` of arrays (H, W, 3), by tables: of each number's light, and of curves by the root of a light.

    HLG is as ITU-R BT.2100-2 (table 5) shows it on a display of 1000 cd/m2.
    """

    def __init__(self, space: ColorSpace, peak: float, white: int) -> None:
        roots = np.linspace(0, 1, _TABLE_SIZE)
        light = space.to_light(np.linspace(0, 1, white + 1))
        self._is_hlg, self._is_hdr = space.transfer == HLG and space.is_hdr, space.is_hdr
        top = HLG_PEAK / REFERENCE_WHITE if self._is_hlg else float(light[-1]) if self._is_hdr else 1.0
        self._light = (light if self._is_hlg else light / top).astype(np.float32)  # 1 is the top
        self._luminance = space.primaries.to_xyz()[1].astype(np.float32)
        self._gain = (np.maximum(roots, 1e-6) ** 0.4).astype(np.float32)
        tone = tone_curve(roots**2 * top, peak)
        self._tone, self._share = tone.astype(np.float32), _share(tone, roots**2).astype(np.float32)
        self._primaries = conversion(space.primaries, SRGB_PRIMARIES).T.astype(np.float32)
        self._srgb = np.rint(255 * from_light_to_srgb(roots**2)).astype(np.uint8)

    def __call__(self, values: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
        light: NDArray[Any] = self._light[values]
        if self._is_hlg:
            light *= _look_up(self._gain, np.sqrt(light @ self._luminance))[..., None]
        if self._is_hdr:
            share = _look_up(self._share, np.sqrt(light.max(-1)))[..., None]
            light = (_look_up(self._tone, np.sqrt(light)) + light * share) / np.float32(2)
        return _look_up(self._srgb, np.sqrt((light @ self._primaries).clip(0, 1)))


_table_converter = lru_cache(maxsize=16)(_TableConverter)


def _share(tone: Values, light: Values) -> Values:
    """What the tone curve leaves of each light."""
    return np.asarray(tone / np.maximum(light, light[1]))


def _look_up(table: NDArray[T], place: NDArray[np.float32]) -> NDArray[T]:
    """The table's entries at places 0..1; others are cut off."""
    index = (place * np.float32(len(table) - 1) + np.float32(0.5)).clip(0, len(table) - 1)
    return np.take(table, index.astype(np.uint16))


def conversion(source: Primaries, target: Primaries) -> Values:
    """(3, 3): linear RGB of one kind to linear RGB of another, white to white."""
    return np.asarray(np.linalg.inv(_to_d50(target)) @ _to_d50(source))


def _to_d50(primaries: Primaries) -> Values:
    """(3, 3): linear RGB to XYZ, adapted to the white of ICC profiles by Bradford's matrix (ICC.1:2022, annex E)."""
    to_xyz = primaries.to_xyz()
    gain = (_BRADFORD @ _D50) / (_BRADFORD @ to_xyz.sum(1))
    return np.asarray(np.linalg.inv(_BRADFORD) @ (gain[:, None] * _BRADFORD) @ to_xyz)


def icc_profile(space: ColorSpace) -> bytes:
    """A profile of version 2.4 (ICC.1:2001-04), of three primaries and one curve, for what is no HDR."""
    light = space.to_light(np.linspace(0, 1, _CURVE_POINTS))
    curve = struct.pack(">4s4xI", b"curv", len(light)) + np.rint(light.clip(0, 1) * 65535).astype(">u2").tobytes()
    points = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt"), [*_to_d50(space.primaries).T, _D50], strict=True))
    tags = {name: b"XYZ " + bytes(4) + _fixed(point) for name, point in points.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data
    head = struct.pack(">I4xI4s4s4s12x4s", start + len(body), 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (head.ljust(68, b"\0") + _fixed(_D50)).ljust(128, b"\0") + table + body


def _fixed(numbers: Values) -> bytes:
    """As ICC's s15Fixed16Number."""
    return struct.pack(f">{len(numbers)}i", *(round(float(number) * 65536) for number in numbers))
