"""What a TIFF's tags say, and Pillow leaves aside. Free of torch."""

from __future__ import annotations

import ctypes
import io
import logging

from PIL import ExifTags, Image, _imaging
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

_KIND = ("Compression", "PhotometricInterpretation", "SamplesPerPixel", "BitsPerSample", "SampleFormat")
_REDUCED = 1  # bit of NewSubfileType: a smaller version of another picture in the file
_SIGNED = 2  # SampleFormat


def silence_libtiff() -> None:
    """Keep libtiff and Pillow from writing to the terminal what they think of a damaged file."""
    logging.getLogger("PIL").addHandler(logging.NullHandler())  # else Python prints errors that nobody handles
    for kind in ("Error", "Warning"):
        _libtiff(f"TIFFSet{kind}Handler", None)


def _libtiff(function: str, argument: int | None) -> int:
    """Call a function of libtiff, which Pillow offers no way to do. Where it is not found, the answer is 1."""
    try:
        answer: int = ctypes.CDLL(_imaging.__file__)[function](argument)  # a library that is linked to libtiff
    except AttributeError:
        return 1
    return answer


def unsupported_reason(image: Image.Image) -> str:
    """What Pillow would read wrongly in a TIFF, after "it is"; nothing if all is well."""
    if not isinstance(image, TiffImageFile):
        return ""
    tags = image.tag_v2
    if tags.get(ExifTags.Base.NewSubfileType, 0) & _REDUCED and ExifTags.Base.SubIFDs in tags:
        return "a raw photo, of which only the thumbnail can be read"  # DNG, NEF, ARW
    planes, bits = tags.get(ExifTags.Base.PlanarConfiguration) == 2, tags.get(ExifTags.Base.BitsPerSample, (1,))[0]
    if planes and image.info["compression"] == "raw" and bits == 16:
        return "a TIFF with planes of 16 bits, which cannot be read"  # but as planes of 8
    if bits < 32 and _SIGNED in tags.get(ExifTags.Base.SampleFormat, ()):
        return "a TIFF of signed numbers, which cannot be read"  # but as unsigned, if they have 8 bits
    if not _libtiff("TIFFIsCODECConfigured", tags.get(ExifTags.Base.Compression, 1)):
        return f"a TIFF compressed by {image.info['compression']}, which cannot be read"
    return ""


def describe_encoding(data: bytes) -> str:
    """How a TIFF that Pillow does not know stores its pixels; nothing if it is none, or too damaged to tell."""
    try:
        tags, file = ImageFileDirectory_v2(data[: 16 if data[2] == 43 else 8]), io.BytesIO(data)  # 43: a BigTIFF
        file.seek(tags.next)
        tags.load(file)
        said = {name: tags.get(ExifTags.Base[name]) for name in _KIND}
        return ", ".join(f"{name} {str(value).strip('(,)')}" for name, value in said.items() if value is not None)
    except Exception:  # whatever it stumbles over
        return ""


def black_and_white(image: Image.Image) -> tuple[int, int]:
    """Their values in a picture of mode I;16. A TIFF may have 12 bits (white is 4095), or 0 for white."""
    if not isinstance(image, TiffImageFile):
        return 0, 65535
    largest = 2 ** image.tag_v2[ExifTags.Base.BitsPerSample][0] - 1
    return (largest, 0) if image.tag_v2.get(ExifTags.Base.PhotometricInterpretation) == 0 else (0, largest)
