"""What a frame shows that an earlier one did not, and how its light has changed."""

from __future__ import annotations

import numpy as np
import pytest

from styler.video.light import grey, light_change, novelty
from tests.support import clips

FRAME = clips.frame(0).astype(np.float32)
DETAILED = (slice(4, -4), slice(4, -4))


def dimmed(share: float) -> np.ndarray:
    return (FRAME * share).round().astype(np.uint8)


def median_novelty(before: np.ndarray, now: np.ndarray) -> float:
    return float(np.median(novelty(grey(before), grey(now))[DETAILED]))


def test_the_same_picture_shows_nothing_new() -> None:
    assert novelty(grey(dimmed(1)), grey(dimmed(1))).max() < 0.01


def test_after_black_everything_is_new() -> None:
    assert median_novelty(dimmed(0), dimmed(1)) > 0.8


def test_of_lines_that_were_half_as_strong_nearly_a_quarter_is_new() -> None:
    assert median_novelty(dimmed(0.5), dimmed(1)) == pytest.approx(0.22, abs=0.05)


def test_what_fades_out_is_known() -> None:
    assert median_novelty(dimmed(1), dimmed(0.3)) < 0.05


def test_another_picture_in_its_place_is_new() -> None:
    assert median_novelty(dimmed(1)[::-1, ::-1], dimmed(1)) > 0.5


def test_light_is_told_without_structure() -> None:
    known = np.ones(FRAME.shape[:2], np.float32)
    change = light_change(FRAME, FRAME + 20, known)
    assert change == pytest.approx(18, abs=0.01), "but for what may come from the flow"
    assert not light_change(FRAME, FRAME + 1, known).any()


def test_light_is_not_told_by_what_came_into_view() -> None:
    known = np.ones(FRAME.shape[:2], np.float32)
    known[:, :40] = 0
    lit = FRAME.copy()
    lit[:, :40] = 255
    assert not light_change(FRAME, lit, known).any()
