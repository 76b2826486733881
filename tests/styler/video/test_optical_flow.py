"""Optical flow: a known motion is found, and what came into view is not trusted."""

from __future__ import annotations

import numpy as np
import pytest

from styler.video.optical_flow import BackwardFlow, backward_flow, is_consistent, motion_boundary
from tests.support import clips


def test_a_known_translation_is_found_and_carried_exactly() -> None:
    before, now = clips.frame(0, 128, 96, speed=3), clips.frame(1, 128, 96, speed=3)
    found = backward_flow(before, now)
    y, x = np.mgrid[:96, :128]
    inner = (slice(12, -12), slice(12, -16))
    error = np.hypot(found.source[..., 0] - (x + 3), found.source[..., 1] - y)[inner]
    assert np.median(error) < 0.1
    assert found.confidence[inner].mean() > 0.95
    exact = BackwardFlow(np.dstack([x + 3, y]).astype(np.float32), found.confidence)
    carried = exact.warp(before.astype(np.float32))
    assert np.abs(carried - now)[:, :-7].max() < 0.01  # the filter is eight pixels wide


def test_the_motion_of_the_smallest_frames_is_found_too() -> None:
    """32 pixels long, the least of `Settings.size`, and ten times as long as high."""
    before, now = (clips.frame(number, 32, 3, speed=2) for number in (3, 4))
    found = backward_flow(before, now)
    assert found.confidence.shape == (3, 32)
    assert np.abs(found.source - backward_flow(before, before).source)[..., 0].mean() > 0.5


def test_carrying_between_pixels_stays_sharp() -> None:
    rng = np.random.default_rng(0)
    picture = np.kron(rng.uniform(40, 215, (24, 24, 3)), np.ones((4, 4, 1))).astype(np.float32)
    y, x = np.mgrid[:96, :96]
    half = BackwardFlow(np.dstack([x + 0.5, y]).astype(np.float32), np.ones((96, 96), np.float32)).warp(picture)
    bilinear = (picture + np.roll(picture, -1, 1)) / 2

    def contrast(image: np.ndarray) -> float:
        return float(np.square(np.diff(image[8:-8, 8:-8], axis=1)).mean())

    assert contrast(half) > 1.3 * contrast(bilinear)


def test_what_comes_into_view_is_not_trusted() -> None:
    ground = clips.frame(0, 160, 96)
    before, now = ground.copy(), ground.copy()
    subject = clips.frame(30, 40, 40)[::-1]
    before[30:70, 40:80] = subject
    now[30:70, 50:90] = subject  # ten pixels to the right
    trust = backward_flow(before, now).confidence
    assert trust[34:66, 40:49].mean() < 0.2, "the ground that was hidden"
    assert trust[36:64, 58:82].mean() > 0.8, "the subject"
    assert trust[:16].mean() > 0.95, "the ground that is still"
    assert trust[30:70, 120:].mean() > 0.95


@pytest.mark.parametrize("step", [3, 4])
def test_the_ground_is_known_close_to_what_moves(step: int) -> None:
    ground, subject = clips.frame(0, 160, 96), clips.frame(30, 40, 40)[::-1]
    before, now, shown = ground.copy(), ground.copy(), np.ones((96, 160), np.bool_)
    before[30:70, 40:80] = subject
    now[30:70, 40 + step : 80 + step] = subject
    shown[30:70, 40 : 40 + step] = False  # it comes into view
    assert backward_flow(before, now).confidence[shown].mean() > 0.92


def test_what_comes_in_at_the_picture_s_edge_is_not_trusted() -> None:
    trust = backward_flow(clips.frame(0, 128, 96, speed=8), clips.frame(1, 128, 96, speed=8)).confidence
    assert trust[:, -6:].mean() < 0.1


def test_little_is_trusted_across_a_cut() -> None:
    assert backward_flow(clips.frame(0, 128, 96), 255 - clips.frame(0, 128, 96)[::-1]).confidence.mean() < 0.3


def test_flows_agree_when_they_lead_back() -> None:
    there, back = np.full((4, 4, 2), 3.0, np.float32), np.full((4, 4, 2), -3.0, np.float32)
    assert is_consistent(there, back).all()
    assert not is_consistent(there, back + 2).any()


@pytest.mark.parametrize(("jump", "found"), [(0.0, False), (3.0, True)])
def test_the_edge_of_what_moves_is_found(jump: float, found: bool) -> None:
    flow = np.zeros((8, 8, 2), np.float32)
    flow[:, 4:, 0] = jump
    assert motion_boundary(flow)[:, 3:5].all() == found
    assert not motion_boundary(flow)[:, :2].any()
