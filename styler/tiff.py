"""What a TIFF's tags say, and Pillow leaves aside. Free of torch."""

from __future__ import annotations

import contextlib
import ctypes
import io
from typing import cast

import numpy as np
from PIL import ExifTags, Image, _imaging
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

_KIND = ("Compression", "PhotometricInterpretation", "SamplesPerPixel", "BitsPerSample", "SampleFormat")
_REDUCED = 1  # bit of NewSubfileType: a smaller version of another picture in the file


def silence() -> None:
    """libtiff writes to the terminal what it thinks of a damaged file, and Pillow offers no way to stop it."""
    with contextlib.suppress(AttributeError):  # it is no library of its own
        libtiff = ctypes.CDLL(_imaging.__file__)  # and what that is linked to
        for kind in ("Error", "Warning"):
            libtiff[f"TIFFSet{kind}Handler"](None)


def misread(image: Image.Image) -> str:
    """What Pillow would read wrongly in a TIFF, after "it is"; nothing if all is well."""
    if not isinstance(image, TiffImageFile):
        return ""
    tags = image.tag_v2
    if tags.get(ExifTags.Base.NewSubfileType, 0) & _REDUCED and ExifTags.Base.SubIFDs in tags:
        return "a raw photo, of which only the thumbnail can be read"  # DNG, NEF, ARW
    planes = tags.get(ExifTags.Base.PlanarConfiguration) == 2
    if planes and image.info["compression"] == "raw" and _bits(image) == 16:
        return "a TIFF with planes of 16 bits, which cannot be read"  # but as planes of 8
    return ""


def kind_of(data: bytes) -> str:
    """How a TIFF that Pillow does not know stores its pixels; nothing if it is none, or too damaged to tell."""
    try:
        tags, file = ImageFileDirectory_v2(data[: 16 if data[2] == 43 else 8]), io.BytesIO(data)  # 43: a BigTIFF
        file.seek(tags.next)
        tags.load(file)
        said = {name: tags.get(ExifTags.Base[name]) for name in _KIND}
        return ", ".join(f"{name} {str(value).strip('(,)')}" for name, value in said.items() if value is not None)
    except Exception:  # whatever it stumbles over
        return ""


def grey_of(image: Image.Image) -> Image.Image:
    """A picture of mode I;16 in mode L: scaled, where Pillow's own conversion cuts values off at 255.

    In mode LA where a colour of it is transparent.
    """
    values, transparent = np.asarray(image), image.info.get("transparency")
    white = 2 ** _bits(image) - 1  # 12 bits are possible, too
    grey = np.rint(values * (255 / white)).astype(np.uint8)
    inverted = isinstance(image, TiffImageFile) and image.tag_v2.get(ExifTags.Base.PhotometricInterpretation) == 0
    scaled = Image.fromarray(255 - grey if inverted else grey)
    if transparent is not None:
        scaled.putalpha(Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8)))
    return scaled


def _bits(image: Image.Image) -> int:
    """A colour's."""
    sizes = image.tag_v2.get(ExifTags.Base.BitsPerSample, (16,)) if isinstance(image, TiffImageFile) else (16,)
    return cast(int, sizes[0])
