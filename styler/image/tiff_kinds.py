"""Kinds of TIFFs that Pillow has no mode for: 16-bit grey with alpha, and L*a*b* of 16 bits or with numbers as in ICC
profiles. Pillow is told to read them as pictures of as many bytes a pixel, of which they are made here.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import numpy as np
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import OPEN_INFO, ImageFileDirectory_v2

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _LAB, _ICC_LAB = 0, 1, 8, 9  # PhotometricInterpretation
_NO_ALPHA, _MULTIPLIED, _STRAIGHT = 0, 1, 2  # ExtraSamples: what stands beside grey; alpha may be multiplied into it
_UNSIGNED = 1  # SampleFormat
_LOCK = threading.Lock()

# How Pillow is to read them: (mode, raw mode), by the keys of its own table.
_OPEN_INFO = {
    (order, kind, (_UNSIGNED,), 1, bits, extra): read
    for order, ending in ((b"II", "L"), (b"MM", "B"))
    for kind, bits, extra, read in (
        *(
            (kind, (16, 16), (extra,), ("RGBA", "RGBA"))
            for kind in (_WHITE_IS_ZERO, _BLACK_IS_ZERO)
            for extra in (_NO_ALPHA, _MULTIPLIED, _STRAIGHT)
        ),
        *((kind, (16, 16, 16), (), ("RGB", f"RGB;16{ending}")) for kind in (_LAB, _ICC_LAB)),
        (_ICC_LAB, (8, 8, 8), (), ("RGB", "RGB")),
    )
}


@contextlib.contextmanager
def readable() -> Iterator[None]:
    """Within this, Pillow opens these kinds; `made` has to follow. Elsewhere it refuses them as ever: to whom uses it
    beside this package, it would give the bytes for a picture.
    """
    with _LOCK:
        OPEN_INFO.update(_OPEN_INFO)
        try:
            yield
        finally:
            for key in _OPEN_INFO:
                del OPEN_INFO[key]


def is_made(image: Image.Image, tags: ImageFileDirectory_v2) -> bool:
    """Whether Pillow reads this page only because it was told to."""
    kind = tags.get(ExifTags.Base.PhotometricInterpretation)
    return (kind in (_WHITE_IS_ZERO, _BLACK_IS_ZERO) and image.mode == "RGBA") or (
        kind in (_LAB, _ICC_LAB) and image.mode == "RGB"
    )


def made(image: Image.Image, tags: ImageFileDirectory_v2, *, big_endian: bool) -> Image.Image:
    """The picture, of mode L, LA or LAB, of the bytes that Pillow has read."""
    kind, values = tags[ExifTags.Base.PhotometricInterpretation], np.asarray(image)
    if kind in (_LAB, _ICC_LAB):
        # Of 16 bits, these are the higher 8; Pillow and ICC profiles count a* and b* from 128, TIFF from 0.
        colors = values if kind == _LAB else values ^ np.array([0, 128, 128], np.uint8)
        return Image.frombytes("LAB", image.size, colors.tobytes())
    grey, alpha = np.moveaxis(values.view(">u2" if big_endian else "<u2").astype(np.float32), -1, 0)
    extra = tags.get(ExifTags.Base.ExtraSamples, (_NO_ALPHA,))[0]
    if extra == _MULTIPLIED:
        grey = np.minimum(grey * (65535 / np.maximum(alpha, 1)), 65535)
    if kind == _WHITE_IS_ZERO:
        grey = 65535 - grey
    shown, mask = (Image.fromarray(np.rint(channel / 257).astype(np.uint8)) for channel in (grey, alpha))
    return shown if extra == _NO_ALPHA else Image.merge("LA", (shown, mask))
