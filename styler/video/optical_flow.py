"""Optical flow: where the pixels of a frame were in an earlier one, how certain that is, and pictures warped by it.

T. Kroeger, R. Timofte, D. Dai and L. Van Gool, "Fast Optical Flow using Dense Inverse Search" (ECCV 2016), OpenCV's;
trusted as in M. Ruder, A. Dosovitskiy and T. Brox, "Artistic style transfer for videos" (GCPR 2016), section 4.1.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from styler.image.codec import Pixels

Floats = NDArray[np.float32]

# Differs from the paper, which has no such test: pixels that look otherwise than where they are said to come from were
# not there. It finds what the two flows agree on by mistake: a cut, a light that is switched on.
CHANGED = 40.0  # of 255, on average around a pixel
AROUND = 5  # pixels
# Up to such an edge, in pixels, the flow is sought at full size. Then it is exact closer to what moves (a third fewer
# pixels are unknown there), and it takes no time that counts beside the painting.
FINE = 400
LEAST = 8  # pixels an edge: of smaller frames OpenCV finds no flow


class BackwardFlow(NamedTuple):
    """From an earlier frame to this one.

    `source` (H, W, 2) is x and y, in pixels, where each pixel was in the earlier frame; `confidence` (H, W) is 1 where
    that is known, and 0 where something came into view, or at the edge of what moves.
    """

    source: Floats
    confidence: Floats

    def warp(self, picture: Floats) -> Floats:
        """(H, W, C) of the earlier frame as it is in this one.

        By Lanczos' filter: softer ones would blur the strokes a little more with each frame.
        """
        return _sample(picture, self.source, cv2.INTER_LANCZOS4).clip(0, 255)


def backward_flow(before: Pixels, now: Pixels) -> BackwardFlow:
    """Between two frames (H, W, 3) of one size."""
    grey = [np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8) for frame in (before, now)]
    forward, backward = flow(grey[0], grey[1]), flow(grey[1], grey[0])
    height, width = grey[0].shape
    source = backward + np.dstack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)))
    there_and_back = _sample(forward, source, cv2.INTER_LINEAR)
    found = BackwardFlow(source, np.zeros(grey[0].shape, np.float32))
    inside = (source >= -0.5).all(2) & (source <= (width - 0.5, height - 0.5)).all(2)
    trusted = (
        inside
        & is_consistent(there_and_back, backward)
        & ~motion_boundary(backward)
        & is_photoconsistent(found, before, now)
    )
    return found._replace(confidence=trusted.astype(np.float32))


def _sample(picture: Floats, source: Floats, filter: int) -> Floats:
    x, y = np.ascontiguousarray(source[..., 0]), np.ascontiguousarray(source[..., 1])
    return np.asarray(cv2.remap(picture, x, y, filter, borderMode=cv2.BORDER_REFLECT_101), np.float32)


def flow(start: Pixels, end: Pixels) -> Floats:
    """(H, W, 2): how far, in x and y, each pixel of `start` (H, W) moves until `end`."""
    height, width = start.shape
    search = _search(finest=int(max(start.shape) > FINE))
    missing = (0, max(0, LEAST - height)), (0, max(0, LEAST - width))
    first, last = np.pad(start, missing, "edge"), np.pad(end, missing, "edge")
    found = search.calc(first, last, np.zeros((*first.shape, 2), np.float32))
    return np.asarray(found, np.float32)[:height, :width]


@functools.cache
def _search(finest: int) -> cv2.DISOpticalFlow:
    """`finest` 0 looks at every pixel, 1 at every second, as OpenCV has it."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(finest)
    return search


def is_consistent(forward: Floats, backward: Floats) -> NDArray[np.bool_]:
    """Where a pixel that goes back and forth again arrives where it was (eq. 5)."""
    squares = [np.square(each).sum(2) for each in (forward + backward, forward, backward)]
    agreement: NDArray[np.bool_] = squares[0] <= 0.01 * (squares[1] + squares[2]) + 0.5
    return agreement


def motion_boundary(flow: Floats) -> NDArray[np.bool_]:
    """Where the motion changes from one pixel to the next (eq. 6): there the flow is not exact."""
    change = sum(np.square(np.gradient(flow, axis=axis)).sum(2) for axis in (0, 1))
    edge: NDArray[np.bool_] = change > 0.01 * np.square(flow).sum(2) + 0.002
    return edge


def is_photoconsistent(flow: BackwardFlow, before: Pixels, now: Pixels) -> NDArray[np.bool_]:
    """Where a pixel (H, W) looks as it did where it is said to come from, both frames being (H, W, 3)."""
    difference = np.abs(flow.warp(before.astype(np.float32)) - now).mean(2)
    same: NDArray[np.bool_] = cv2.blur(difference, (AROUND, AROUND)) <= CHANGED
    return same
