"""ICC profiles: what is in them applies, and what is broken in them takes nothing from the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from styler.image.codec import decode
from tests.support.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    colours_at_corners,
    corners,
    saved,
    swapped_profile,
)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_a_profile_is_converted_to_srgb(format: str) -> None:
    picture = decode(saved(corners(), format, icc_profile=swapped_profile(), quality=95))
    assert np.abs(np.array(colours_at_corners(picture)) - [BLUE, GREEN, RED, WHITE]).max() <= 15


def test_a_profile_applies_below_transparency_and_to_a_palette() -> None:
    image = corners().convert("RGBA")
    image.putalpha(200)
    assert colours_at_corners(decode(saved(image, "PNG", icc_profile=swapped_profile())))[0] == BLUE
    palette = saved(corners().quantize(8), "PNG", icc_profile=swapped_profile())
    assert colours_at_corners(decode(palette))[0] == BLUE


def grey_profile() -> bytes:
    """sRGB's for pictures of one channel, with an exponent of 1.2 instead of 2.4."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"RGB ", b"GRAY"), (b"rTRC", b"kTRC"), (b"\0\2\x66\x66", b"\0\1\x33\x33")):
        data = data.replace(old, new, 1)
    return data


@pytest.mark.parametrize(("mode", "options"), [("L", {}), ("L", {"transparency": 9}), ("LA", {})])
def test_a_profile_of_grey_applies_with_and_without_transparency(mode: str, options: dict[str, Any]) -> None:
    grey = decode(
        saved(Image.new("L", (32, 32), 64).convert(mode), "PNG", icc_profile=grey_profile(), **options)
    ).pixels
    assert grey.min() > 100


@pytest.mark.parametrize("profile", [b"broken", b"\0" * 200, swapped_profile()[:300]])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    assert colours_at_corners(decode(saved(corners(), "PNG", icc_profile=profile))) == [RED, GREEN, BLUE, WHITE]


def test_a_profile_larger_than_a_megabyte_applies() -> None:
    data = saved(corners(), "PNG", icc_profile=swapped_profile() + bytes(2_000_000))
    assert colours_at_corners(decode(data)) == [BLUE, GREEN, RED, WHITE]


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_profile_for_other_channels_is_ignored(mode: str) -> None:
    data = saved(corners().convert(mode), "TIFF", icc_profile=swapped_profile())
    assert np.array_equal(decode(data).pixels, np.asarray(corners().convert(mode).convert("RGB")))
