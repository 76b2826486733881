"""Which pictures are too large, too small or too long, by their header alone."""

from __future__ import annotations

import math
from typing import Literal

from PIL import Image

from styler.events import BadImage
from styler.settings import MAX_PIXELS

Which = Literal["content", "style"]

MIN_EDGE = 16
# Beyond it, the short edge of a painting of usual size is too short for the smallest levels of the image pyramid.
MAX_ASPECT = 10
MAX_DECODED_BYTES = 1_000_000_000  # of memory while a picture is decoded

# Bytes a pixel while it is decoded, by Pillow's mode: its own copy; and by the file's format: what the decoder holds.
_BYTES = {"1": 2, "L": 1, "P": 5, "I;16": 6, "I;16B": 6, "I;16L": 6}
_DECODER_BYTES = {"AVIF": 6, "WEBP": 12, "GIF": 1}

# Pillow's own guard, for what it opens before `check_size` sees it: it warns beyond this, and refuses twice as much.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def check_size(width: int, height: int, which: Which, max_pixels: int = MAX_PIXELS) -> None:
    """Raise `BadImage` for a size, in pixels, that cannot be painted."""
    size = f"it is {width}x{height}"
    facts = {"width": width, "height": height}
    if width * height > max_pixels:
        raise too_many_pixels(f"{size},", width * height, which, max_pixels)
    if min(width, height) < MIN_EDGE:
        detail = f"{size}; at least {MIN_EDGE} pixels an edge are needed"
        raise BadImage("too_small", detail, which, facts | {"limit": MIN_EDGE})
    if max(width, height) > MAX_ASPECT * min(width, height):
        detail = f"{size}; the long edge may be at most {MAX_ASPECT} times the short one"
        raise BadImage("too_narrow", detail, which, facts | {"limit": MAX_ASPECT})


def check_memory(own: tuple[int, int], needed: float, which: Which) -> None:
    """Raise `BadImage` for a picture of `own` size whose decoding needs more bytes than `MAX_DECODED_BYTES`."""
    if needed > MAX_DECODED_BYTES:
        pixels = own[0] * own[1]
        raise too_many_pixels(f"it is {own[0]}x{own[1]},", pixels, which, int(pixels * MAX_DECODED_BYTES / needed))


def needed_bytes(image: Image.Image) -> int:
    """What Pillow and its decoder hold of an image while it is decoded, as it is prepared."""
    each = _BYTES.get(image.mode, 4) + _DECODER_BYTES.get(image.format or "", 0)
    return image.width * image.height * each


def moving(format: str, which: Which) -> BadImage:
    """The `BadImage` for a moving picture in place of a still one."""
    return BadImage("moving", f"it moves ({format}); a still picture is needed", which, {"format": format})


def too_many_pixels(what: str, pixels: int, which: Which, limit: int = MAX_PIXELS) -> BadImage:
    """The `BadImage` for it; `what` is the sentence's beginning."""
    most = math.floor(limit / 1e6)
    detail = f"{what} {math.ceil(pixels / 1e4) / 100:.15g} megapixels; at most {most} are allowed"
    return BadImage("too_many_pixels", detail, which, {"megapixels": pixels / 1e6, "limit": float(most)})
