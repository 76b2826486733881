"""Moving pictures: each frame is painted from the one before, so that strokes stick to what moves.

M. Ruder, A. Dosovitskiy and T. Brox, "Artistic style transfer for videos" (GCPR 2016): the painting before, moved by the
optical flow (section 4.1), is what a frame starts from and what it is held to where the flow can be trusted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from styler.flow import Floats, Motion, motion
from styler.images import Pixels
from styler.objective import Anchor
from styler.settings import Settings
from styler.transfer import Step, style_transfer

HOLD = 2e-2  # weight of the temporal loss where the flow is trusted
STEPS = 0.2  # of those of a painting from scratch
CUT = 0.3  # a frame of which less is known from before begins anew
# differs from the paper, which goes back up to 40 frames: what was hidden for a moment comes back as it was.
BACK = (1, 2, 4)


class Seen(NamedTuple):
    """A frame (H, W, 3) uint8, and its painting (3, H, W)."""

    frame: Pixels
    painting: Tensor


class Reel:
    """The frames of a clip, one after the other. What is kept does not grow with their number."""

    def __init__(self, styles: Sequence[Tensor], settings: Settings) -> None:
        self.styles, self.settings = styles, settings
        self.seen: deque[Seen] = deque(maxlen=max(BACK))

    def paint(self, frame: Pixels, content: Tensor, emphasis: Tensor | None = None) -> Generator[Step, None, None]:
        """The steps for the next frame (H, W, 3); `content` (3, H, W) is what is painted of it."""
        known = recall(self.seen, frame)
        if known is None or known.weights.mean() < CUT:
            self.seen.clear()
            steps = style_transfer(content, self.styles, self.settings, None, emphasis)
        else:
            again = replace(self.settings, steps=max(1, round(self.settings.steps * STEPS)))
            start = torch.lerp(content, known.picture, known.weights)
            anchor = Anchor(known.picture, known.weights * HOLD)
            steps = style_transfer(content, self.styles, again, start, emphasis, anchor)
        for step in steps:
            yield step
        if step.image is not None:
            self.seen.appendleft(Seen(frame, step.image))


def recall(seen: Sequence[Seen], frame: Pixels) -> Anchor | None:
    """What earlier paintings tell about this frame: the nearest of those that know a place (section 4.2, eq. 13)."""
    if not seen:
        return None
    picture = np.zeros(frame.shape, np.float32)
    known = np.zeros((*frame.shape[:2], 1), np.float32)
    for back in BACK:
        if back <= len(seen):
            past, found = carried(seen[back - 1], frame)
            new = np.maximum(found.trust[..., None] - known, 0)
            picture, known = picture + new * past, known + new
    return Anchor(torch.from_numpy(picture).permute(2, 0, 1), torch.from_numpy(known).permute(2, 0, 1))


def carried(before: Seen, frame: Pixels) -> tuple[Floats, Motion]:
    found = motion(before.frame, frame)
    return found.carry(before.painting.permute(1, 2, 0).contiguous().numpy()), found
