"""Pillow's images of every mode to two: colours in sRGB, and alpha."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from styler.image.color_space import ColorSpace
from styler.image.color_tags import Color
from styler.image.modes import of_8_bits
from styler.image.srgb import SRGB_PROFILE, to_srgb

_SRGB = ColorSpace()


def split(image: Image.Image, color: Color = _SRGB, limited: bool = False) -> tuple[Image.Image, Image.Image | None]:
    """The picture's colours in sRGB, filled where it is transparent, and its alpha unless it is opaque.

    `color` is what its numbers mean, and `limited` that black is 16 of 255 in them and white 235.
    """
    image = of_8_bits(image)
    colors = _opaque(image)
    colors = _to_srgb(_expanded(colors) if limited else colors, color)
    if not image.has_transparency_data:
        return colors, None
    alpha = image.convert("RGBA").getchannel("A")
    if alpha.getextrema() == (255, 255):
        return colors, None
    colors.putalpha(alpha)
    return _fill(colors), alpha


def _opaque(image: Image.Image) -> Image.Image:
    """The channels that hold colour: of mode L, RGB, CMYK or LAB."""
    if image.mode in ("L", "CMYK", "LAB"):
        return image
    return image.convert("L" if image.mode == "LA" else "RGB")


def _expanded(image: Image.Image) -> Image.Image:
    """Limited range (16 to 235) as full range."""
    return image.point([round(min(max((value - 16) * 255 / 219, 0), 255)) for value in range(256)] * len(image.mode))


def _to_srgb(image: Image.Image, color: Color) -> Image.Image:
    """RGB in sRGB, of the channels of mode L, RGB, CMYK or LAB."""
    if image.mode == "LAB":
        return _through(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), image)
    if isinstance(color, ColorSpace):
        return to_srgb(image.convert("RGB"), color)
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(color))
        if profile.profile.xcolor_space.strip() == "GRAY":
            return _grey_through(profile, image)
        return _through(profile, image)
    except (ImageCms.PyCMSError, OSError):  # damaged, or for other channels than the picture's
        return image.convert("RGB")


def _through(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> Image.Image:
    return ImageCms.buildTransform(profile, SRGB_PROFILE, image.mode, "RGB").apply(image)


def _grey_through(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> Image.Image:
    """A grey picture by its profile; some decoders give it in three equal channels.

    By a table, made without LittleCMS's optimization: that is wrong by 10 in the shadows of a linear profile.
    """
    if image.mode == "RGB" and not _is_grey(image):
        return image
    values = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    flags = ImageCms.Flags.NOOPTIMIZE
    colors = ImageCms.buildTransform(profile, SRGB_PROFILE, "L", "RGB", flags=flags).apply(values)
    table = np.asarray(colors)[0].T.ravel().tolist()
    grey = image if image.mode == "L" else image.getchannel(0)
    return Image.merge("RGB", (grey, grey, grey)).point(table)


def _is_grey(image: Image.Image) -> bool:
    red, green, blue = np.moveaxis(np.asarray(image), -1, 0)
    return bool((red == green).all() and (green == blue).all())


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
