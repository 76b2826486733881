"""Moving pictures: each frame is painted from the one before, so that strokes stick to what moves.

M. Ruder, A. Dosovitskiy and T. Brox, "Artistic style transfer for videos" (GCPR 2016): the painting before, moved by
the optical flow (section 4.1), is what a frame starts from and what it is held to where the flow can be trusted.
Differs from the paper: it follows the clip's light, and is let go where the clip shows what it did not when it was
painted, as after a fade.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from styler.engine.objective import TemporalTarget
from styler.engine.transfer import Step, style_transfer
from styler.events import PaintError
from styler.image.codec import Pixels
from styler.settings import Settings
from styler.video.light import grey, light_change, novelty
from styler.video.optical_flow import Floats, backward_flow

# The weight of the temporal loss where the flow is trusted: less flickers more, more paints less of the style.
HOLD = 1.5e-2
STEP_SHARE = 0.19  # of the steps of a painting from scratch; more, where more has to be painted afresh
CUT = 0.3  # a frame of which less is known from before begins anew
NEW = 0.3  # a place of whose structure so much was not to be seen when it was painted is painted afresh
FADE = 0.25  # so many such places, and the others were invented beside them: the frame begins anew
# How many frames back to look, so that what was hidden for a moment comes back as it was.
# Differs from the paper, which goes back up to 40 frames.
BACK = (1, 2, 4)


class PaintedFrame(NamedTuple):
    """A frame (H, W, 3) uint8, what was painted of it, which may be its luminance, and its painting, both (3, H, W).

    `origin` (H, W) is the grey of the clip when each place was painted afresh.
    """

    frame: Pixels
    content: Tensor
    painting: Tensor
    origin: Floats


class TemporalPainter:
    """Paints the frames of a clip in order, each from the warped painting of earlier ones: the last `max(BACK)`."""

    def __init__(self, styles: Sequence[Tensor], settings: Settings) -> None:
        self.styles, self.settings = styles, settings
        self.seen: deque[PaintedFrame] = deque(maxlen=max(BACK))

    @property
    def last(self) -> Tensor:
        """The painting (3, H, W) of the last frame."""
        return self.seen[0].painting

    def paint(self, frame: Pixels, content: Tensor, faces: Tensor | None = None) -> Generator[Step, None, None]:
        """The steps for the next frame (H, W, 3); `content` (3, H, W) is what is painted of it."""
        known = self._known(frame, content)
        if known is None:
            steps = style_transfer(content, self.styles, self.settings, None, faces)
        else:
            share = max(STEP_SHARE, 1 - known.where.mean().item())
            again = replace(self.settings, steps=max(1, round(self.settings.steps * share)))
            start = torch.lerp(content, known.picture, known.where)
            anchor = TemporalTarget(start, known.where * HOLD)
            steps = style_transfer(content, self.styles, again, start, faces, anchor)
        image = None
        for step in steps:
            image = image if step.image is None else step.image
            yield step
        if image is None:
            raise PaintError("the engine ended without a picture")
        self._add(frame, content, image, known)

    def keep(self, frame: Pixels, content: Tensor, painting: Tensor) -> None:
        """Go on after a frame that is painted already, with its painting (3, H, W); the others as in `paint`."""
        self._add(frame, content, painting, self._known(frame, content))

    def _add(self, frame: Pixels, content: Tensor, painting: Tensor, known: WarpedPrior | None) -> None:
        origin = grey(frame) if known is None else known.origin
        self.seen.appendleft(PaintedFrame(frame, content, painting, origin))

    def _known(self, frame: Pixels, content: Tensor) -> WarpedPrior | None:
        """What the frames before tell about this one. After a cut, and when a fade shows much that was not to be seen,
        that is nothing, and they are forgotten.
        """
        known = warp_previous(self.seen, frame, content)
        if known.where.mean() >= CUT and known.new < FADE:
            return known
        self.seen.clear()
        return None


class WarpedPrior(NamedTuple):
    """What earlier paintings tell about a frame: a picture (3, H, W), and where it is one, as 1 or 0 (1, H, W).

    `origin` is as in `PaintedFrame`. `new` is how much of the frame, as far as the flow finds it in the one before, has
    a structure that was not to be seen when it was painted, 0 to 1.
    """

    picture: Tensor
    where: Tensor
    origin: Floats
    new: float


def warp_previous(seen: Sequence[PaintedFrame], frame: Pixels, content: Tensor) -> WarpedPrior:
    """Each place comes from the latest earlier frame that shows it (section 4.2, eq. 13), in the light of now."""
    picture, origin, now = np.zeros(frame.shape, np.float32), grey(frame), grey(frame)
    where, fresh = np.zeros((*frame.shape[:2], 1), np.float32), 0.0
    for back in BACK:
        if back <= len(seen) and not where.all():
            before = seen[back - 1]
            flow = backward_flow(before.frame, frame)
            first = flow.warp(before.origin)
            shown = novelty(first, now) < NEW
            fresh = float((flow.confidence * ~shown).sum() / max(flow.confidence.sum(), 1)) if back == 1 else fresh
            new = (flow.confidence * shown)[..., None] * (1 - where)
            light = light_change(flow.warp(_rows(before.content)), _rows(content), flow.confidence)
            picture += new * (flow.warp(_rows(before.painting)) + light).clip(0, 255)
            origin = np.where(new[..., 0] > 0, first, origin)
            where += new
    return WarpedPrior(_planes(picture), _planes(where), origin, fresh)


def _rows(image: Tensor) -> Floats:
    """(3, H, W) as (H, W, 3)."""
    return np.asarray(image.permute(1, 2, 0).contiguous().numpy(), np.float32)


def _planes(image: Floats) -> Tensor:
    """(H, W, C) as (C, H, W)."""
    return torch.from_numpy(image).permute(2, 0, 1)
