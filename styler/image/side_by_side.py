"""A photo and its painting side by side, as one picture to share."""

from __future__ import annotations

import numpy as np
from PIL import Image

from styler.events import Result
from styler.gallery.contact_sheet import PAPER
from styler.image.codec import decode, encode, scaled

EDGE = 1280  # pixels: no edge of the whole is longer, as Telegram keeps no more of a photo
GAP = 8  # pixels between both


def side_by_side(photo: bytes, painting: bytes) -> Result:
    """The photo at the left and the painting at the right, equally high, as a JPEG.

    Raises `BadImage` about one of the two.
    """
    before, after = decode(photo, "content", EDGE), decode(painting, "style", EDGE)
    images = [Image.fromarray(one.pixels) for one in (before, after)]
    height = min(after.height, EDGE, (EDGE - GAP) / sum(image.width / image.height for image in images))
    images = [image.resize(scaled(*image.size, height / image.height), Image.Resampling.LANCZOS) for image in images]
    left, right = images
    whole = Image.new("RGB", (left.width + GAP + right.width, left.height), PAPER)
    whole.paste(left, (0, 0))
    whole.paste(right, (left.width + GAP, 0))
    return Result(encode(np.asarray(whole), "jpeg"), *whole.size, 0.0, before.width, before.height)
