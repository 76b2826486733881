"""Pictures of more than 8 bits whose curve needs them: HDR and linear light, of which 8 bits would show steps.

Pillow has no mode for such colours, so other readers decode them to arrays.
"""

from __future__ import annotations

import io
from typing import TypeAlias, cast

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from styler.image.color_space import SRGB, ColorSpace
from styler.image.color_tags import Color
from styler.image.deep_frame import DEEP, FULL_RANGE, LIMITED_BLACK, LIMITED_WHITE, deep_white
from styler.image.heif_item import HeifItem
from styler.image.modes import shrunk
from styler.image.srgb import array_to_srgb, brightest_light

Array: TypeAlias = NDArray[np.uint16]

_MAX_PIXELS = 30_000_000  # of a larger picture, 8 bits must do: these arrays take 6 bytes a pixel and more
_MODES = ("RGB", "L", "I;16")
_STRIP = 2**20  # pixels that are converted at a time
_FFMPEG = {"AVIF": "mov", "PNG": "png_pipe"}  # its names for what holds the picture


def deep_color_image(
    image: Image.Image, data: bytes, item: HeifItem | None, color: Color, factor: int
) -> tuple[Image.Image, tuple[int, int]] | None:
    """The picture in sRGB, shrunk by a whole factor, and its own size; None if 8 bits are enough, or all there is."""
    if not isinstance(color, ColorSpace) or not _needs_depth(color) or (image.format == "PNG" and not color.full_range):
        return None
    if image.width * image.height > _MAX_PIXELS or image.mode not in _MODES or "transparency" in image.info:
        return None
    found = _by_libheif(data) if image.format == "HEIF" else _by_ffmpeg(image, data, item)
    if found is None:
        return None
    values, white = found
    if image.format == "AVIF" and item and (box := item.clean_aperture(values.shape[1], values.shape[0])):
        values = values[box[1] : box[3], box[0] : box[2]]
    return _converted(values, white, color, factor), (values.shape[1], values.shape[0])


def _needs_depth(color: ColorSpace) -> bool:
    return color.transfer != SRGB or color.power is not None


def _by_libheif(data: bytes) -> tuple[Array, int] | None:
    """Its values, and that of white."""
    file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False)
    picture = file[file.primary_index]
    if not picture.mode.startswith("RGB;"):
        return None
    return np.asarray(picture), 2 ** int(picture.mode.removeprefix("RGB;")) - 1


def _by_ffmpeg(image: Image.Image, data: bytes, item: HeifItem | None) -> tuple[Array, int] | None:
    """None for a picture in tiles, of 8 bits, or that FFmpeg does not read."""
    if image.format not in _FFMPEG:
        return None
    import av  # noqa: PLC0415  few files need it

    try:
        with av.open(io.BytesIO(data), "r", format=_FFMPEG[image.format]) as container:
            frame = next(container.decode(container.streams.video[0]))
        if (frame.width, frame.height) != image.size or frame.format.components[0].bits <= 8:
            return None
        values = cast(Array, frame.to_ndarray(format="gray16le" if image.mode == "I;16" else DEEP))
    except (av.FFmpegError, StopIteration, IndexError):
        return None
    white = deep_white(frame)
    full_range = item.full_range if item and "nclx" in item.colors else frame.color_range == FULL_RANGE
    if image.mode == "L" and not full_range:  # for which FFmpeg takes it
        values, white = np.maximum(values, LIMITED_BLACK) - LIMITED_BLACK, LIMITED_WHITE - LIMITED_BLACK
    return np.minimum(values, white, out=values), white


def _converted(values: Array, white: int, space: ColorSpace, factor: int) -> Image.Image:
    """In strips, so that little memory is needed beside the values themselves."""
    peak = brightest_light(int(values.max()) / white, space) if space.is_hdr else 0.0
    if values.ndim == 2:
        values = np.broadcast_to(values[..., None], (*values.shape, 3))
    step = max(1, _STRIP // (values.shape[1] * factor)) * factor
    strips = []
    for top in range(0, len(values), step):
        strip = Image.fromarray(array_to_srgb(values[top : top + step], white, space, peak))
        strips.append(np.asarray(shrunk(strip, factor) if factor > 1 else strip))
    return Image.fromarray(np.concatenate(strips))
