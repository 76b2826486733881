"""What a frame shows that an earlier one did not, and how its light has changed: fades, dissolves, exposure."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from styler.image.codec import Pixels
from styler.video.optical_flow import Floats

# How far around a place it is looked, as shares of the frame's long edge.
_STROKE = 1 / 40
_LIGHT = 1 / 12
_FINEST = 0.7  # pixels: what is finer is noise, or lost by the flow
_NOISE = 58.5  # variance of grey below which nothing is seen: (0.03 * 255) ** 2, as in SSIM (Wang et al., 2004)
_STEADY = 2.0  # of 255: changes of light that are smaller come from the flow


def grey(frame: Pixels) -> Floats:
    """(H, W, 3) as (H, W)."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.float32)


def novelty(before: Floats, now: Floats) -> Floats:
    """At each place, the share (0..1) of the structure of `now` (H, W) that `before` does not explain.

    Of a line that was half as strong it is 1/4, of one that was not there 1. It is 0 where `before` showed the same or
    more of it: what fades out is still known.
    """
    before, now = _around(before, _FINEST), _around(now, _FINEST)
    sigma = max(now.shape) * _STROKE
    mean_before, mean_now = _around(before, sigma), _around(now, sigma)
    variance = np.maximum(_around(before * before, sigma) - mean_before**2, 1e-3)
    shown = np.maximum(_around(now * now, sigma) - mean_now**2, 0)
    common = _around(before * now, sigma) - mean_before * mean_now
    gain = (common / variance).clip(0, 1)  # by which `before` explains most of `now`
    left = shown + gain * (gain * variance - 2 * common)
    return np.asarray(left.clip(0) / (shown + _NOISE), np.float32)


def light_change(before: Floats, now: Floats, known: Floats) -> Floats:
    """By how much each place (H, W, C) has become brighter, apart from its structure, as seen where `known` is 1."""
    sigma = max(now.shape) * _LIGHT
    seen = np.maximum(_around(known, sigma), 1e-3)[..., None]
    change = _around((now - before) * known[..., None], sigma) / seen
    return np.asarray(np.sign(change) * np.maximum(np.abs(change) - _STEADY, 0), np.float32)


def _around(picture: Floats, sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
