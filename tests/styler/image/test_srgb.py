"""Colours of every space brought to sRGB, by numbers that standards and other programs give."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from styler.image.color_space import (
    ADOBE_RGB,
    BT709,
    BT2020,
    DISPLAY_P3,
    HLG,
    LINEAR,
    PQ,
    SRGB,
    UNSPECIFIED,
    ColorSpace,
    Primaries,
    nits_to_pq,
    pq_to_nits,
)
from styler.image.srgb import converter, to_srgb, tone_curve


def converted(color: tuple[int, int, int], space: ColorSpace) -> list[int]:
    return list(to_srgb(Image.new("RGB", (4, 4), color), space).getpixel((1, 1)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("space", "stored", "right"),
    [
        # By CSS Color 4's sample code: color(display-p3 ...), color(a98-rgb ...), color(rec2020 ...) in sRGB.
        (ColorSpace.from_cicp(DISPLAY_P3, SRGB), (184, 56, 49), (200, 40, 40)),
        (ADOBE_RGB, (172, 44, 43), (200, 40, 40)),
        (ColorSpace.from_cicp(BT709, LINEAR), (55, 55, 55), (128, 128, 128)),
        (ColorSpace(power=1.0), (1, 2, 3), (13, 22, 28)),
        # Reference white is 58 % of PQ, and 75 % of HLG (ITU-R BT.2408-7, table 1).
        (ColorSpace.from_cicp(BT2020, PQ), (148, 148, 148), (255, 255, 255)),
        (ColorSpace.from_cicp(BT2020, HLG), (191, 191, 191), (255, 255, 255)),
        (ColorSpace.from_cicp(BT2020, PQ), (122, 80, 67), (200, 40, 40)),
        (ColorSpace.from_cicp(BT2020, HLG), (157, 65, 46), (200, 40, 40)),
        (ColorSpace.from_cicp(BT2020, PQ), (0, 0, 0), (0, 0, 0)),
    ],
)
def test_known_colors(space: ColorSpace, stored: tuple[int, int, int], right: tuple[int, int, int]) -> None:
    assert np.abs(np.subtract(converted(stored, space), right)).max() <= 4


@pytest.mark.parametrize("codes", [(BT709, SRGB), (BT709, 1), (1, 6), (UNSPECIFIED, UNSPECIFIED), (0, 0), (255, 255)])
def test_what_needs_no_conversion_is_left_alone(codes: tuple[int, int]) -> None:
    image = Image.new("RGB", (4, 4))
    assert to_srgb(image, ColorSpace.from_cicp(*codes)) is image


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_an_hdr_ramp_stays_a_ramp(transfer: int) -> None:
    """Nothing clips below the peak, and what is darker stays darker."""
    ramp = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2))
    grey = np.asarray(converter(ColorSpace.from_cicp(BT2020, transfer), 1000)(ramp)).astype(int)
    assert np.ptp(grey, axis=2).max() <= 1
    assert (np.diff(grey[0, :, 0]) >= 0).all()
    assert grey[0, -1, 0] == 255
    assert (grey[0, : {PQ: 180, HLG: 230}[transfer], 0] < 255).all()


def test_faces_keep_their_light_and_highlights_do_not_clip() -> None:
    """Skin reflects 5 to 45 % of the light."""
    light = np.linspace(0, 1000 / 203, 400)
    bent = tone_curve(light, 1000)
    assert np.abs(bent - light)[light < 0.45].max() < 1e-3
    assert (np.diff(bent) > 0).all()
    assert bent[-1] == pytest.approx(1)
    assert 0.7 < np.interp(1, light, bent) < 0.9, "a white page is bright, and below the sun"


def test_without_highlights_nothing_is_bent() -> None:
    light = np.linspace(0, 1, 100)
    assert np.abs(tone_curve(light, 203) - light).max() < 1e-6


def test_pq_by_the_standard() -> None:
    nits = np.array([0.0, 0.1, 1, 58, 100, 203, 1000, 10000])
    codes = [0, 64 / 1023, 153 / 1023, 0.4486, 520 / 1023, 0.5807, 769 / 1023, 1]  # BT.2408-7, tables 1 and 2
    assert np.abs(nits_to_pq(nits) - codes).max() < 1e-2
    assert pq_to_nits(nits_to_pq(nits)) == pytest.approx(nits, abs=1e-6)


def test_all_pixels_of_a_large_hlg_picture_are_converted() -> None:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (700, 900, 3), dtype=np.uint8))
    space = ColorSpace.from_cicp(BT2020, HLG)
    whole = np.asarray(to_srgb(image, space))
    assert np.array_equal(whole[650:], np.asarray(converter(space)(image.crop((0, 650, 900, 700)))))


@pytest.mark.parametrize(
    "points", [((0.3, 0.3), (0.3, 0.3), (0.3, 0.3)), ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06), (0.7, 0.2))]
)
def test_primaries_that_make_no_gamut_are_told(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match=r"gamut|white"):
        Primaries(*points).to_xyz()
