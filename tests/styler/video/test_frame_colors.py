"""Frames of every depth and range come as light as they are."""

from __future__ import annotations

import numpy as np
import pytest

from styler.image.color_space import BT709, BT2020, HLG, HLG_PEAK, PQ, ColorSpace
from styler.image.srgb import values_to_srgb
from styler.video import frame_colors
from styler.video.frame_colors import FrameColors
from tests.support.ramps import ramp

COLORS = FrameColors()  # to make a table of colours takes long
FILMS = [(format, full) for format in ("yuv420p", "yuv420p10le", "yuv444p12le", "gray", "gray10le") for full in (0, 1)]
OTHERS = [(format, 1) for format in ("gbrp10le", "gray16be", "rgb48be")]


@pytest.mark.parametrize(("format", "full"), [*FILMS, *OTHERS])
@pytest.mark.parametrize("codes", [(BT709, 1), (BT2020, 14), (BT2020, PQ), (BT2020, HLG)])
def test_a_frame_is_as_light_as_its_numbers(codes: tuple[int, int], format: str, full: int) -> None:
    frame, numbers, white = ramp(format, bool(full))
    frame.color_primaries, frame.color_trc = codes
    pixels = COLORS.convert(frame, frame.width, frame.height)
    grey = np.repeat((numbers / white)[:, None], 3, 1)
    space = ColorSpace.from_cicp(*codes)
    right = 255 * (grey if space.is_srgb else values_to_srgb(grey, space, HLG_PEAK))
    for row in (pixels[8], pixels[-8, ::-1]):
        assert np.abs(row - right).max() < 0.75, "beside rounding, HDR's table has its steps"
        assert abs((row - right).mean()) < 0.05
        assert (row[0] == 0).all()
        assert (row[-1] == 255).all()


def test_a_clip_that_is_read_again_waits_for_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    frame, *_ = ramp("yuv420p10le", full=False)
    frame.color_primaries, frame.color_trc = BT2020, PQ
    first = FrameColors().convert(frame, frame.width, frame.height)
    monkeypatch.setattr(frame_colors, "values_to_srgb", None)  # calling it would fail
    assert np.array_equal(FrameColors().convert(frame, frame.width, frame.height), first)
