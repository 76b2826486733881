"""Pictures in and out: bytes to pixels, upright and in sRGB, and back."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from styler.events import BadImage, OutOfMemory
from styler.image import loader
from styler.image.color_space import ColorSpace
from styler.image.color_tags import Color
from styler.image.limits import Which
from styler.image.refusals import refusal
from styler.settings import Format

Pixels = NDArray[np.uint8]

_SRGB = ColorSpace()


@dataclass(frozen=True, slots=True)
class StillImage:
    """A decoded picture.

    `pixels` is (H, W, 3) uint8, sRGB, upright, with something to paint everywhere: transparent places are filled from
    the colours around them. `alpha` is (H, W) uint8, or None where the picture is opaque. `width` and `height` are
    the picture's own size, upright; `pixels` may be smaller, see `decode`.
    """

    pixels: Pixels
    alpha: Pixels | None
    width: int
    height: int


def decode(data: bytes, which: Which = "content", size: int | None = None) -> StillImage:
    """The picture in the bytes of a JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP file.

    Of a TIFF with several pages it is the first that is no smaller copy of another. With `size` no edge needs more than
    `size` pixels, so a large picture comes at a fraction of its size, and a large JPEG is even decoded so: in less time
    and memory. A JPEG that lacks only its end is mended.

    Raises `BadImage` for anything else, and for moving pictures, more pixels than a gigabyte of memory is enough for,
    under 16 pixels an edge, or more than ten times as long as wide: all of these from the header, before the pixels are
    decoded. Its message is written to follow the picture's name ("it is 12000x9000, ..."); its `which` is the one given
    here.

    Raises `OutOfMemory` where the pixels do not fit into memory.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"the bytes of a picture are needed, not {type(data).__name__}")
    if len(data) == 0:
        raise BadImage("empty", "it is empty: 0 bytes", which)
    with warnings.catch_warnings():  # about damaged metadata, which is not used, and sizes, which are checked here
        warnings.simplefilter("ignore")
        try:
            rgb, alpha, (width, height) = loader.load(bytes(data), which, size)
        except BadImage:
            raise
        except MemoryError as error:
            raise OutOfMemory("there is not enough memory to read the picture") from error
        except Exception as error:  # Pillow's readers raise whatever a damaged file makes them stumble over
            raise refusal(data, which, error) from error
    return StillImage(np.asarray(rgb), None if alpha is None else np.asarray(alpha), width, height)


def upright(image: Image.Image, color: Color = _SRGB) -> StillImage:
    """A frame that is decoded already, of any mode, at its own size. `color` is what its numbers mean."""
    rgb, alpha = loader.upright(image, color)
    return StillImage(np.asarray(rgb), None if alpha is None else np.asarray(alpha), *rgb.size)


def resize(pixels: Pixels, width: int, height: int) -> Pixels:
    """(H, W, 3) or (H, W) uint8 at another size, by Lanczos' filter: sharp, and free of aliasing when it shrinks."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


def scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    """Both edges times `scale`, to whole pixels, and no less than one."""
    return max(1, round(width * scale)), max(1, round(height * scale))


def encode(pixels: Pixels, format: Format, alpha: Pixels | None = None) -> bytes:
    """(H, W, 3) uint8, and alpha (H, W) unless the format is JPEG, as the bytes of a file without any metadata.

    Strokes are sharp coloured edges, so JPEG keeps the colours at full resolution (4:4:4).
    """
    image = Image.fromarray(pixels)
    if alpha is not None:
        image.putalpha(Image.fromarray(alpha))
    options: dict[Format, dict[str, Any]] = {
        "jpeg": {"quality": 95, "subsampling": "4:4:4", "optimize": True},
        "png": {},
        "webp": {"quality": 95},
    }
    buffer = io.BytesIO()
    try:
        image.save(buffer, format, **options[format])
    except OSError:
        if format != "jpeg":
            raise
        # What is nearly noise has more than two bytes a pixel, for which Pillow has no room where it optimises.
        buffer = io.BytesIO()
        image.save(buffer, format, **options[format] | {"optimize": False})
    return buffer.getvalue()
