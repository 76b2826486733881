"""The losses of neural style transfer, as pure functions.

L. A. Gatys, A. S. Ecker and M. Bethge, "Image Style Transfer Using Convolutional Neural Networks" (CVPR 2016), sections
2.1 and 2.2. F and P are features of the picture and of the content image, G and A Gram matrices of the picture and of
the style image.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

CHUNK = 1024  # rows
TINY = 1e-12  # below any square of features: a loss relative to a black picture's is finite


def gram_matrix(features: Tensor) -> Tensor:
    """The Gram matrix (C, C) of features (1, C, h, w): G_ij = sum over k of F_ik F_jk, divided by h w (eq. 3).

    At least float32, whatever the features are. Differs from the paper: the division, so that a small style image and
    a large painting can be compared (the paper puts it into eq. 4). Half-precision products are summed by chunks, and
    the chunks in float32: a bfloat16 sum would carry an error of 0.4 % of each entry.
    """
    flat = features[0].flatten(1).t()  # (h w, C): a view if the features are channels_last
    rows, channels = flat.shape
    if features.dtype in {torch.float32, torch.float64}:
        return flat.t() @ flat / rows
    whole = rows - rows % CHUNK
    chunks = flat[:whole].reshape(-1, CHUNK, channels)
    gram = (chunks.mT @ chunks).sum(0, dtype=torch.float32)
    return (gram + (flat[whole:].t() @ flat[whole:]).float()) / rows


def blend(grams: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
    """The Gram matrix of several styles at once: the mean of theirs, (C, C) each, by `shares`, which add up to 1.

    Differs from the paper, which has one style. A Gram matrix is a mean over places, so this is the one of a canvas
    that gives each style its share of the surface.
    """
    return torch.stack([gram * share for gram, share in zip(grams, shares, strict=True)]).sum(0)


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """Mean squared difference of features F and P (1, C, h, w), relative to the mean square of P (eq. 1).

    Differs from the paper: a sum there. Divided by the number of features and by their size it means the same for
    every resolution, layer and photo.
    """
    return mean_square(features - target) / mean_square(target).clamp_min(TINY)


def style_loss(gram: Tensor, target: Tensor) -> Tensor:
    """Squared difference of Gram matrices G and A (C, C), relative to the square of A (eq. 4).

    Differs from the paper: 1 / (4 N^2 M^2) there. Relative to the painting's own Gram matrix, each layer counts the
    same and a weight means the same for a pale woodcut as for a dark oil painting.
    """
    return mean_square(gram - target) / mean_square(target).clamp_min(TINY)


def total_variation_loss(image: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels of an image (3, H, W), across and down.

    Differs from the paper, which has none: it takes speckle away. A. Mahendran and A. Vedaldi, "Understanding Deep
    Image Representations by Inverting Them" (CVPR 2015), eq. 4 with beta 2.
    """
    across = (image[:, :, 1:] - image[:, :, :-1]).square().sum()
    down = (image[:, 1:] - image[:, :-1]).square().sum()
    return (across + down) / image.numel()


def stroke_loss(image: Tensor, directions: Tensor) -> Tensor:
    """Mean squared change of an image (3, H, W) along its strokes, whose `directions` (2, H - 1, W - 1) are known.

    Differs from the paper, which has none: it keeps strokes whole (`styler.engine.strokes`).
    """
    return change_along(image, directions).square().sum() / image.numel()


def outline_loss(change: Tensor, weights: Tensor) -> Tensor:
    """Mean square of what outlines `change` by, (1, h, w), where each place has its weight (1, h, w).

    Differs from the paper, which has none: it keeps the subject apart from its ground (`styler.engine.outlines`).
    """
    return (weights * change.square()).mean()


def change_along(image: Tensor, directions: Tensor) -> Tensor:
    """What each channel of (3, H, W) changes by in a pixel along unit vectors (2, H - 1, W - 1): (3, H - 1, W - 1)."""
    right, up = diagonal_differences(image)
    return right.mul_(directions[0]).addcmul_(up, directions[1])


def diagonal_differences(image: Tensor) -> tuple[Tensor, Tensor]:
    """What an image (C, H, W) changes by in a pixel to the lower right and to the upper right: two (C, H - 1, W - 1).

    L. G. Roberts, "Machine Perception of Three-Dimensional Solids" (1963). Both are of the same place, between four
    pixels, which differences across and down are not.
    """
    right, up = image[:, 1:, 1:] - image[:, :-1, :-1], image[:, :-1, 1:] - image[:, 1:, :-1]
    return right.div_(math.sqrt(2)), up.div_(math.sqrt(2))


def temporal_loss(image: Tensor, warped: Tensor, weights: Tensor) -> Tensor:
    """Mean squared difference to the painting of the frame before, moved to where it is now, both (3, H, W).

    `weights` (1, H, W) say how closely each pixel is held. M. Ruder, A. Dosovitskiy and T. Brox, "Artistic style
    transfer for videos" (GCPR 2016), eq. 7.
    """
    return (weights * (image - warped).square()).mean()


def mean_square(x: Tensor) -> Tensor:
    """The mean of the squares of `x`, a scalar of at least float32."""
    return x.square().mean(dtype=torch.promote_types(x.dtype, torch.float32))
