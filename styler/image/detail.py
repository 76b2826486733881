"""A small picture enlarged, with the finest detail of the photo that it was painted from."""

from __future__ import annotations

import numpy as np

from styler.image.codec import Pixels, resize


def enlarged_with_detail(small: Pixels, photo: Pixels) -> Pixels:
    """`small` (h, w, 3) at the size of `photo` (H, W, 3), both uint8, with what of the photo is too fine for `small`.

    As `styler.engine.pyramid.upsample_with_detail` does it between two levels of the image pyramid.
    """
    if small.shape == photo.shape:
        return small
    (height, width), (own_height, own_width) = photo.shape[:2], small.shape[:2]
    coarse = resize(resize(photo, own_width, own_height), width, height)
    detail = photo.astype(np.int16) - coarse
    return (resize(small, width, height) + detail).clip(0, 255).astype(np.uint8)
