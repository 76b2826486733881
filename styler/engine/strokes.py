"""Which way each stroke of a picture runs.

A stroke changes across, and hardly along its way. Gram matrices do not say so: they are the same if a stroke is broken
by a weave of the right amount. So the variation along the strokes of the level before is a loss of its own
(`styler.engine.losses.stroke_loss`).

J. Weickert, "Coherence-Enhancing Diffusion Filtering" (International Journal of Computer Vision 31, 1999), section 2:
the structure tensor, and smoothing in the direction of its least change. Differs from Weickert, who filters: a filter
takes the canvas away, too, whose grain belongs to the style. A loss leaves it where it disturbs no stroke.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from styler.engine.losses import diagonal_differences

GRAIN = 0.7  # pixels: what is finer than such a Gaussian has no say in the direction
STROKE = 2.5  # pixels: over such a Gaussian, directions are taken together; with 1.8 strokes stay shorter
EDGE = 512  # pixels: from this long edge on, the loss has its whole weight


def stroke_directions(picture: Tensor) -> Tensor:
    """The unit vector along the stroke between each four pixels of (3, H, W): (2, H - 1, W - 1).

    In the coordinates of `diagonal_differences`. Its sign means nothing.
    """
    right, up = diagonal_differences(blurred(picture, GRAIN))
    if right.numel() == 0:  # a single row or column has no directions
        return right[:2]
    products = torch.stack([(right * right).sum(0), (right * up).sum(0), (up * up).sum(0)])
    xx, xy, yy = blurred(products, STROKE)
    most = torch.atan2(2 * xy, xx - yy) / 2  # the angle of the most change
    return torch.stack([-torch.sin(most), torch.cos(most)])


def stroke_factor(edge: int) -> float:
    """What the weight of the loss is multiplied by, for a picture whose long edge is so many pixels: at most 1.

    In half the size, the same stroke changes twice as much from pixel to pixel. With the whole weight, the strokes of a
    small picture would all be worms, a few pixels wide.
    """
    return min(1.0, edge / EDGE)


def blurred(image: Tensor, sigma: float, beyond: str = "replicate") -> Tensor:
    """An image (C, H, W) under a Gaussian of `sigma` pixels; `beyond` its edges is what that mode of `pad` says."""
    radius = round(3 * sigma)
    places = torch.arange(-radius, radius + 1, dtype=image.dtype, device=image.device)
    kernel = torch.exp(-places.square() / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    framed = functional.pad(image[:, None], (radius,) * 4, mode=beyond)
    return functional.conv2d(functional.conv2d(framed, kernel.view(1, 1, 1, -1)), kernel.view(1, 1, -1, 1))[:, 0]
