"""The image pyramid: painting begins small and ends at full size.

Large forms are cheap and good at small sizes, where a layer's receptive field spans much of the picture; the full size
only adds the fine strokes. L. A. Gatys et al., "Controlling Perceptual Factors in Neural Style Transfer" (CVPR 2017),
section 6.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from styler.image.codec import scaled

SMALLEST = 128  # long edge, in pixels, at which painting begins
AT_ONCE = 32  # times: a picture that shrinks by more does so in two goes
GROWTH = 1.6  # of the long edge from level to level: with sqrt(2), fewer steps are left for each
# Steps per level go by (long edge) ** -FALL. With 1.5 a full size of 512 got 12 of 220, with 1.17 it got 18 of 190, too
# few to turn the first ones' coarse pattern, in which strokes look woven or embossed, into strokes. Now it gets 24.
FALL = 0.85


class Level(NamedTuple):
    """One size of the picture, (height, width) in pixels, and how many steps are taken at it."""

    size: tuple[int, int]
    steps: int

    @property
    def work(self) -> float:
        """Of the whole level, in units of a step on one pixel; what a step costs at any size counts as 1000 pixels."""
        return self.steps * (self.size[0] * self.size[1] + 1000)


def levels(size: tuple[int, int], steps: int, smallest: int = SMALLEST) -> list[Level]:
    """The levels for a picture of `size` (height, width), each about `GROWTH` times as large as the one before.

    `steps` are shared so that small sizes get most of them and the last level at least one.
    """
    edge = max(size)
    count = min(steps, 1 + max(0, round(math.log(edge / smallest, GROWTH))))
    ratios = [min(1.0, smallest / edge) ** (i / (count - 1)) if count > 1 else 1.0 for i in reversed(range(count))]
    return [
        Level(scaled(*size, ratio), share)
        for ratio, share in zip(ratios, _shares(steps, [ratio**-FALL for ratio in ratios]), strict=True)
    ]


def _shares(total: int, weights: list[float]) -> list[int]:
    """`total` in parts that go by `weights`, at least 1 each."""
    rest, parts = total, []
    for i, weight in enumerate(weights):
        part = max(1, round(rest * weight / sum(weights[i:])))
        parts.append(min(part, rest - (len(weights) - 1 - i)))
        rest -= parts[-1]
    return parts


def upsample_with_detail(picture: Tensor, content: Tensor) -> Tensor:
    """The picture of the level before, (3, h, w), at the size of this level's content image (3, H, W).

    The content image's finest detail, which the smaller picture could not hold, is added: without it the eyes and the
    mouth of a face would have to be found again from the features, and come out as somebody else's.
    """
    small, size = (picture.shape[1], picture.shape[2]), (content.shape[1], content.shape[2])
    detail = content - resize(resize(content, small), size)
    return torch.clamp(resize(picture, size) + detail, 0, 255)


def resize(image: Tensor, size: tuple[int, int]) -> Tensor:
    """An image (3, h, w) of RGB in 0..255 in another size (height, width), by an antialiased bicubic filter.

    On purpose one filter for the content image, the style image and the picture: a softer one for the style image
    would move its Gram matrices by 15 %, and the painting would come out soft.
    """
    height, width = image.shape[1:]
    if (height, width) == size:
        return image
    if height > AT_ONCE * size[0] or width > AT_ONCE * size[1]:
        # CUDA keeps a filter's weights in 48 KB a block, where that of a picture which shrinks 48 times has no room.
        image = resize(image, (min(height, AT_ONCE * size[0]), min(width, AT_ONCE * size[1])))
    resized = functional.interpolate(image.unsqueeze(0), size=size, mode="bicubic", antialias=True)
    return torch.clamp(resized[0], 0, 255)


def resize_map(numbers: Tensor, size: tuple[int, ...]) -> Tensor:
    """One number for each place of a picture, (y, x), in another size (height, width).

    Not by the mode "area": where the sizes do not divide, that counts the pixels at the seams of its windows twice.
    """
    return functional.interpolate(numbers[None, None], size=size, mode="bilinear", antialias=True)[0, 0]
