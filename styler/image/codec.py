"""Pictures in and out: bytes to pixels, upright and in sRGB, and back. Free of torch."""

from __future__ import annotations

import io
import math
import re
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, PngImagePlugin, UnidentifiedImageError

from styler.events import BadImage, OutOfMemory
from styler.image.png import mend_transparency
from styler.image.tiff import black_and_white, describe_encoding, silence_libtiff, unsupported_reason
from styler.settings import MAX_PIXELS, Format

Pixels = NDArray[np.uint8]
Which = Literal["content", "style"]

MIN_EDGE = 16
# Beyond it, the short edge of a painting of usual size is too short for the smallest levels of the image pyramid.
MAX_ASPECT = 10

pillow_heif.register_heif_opener()
silence_libtiff()
# A profile, or a drawing's source beside its picture, may be larger than 1 MB.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY

# Decided by content, never by a file's name. Everything else that Pillow reads stays shut: it is old or dangerous.
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP")
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_CUT_SHORT = re.compile("truncated|end of file|broken data stream|expected to read", re.IGNORECASE)
_SAVE_IT = "save it as JPEG or PNG"
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


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

    Of a TIFF with several pages it is the first. With `size` no edge needs more than `size` pixels, so a large JPEG
    is decoded at a fraction of its size: in less time and memory.

    Raises `BadImage` for anything else, and for moving pictures, over 40 megapixels, under 16 pixels an edge, or more
    than ten times as long as wide: all of these from the header, before the pixels are decoded. Its message is written
    to follow the picture's name ("it is 12000x9000, ..."); its `which` is the one given here.

    Raises `OutOfMemory` where the pixels do not fit into memory.
    """
    file = io.BytesIO(data)  # a path instead of bytes is a TypeError, and no damaged picture
    if len(data) == 0:  # and so is None
        raise BadImage("empty", "it is empty: 0 bytes", which)
    with warnings.catch_warnings():  # about damaged metadata, which is not used, and sizes, which are checked here
        warnings.simplefilter("ignore")
        try:
            return _decode(file, which, size)
        except BadImage:
            raise
        except MemoryError as error:
            raise OutOfMemory("there is not enough memory to read the picture") from error
        except Exception as error:  # Pillow's readers raise whatever a damaged file makes them stumble over
            raise _bad(data, which, error) from error


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
    image.save(buffer, format, **options[format])
    return buffer.getvalue()


def _decode(file: io.BytesIO, which: Which, size: int | None) -> StillImage:
    with Image.open(file, formats=_FORMATS) as image:
        _check(image, which)
        mend_transparency(image)
        width, height = _load(image, size)
        check_size(width, height, which)
        orientation = _orientation(image)
        rgb, alpha = split(image)
    if alpha is not None and not alpha.getbbox():
        raise BadImage("transparent", "it is fully transparent: there is nothing to see in it", which)
    if orientation in (5, 6, 7, 8):
        width, height = height, width
    mask = None if alpha is None else _turned(alpha, orientation)
    return StillImage(_turned(rgb, orientation), mask, width, height)


def _load(image: Image.Image, size: int | None) -> tuple[int, int]:
    """Decode the pixels, at a fraction of their size where that is enough, and tell the picture's own size."""
    own = image.size
    if size is not None and image.format in ("JPEG", "MPO") and image.draft(image.mode, (2 * size, 2 * size)):
        image.load()  # at least twice the size, for resize() to filter well
        return own
    image.load()
    return image.size  # a HEIC file's header may differ from what is in it


def _check(image: Image.Image, which: Which) -> None:
    """Raise `BadImage` for what the header alone shows to be unfit."""
    if wrong := unsupported_reason(image):
        raise BadImage("unreadable", f"it is {wrong}; {_SAVE_IT}", which)
    check_size(*image.size, which)
    # Several pictures in a JPEG, HEIC or TIFF file are a depth map, a burst or pages: the first one is the picture.
    if image.format in ("GIF", "PNG", "WEBP", "AVIF") and getattr(image, "is_animated", False):
        raise BadImage(
            "moving", f"it moves ({image.format}); a still picture is needed", which, {"format": image.format}
        )
    if image.mode in ("I", "F"):
        facts = "it is made of 32-bit numbers; 8 or 16 bits a colour are needed"
        raise BadImage("too_deep", facts, which)


def check_size(width: int, height: int, which: Which) -> None:
    """Raise `BadImage` for a size, in pixels, that cannot be painted."""
    size = f"it is {width}x{height}"
    facts = {"width": width, "height": height}
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(f"{size},", width * height, which)
    if min(width, height) < MIN_EDGE:
        detail = f"{size}; at least {MIN_EDGE} pixels an edge are needed"
        raise BadImage("too_small", detail, which, facts | {"limit": MIN_EDGE})
    if max(width, height) > MAX_ASPECT * min(width, height):
        detail = f"{size}; the long edge may be at most {MAX_ASPECT} times the short one"
        raise BadImage("too_narrow", detail, which, facts | {"limit": MAX_ASPECT})


