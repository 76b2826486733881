"""Uncompressed YCbCr TIFFs with subsampled colours, as old cameras write them. Pillow reads their bytes as if they were
not subsampled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

_YCBCR, _UNCOMPRESSED = 6, 1


def is_subsampled(tags: ImageFileDirectory_v2) -> bool:
    """Whether Pillow would take colours and luminance of such a TIFF for one another."""
    return (
        tags.get(ExifTags.Base.PhotometricInterpretation) == _YCBCR
        and tags.get(ExifTags.Base.Compression, _UNCOMPRESSED) == _UNCOMPRESSED
        and _subsampling(tags) != (1, 1)
    )


def ycbcr(tags: ImageFileDirectory_v2, data: bytes) -> Image.Image | None:
    """The picture, of mode YCbCr (TIFF 6.0, section 21); None if it is tiled, in planes, or not of 8 bits.

    Raises `EOFError` if its data are not all there.
    """
    bits, planes = tags.get(ExifTags.Base.BitsPerSample, (8,)), tags.get(ExifTags.Base.PlanarConfiguration, 1)
    if ExifTags.Base.StripOffsets not in tags or set(bits) != {8} or planes != 1:
        return None
    width, height = tags[ExifTags.Base.ImageWidth], tags[ExifTags.Base.ImageLength]
    rows, offsets = min(tags.get(ExifTags.Base.RowsPerStrip, height), height), tags[ExifTags.Base.StripOffsets]
    strips = [
        _strip(memoryview(data)[offset:], width, min(rows, height - top), _subsampling(tags))
        for top, offset in zip(range(0, height, rows), offsets, strict=True)
    ]
    return Image.fromarray(_full_range(np.concatenate(strips), tags), "YCbCr")


def _subsampling(tags: ImageFileDirectory_v2) -> tuple[int, int]:
    across, down = tags.get(ExifTags.Base.YCbCrSubSampling, (2, 2))
    return int(across), int(down)


def _strip(data: memoryview, width: int, rows: int, subsampling: tuple[int, int]) -> NDArray[np.uint8]:
    """(rows, width, 3). Each block holds its luminances row by row, and one Cb and one Cr."""
    across, down = subsampling
    blocks = (-(-rows // down), -(-width // across))
    each = across * down + 2
    if len(data) < blocks[0] * blocks[1] * each:
        raise EOFError("truncated: the strip ends early")
    units = np.frombuffer(data, np.uint8, blocks[0] * blocks[1] * each).reshape(*blocks, each)
    grid = units[..., :-2].reshape(*blocks, down, across).transpose(0, 2, 1, 3)
    luminance = grid.reshape(blocks[0] * down, blocks[1] * across)
    colors = units[..., -2:].repeat(down, 0).repeat(across, 1)
    return np.dstack([luminance, colors])[:rows, :width]


def _full_range(pixels: NDArray[np.uint8], tags: ImageFileDirectory_v2) -> NDArray[np.uint8]:
    """Scaled by ReferenceBlackWhite, if that is not as Pillow's YCbCr has it."""
    usual = (0.0, 255.0, 128.0, 255.0, 128.0, 255.0)
    told = tuple(float(value) for value in tags.get(ExifTags.Base.ReferenceBlackWhite, usual))
    if told == usual or len(told) != 6:
        return pixels
    black, white = np.array(told[::2]), np.array(told[1::2])
    scaled = (pixels - black) * (np.array([255, 127, 127]) / np.maximum(white - black, 1)) + [0, 128, 128]
    return np.asarray(np.rint(scaled).clip(0, 255), np.uint8)
