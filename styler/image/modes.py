"""Pillow's images of rare modes in usual ones, and smaller."""

from __future__ import annotations

import numpy as np
from PIL import Image

from styler.image.tiff import black_and_white


def of_8_bits(image: Image.Image) -> Image.Image:
    """In a mode of 8 bits a channel, with alpha that is not multiplied into the colours."""
    if image.mode.startswith("I;16"):
        return _grey(image)
    straight = {"La": "LA", "RGBa": "RGBA", "PA": "RGBA", "1": "L"}.get(image.mode)
    return image.convert(straight) if straight else image


def _grey(image: Image.Image) -> Image.Image:
    """A picture of mode I;16 in mode L, or LA where a colour of it is transparent.

    It is scaled: Pillow's own conversion cuts values off at 255.
    """
    values, transparent = np.asarray(image), image.info.get("transparency")
    black, white = black_and_white(image)
    levels = np.arange(65536, dtype=np.float32)
    table = np.rint((levels - black) * (255 / (white - black))).clip(0, 255).astype(np.uint8)
    grey = Image.fromarray(table[values])
    if transparent is not None:
        grey.putalpha(Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8)))
    return grey


def shrunk(image: Image.Image, factor: int) -> Image.Image:
    """An image of any mode, shrunk by a whole factor: each pixel is the mean of a square."""
    image = of_8_bits(image)
    if image.has_transparency_data and image.mode not in ("LA", "RGBA"):
        image = image.convert("RGBA")  # a transparent colour is none any more when it is mixed with others
    return (image.convert("RGB") if image.mode == "P" else image).reduce(factor)