def _too_many_pixels(what: str, pixels: int, which: Which) -> BadImage:
    detail = f"{what} {math.ceil(pixels / 1e4) / 100:.15g} megapixels; at most {MAX_PIXELS / 1e6:.0f} are allowed"
    return BadImage("too_many_pixels", detail, which, {"megapixels": pixels / 1e6, "limit": MAX_PIXELS / 1e6})


def _bad(data: bytes, which: Which, error: Exception) -> BadImage:
    """The `BadImage` for what Pillow's readers raised."""
    if isinstance(error, Image.DecompressionBombError):  # from Pillow's own limit, which lies far above ours
        pixels = next(int(word) for word in re.findall("[0-9]+", str(error)))
        return _too_many_pixels("it has", pixels, which)
    avif = data[4:12] == b"ftypavif"  # of which Pillow does not know a part
    if isinstance(error, UnidentifiedImageError) and (kind := describe_encoding(data)):
        return BadImage("unreadable", f"it is a TIFF that cannot be read: {kind}; {_SAVE_IT}", which)
    if isinstance(error, UnidentifiedImageError) and not avif:
        known = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP"
        return BadImage("unreadable", f"it is not a picture that can be read; {known} is needed", which)
    webp_ends_early = data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") + 8 > len(data)
    if avif or webp_ends_early or _CUT_SHORT.search(str(error)):
        return BadImage("truncated", "it is incomplete: a part of its file is missing or damaged", which)
    return BadImage("damaged", "it is damaged: it cannot be decoded", which)


def _orientation(image: Image.Image) -> int:
    # Not by ImageOps.exif_transpose: it writes the other tags anew and gives up where one of them is damaged.
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged metadata takes nothing from the picture
        return 1


def _turned(image: Image.Image, orientation: int) -> Pixels:
    return np.asarray(image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image)


def upright(image: Image.Image) -> StillImage:
    """A decoded image of any mode as the painter needs it, at its own size."""
    orientation, (rgb, alpha) = _orientation(image), split(image)
    pixels, mask = _turned(rgb, orientation), None if alpha is None else _turned(alpha, orientation)
    return StillImage(pixels, mask, pixels.shape[1], pixels.shape[0])


def split(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """The picture's colours in sRGB, filled where it is transparent, and its alpha unless it is opaque."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16"):
        image = _grey(image)
    colours = _to_srgb(image, profile)
    if not image.has_transparency_data:
        return colours, None
    alpha = image.convert("RGBA").getchannel("A")
    if alpha.getextrema() == (255, 255):
        return colours, None
    colours.putalpha(alpha)
    return _fill(colours), alpha


def _grey(image: Image.Image) -> Image.Image:
    """A picture of mode I;16 in mode L, or LA where a colour of it is transparent.

    It is scaled: Pillow's own conversion cuts values off at 255.
    """
    values, transparent = np.asarray(image), image.info.get("transparency")
    black, white = black_and_white(image)
    grey = Image.fromarray(np.rint((values - float(black)) * (255 / (white - black))).astype(np.uint8))
    if transparent is not None:
        grey.putalpha(Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8)))
    return grey


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours of a picture of any mode as RGB and in sRGB. A profile is for the channels that the file has."""
    if image.mode == "LAB":
        return _through(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), image)
    if image.mode not in ("L", "CMYK"):
        image = image.convert("L" if image.mode == "LA" else "RGB")
    if profile:
        try:
            return _through(ImageCms.ImageCmsProfile(io.BytesIO(profile)), image)
        except (ImageCms.PyCMSError, OSError):  # damaged, or for other channels than the picture's
            return image.convert("RGB")
    return image.convert("RGB")


def _through(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> Image.Image:
    return ImageCms.buildTransform(profile, _SRGB, image.mode, "RGB").apply(image)


def _fill(image: Image.Image) -> Image.Image:
    """RGBA to RGB, with transparent places filled smoothly from the colours around them.

    What lies under transparent pixels is often black or garbage, and would be painted into the picture's edge.
    Pull-push: Gortler, Grzeszczuk, Szeliski and Cohen, "The Lumigraph" (1996), section 3.4.
    """
    weight = image.getchannel("A").point(lambda a: min(4 * a, 255))  # of 2x2 pixels, an opaque one is enough
    colours = image.convert("RGB")
    if image.size == (1, 1):
        return colours
    image.putalpha(weight)
    # Pillow weighs colours by alpha when it shrinks an RGBA picture.
    filled = _fill(image.reduce(2)).resize(image.size, Image.Resampling.BILINEAR)
    filled.paste(colours, mask=weight)
    return filled
