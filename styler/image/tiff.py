"""What a TIFF's tags say, and Pillow leaves aside."""

from __future__ import annotations

import ctypes
import io
import logging
import sys

from PIL import ExifTags, Image, ImagePalette, _imaging
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from styler.image.errors import Truncated, Unsupported
from styler.image.tiff_kinds import is_made, made
from styler.image.tiff_ycbcr import is_subsampled, ycbcr

_KIND = ("Compression", "PhotometricInterpretation", "SamplesPerPixel", "BitsPerSample", "SampleFormat")
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType: a smaller version of another picture in the file; which pixels show
_OLD_REDUCED = 2  # the same in the older SubfileType
_MAX_PAGES = 16  # that are looked at
_PARTS = (
    (ExifTags.Base.StripOffsets, ExifTags.Base.StripByteCounts),
    (ExifTags.Base.TileOffsets, ExifTags.Base.TileByteCounts),
)
_SIGNED = 2  # SampleFormat
# PhotometricInterpretation: one colour a pixel (CFA), or all three as they came (LinearRaw).
_OF_SENSOR = (32803, 34892)
CAMERA_RAW = "camera raw (DNG, NEF, ARW)"


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


def select_picture(image: Image.Image) -> None:
    """Turn to the first page of a TIFF that is neither a smaller copy of another one nor a mask.

    Raises `Unsupported` for what Pillow would read wrongly.
    """
    if not isinstance(image, TiffImageFile):
        return
    if _is_secondary(image) and ExifTags.Base.SubIFDs in image.tag_v2:
        raise Unsupported(CAMERA_RAW)  # only its thumbnail could be read
    image.seek(next((page for page in range(_MAX_PAGES) if _is_picture(image, page)), 0))
    if kind := _misread(image):
        raise Unsupported(kind)


def _is_picture(image: TiffImageFile, page: int) -> bool:
    """Turn to that page. Raises `Unsupported` where it is the picture, and of a kind that Pillow does not know."""
    try:
        image.seek(page)
    except EOFError:
        return False
    except SyntaxError as error:  # of this page; others may be readable
        if not _is_secondary(image):
            raise Unsupported(_described(image.tag_v2)) from error
    return not _is_secondary(image)


def _is_secondary(image: TiffImageFile) -> bool:
    kind, old = image.tag_v2.get(ExifTags.Base.NewSubfileType, 0), image.tag_v2.get(ExifTags.Base.SubfileType, 0)
    return bool(kind & (_REDUCED | _MASK)) or old == _OLD_REDUCED


def _misread(image: TiffImageFile) -> str:
    tags = image.tag_v2
    planes, bits = tags.get(ExifTags.Base.PlanarConfiguration) == 2, tags.get(ExifTags.Base.BitsPerSample, (1,))[0]
    if planes and image.info["compression"] == "raw" and bits == 16:
        return "TIFF with 16-bit planes"  # but as planes of 8
    if planes and (is_made(image, tags) or image.mode in ("LA", "La")):
        return f"{_described(tags)} in planes"
    if bits < 32 and _SIGNED in tags.get(ExifTags.Base.SampleFormat, ()):
        return "TIFF with signed numbers"  # but as unsigned, if they have 8 bits
    if not _libtiff("TIFFIsCODECConfigured", tags.get(ExifTags.Base.Compression, 1)):
        return f"TIFF with {image.info['compression']} compression"
    return ""


def load_tiff(image: TiffImageFile, data: bytes) -> Image.Image:
    """The pixels of the page that is selected. Raises `Unsupported`, `Truncated`, and `OSError` as Pillow does."""
    if is_subsampled(image.tag_v2):
        pixels = ycbcr(image.tag_v2, data)
        if pixels is None:
            raise Unsupported("TIFF with uncompressed YCbCr in tiles or planes")
        return pixels
    if image.mode == "P" and max(colours := image.tag_v2[ExifTags.Base.ColorMap]) < 256:
        image.palette = ImagePalette.raw("RGB;L", bytes(colours))  # numbers of 8 bits, as old programs wrote, not of 16
    try:
        image.load()
    except OSError as error:
        if share := _missing_share(image.tag_v2, len(data)):
            raise Truncated(share) from error
        raise
    if is_made(image, image.tag_v2):
        # Pillow reads what is not compressed as it is in the file, and libtiff the rest in the order of this machine.
        raw = image.info["compression"] == "raw"
        return made(image, image.tag_v2, big_endian=data[:2] == b"MM" if raw else sys.byteorder == "big")
    return image


def _missing_share(tags: ImageFileDirectory_v2, size: int) -> float:
    """How much of the strips or tiles lies behind the end of a file of so many bytes, 0 to 1."""
    parts = [
        (int(start), int(length))
        for starts, lengths in _PARTS
        for start, length in zip(tags.get(starts, ()), tags.get(lengths, ()), strict=False)
    ]
    missing = sum(min(max(start + length - size, 0), length) for start, length in parts)
    return missing / max(sum(length for _, length in parts), 1)


def tiff_kind(data: bytes) -> str:
    """What kind of TIFF it is that Pillow does not know; nothing if it is none, or too damaged to tell."""
    if data[:4] == b"MM\0\x2b":
        return "big-endian BigTIFF"
    try:
        tags, file = ImageFileDirectory_v2(data[: 16 if data[2] == 43 else 8]), io.BytesIO(data)  # 43: a BigTIFF
        file.seek(tags.next)
        tags.load(file)
        return _described(tags)
    except Exception:  # whatever it stumbles over
        return ""


def _described(tags: ImageFileDirectory_v2) -> str:
    if tags.get(ExifTags.Base.PhotometricInterpretation) in _OF_SENSOR:
        return CAMERA_RAW
    said = {name: tags.get(ExifTags.Base[name]) for name in _KIND}
    told = ", ".join(f"{name} {str(value).strip('(,)')}" for name, value in said.items() if value is not None)
    return f"TIFF with {told}" if told else ""


def black_and_white(image: Image.Image) -> tuple[int, int]:
    """Their values in a picture of mode I;16. A TIFF may have 12 bits (white is 4095), or 0 for white."""
    if not isinstance(image, TiffImageFile):
        return 0, 65535
    largest = 2 ** image.tag_v2[ExifTags.Base.BitsPerSample][0] - 1
    return (largest, 0) if image.tag_v2.get(ExifTags.Base.PhotometricInterpretation) == 0 else (0, largest)
