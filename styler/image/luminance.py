"""Keeping the photo's own colours: only the luminance is painted.

L. A. Gatys, A. S. Ecker, M. Bethge, A. Hertzmann and E. Shechtman, "Controlling Perceptual Factors in Neural Style
Transfer" (CVPR 2017), section 5.1. Differs from the paper: luminance is Y of YCbCr instead of YIQ; it is the same Y.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from styler.image.codec import Pixels


def luminance(pixels: Pixels) -> Pixels:
    """(H, W, 3) uint8 as grey, with three equal channels."""
    return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))


def matched_luminance(style: Pixels, content: Pixels) -> Pixels:
    """The grey (H, W, 3) of `style` with the mean and the spread of `content`'s, eq. 10 of the paper.

    Without it, a dark painting's strokes would darken a bright photo under its unchanged colours.
    """
    grey, target = luminance(style).astype(np.float32), luminance(content).astype(np.float32)
    gain = float(target.std()) / max(float(grey.std()), 1.0)
    matched = (grey - float(grey.mean())) * gain + float(target.mean())
    return matched.clip(0, 255).round().astype(np.uint8)


def with_colors_of(painted: Pixels, photo: Pixels) -> Pixels:
    """The luminance of `painted` with the colours of `photo`, both (H, W, 3) uint8 of one size."""
    y = Image.fromarray(painted).convert("L")
    _, cb, cr = Image.fromarray(photo).convert("YCbCr").split()
    return np.asarray(Image.merge("YCbCr", (y, cb, cr)).convert("RGB"))
