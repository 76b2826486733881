"""How frames lie in a clip: cropped, of square pixels, turned, mirrored, and of one size."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from styler.image.codec import StillImage, resize, scaled
from styler.video.crop import Crop

Array = NDArray[np.uint8]

_SAME_SHAPE = 0.02  # shapes that differ by less are one: an edge was rounded to whole pixels or blocks


class Turn(NamedTuple):
    """From the stored picture to the upright one: first transposed, then mirrored left-right and upside down."""

    transposed: bool = False
    left_right: bool = False
    up_down: bool = False

    @classmethod
    def of(cls, matrix: tuple[int, int, int, int]) -> Turn:
        """The nearest quarter turn, with its mirror, to a, b, c, d of x' = a x + c y and y' = b x + d y."""
        a, b, c, d = matrix
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return cls(False, a < 0, d < 0)
        return cls(True, c < 0, b < 0)

    def apply(self, pixels: Array) -> Array:
        """(H, W) or (H, W, C)."""
        turned = pixels.swapaxes(0, 1) if self.transposed else pixels
        turned = turned[:, ::-1] if self.left_right else turned
        return np.ascontiguousarray(turned[::-1] if self.up_down else turned)


def square_size(width: int, height: int, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Width and height with square pixels: those of a disc or of an old camera are wider or higher."""
    ratio = pixel_aspect or Fraction(1)
    ratio = ratio if Fraction(1, 4) <= ratio <= 4 else Fraction(1)
    return max(1, round(width * ratio)), height


def cropped(pixels: Array, crop: Crop) -> Array:
    height, width = pixels.shape[:2]
    return pixels[crop.top : height - crop.bottom, crop.left : width - crop.right]


def fitted(image: StillImage, width: int, height: int) -> StillImage:
    """A frame of another size, in the middle of one of this size, as players show it."""
    if (image.width, image.height) == (width, height):
        return image
    inner = scaled(image.width, image.height, min(width / image.width, height / image.height))
    if abs(image.width * height / (image.height * width) - 1) <= _SAME_SHAPE:
        inner = width, height
    alpha = None if image.alpha is None else _padded(resize(image.alpha, *inner), width, height)
    return StillImage(_padded(resize(image.pixels, *inner), width, height), alpha, width, height)


def _padded(pixels: Array, width: int, height: int) -> Array:
    """Between bars of black, or of transparency."""
    image = Image.fromarray(pixels)
    ground = Image.new(image.mode, (width, height))
    ground.paste(image, ((width - image.width) // 2, (height - image.height) // 2))
    return np.asarray(ground)
