"""A PNG's transparent colour, which Pillow leaves as it is in the file. Free of torch."""

from __future__ import annotations

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

# How the file stores its pixels, and what brings them to 8 bits. (What Pillow makes of 16 bits of grey has 16.)
_TO_8_BITS = {"L;2": 255 / 3, "L;4": 255 / 15, "RGB;16B": 1 / 256}


def mend_transparency(image: Image.Image) -> None:
    """Bring the transparent colour to the bits of the pixels; to be called before they are decoded."""
    if not isinstance(image, PngImageFile) or "transparency" not in image.info or not image.tile:
        return
    scale, colour = _TO_8_BITS.get(str(image.tile[0].args), 1), image.info["transparency"]
    if isinstance(colour, tuple):
        image.info["transparency"] = tuple(int(part * scale) for part in colour)
    elif isinstance(colour, int):  # and no palette's
        image.info["transparency"] = int(colour * scale)
