"""What a TIFF's tags say, and Pillow leaves aside. Free of torch."""

from __future__ import annotations

from typing import cast

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

_REDUCED = 1  # bit of NewSubfileType: a smaller version of another picture in the file


def check_tags(image: Image.Image) -> None:
    """Raises `UnidentifiedImageError` for a TIFF that Pillow reads, but wrongly."""
    if not isinstance(image, TiffImageFile):
        return
    tags = image.tag_v2
    if tags.get(ExifTags.Base.NewSubfileType, 0) & _REDUCED and ExifTags.Base.SubIFDs in tags:
        raise UnidentifiedImageError("only the thumbnail of a raw photo can be read")  # DNG, NEF, ARW
    planes = tags.get(ExifTags.Base.PlanarConfiguration) == 2
    if planes and image.info["compression"] == "raw" and _bits(image) == 16:
        raise UnidentifiedImageError("planes of 16 bits would be read as planes of 8")


def grey_of(image: Image.Image) -> Image.Image:
    """A picture of mode I;16 in mode L: scaled, where Pillow's own conversion cuts values off at 255."""
    white = 2 ** _bits(image) - 1  # 12 bits are possible, too
    grey = np.rint(np.asarray(image) * (255 / white)).astype(np.uint8)
    inverted = isinstance(image, TiffImageFile) and image.tag_v2.get(ExifTags.Base.PhotometricInterpretation) == 0
    return Image.fromarray(255 - grey if inverted else grey)


def _bits(image: Image.Image) -> int:
    """A colour's."""
    sizes = image.tag_v2.get(ExifTags.Base.BitsPerSample, (16,)) if isinstance(image, TiffImageFile) else (16,)
    return cast(int, sizes[0])
