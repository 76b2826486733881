"""Where a photo shows faces, so that they are held: there the content counts for more.

A face lives by a few small features that a style would paint over. P. Viola and M. Jones, "Rapid Object Detection using
a Boosted Cascade of Simple Features" (CVPR 2001), as OpenCV's wheel brings it with its data:
`haarcascade_frontalface_alt2.xml` by R. Lienhart, under the Intel License Agreement For Open Source Computer Vision
Library (three-clause BSD, in that file). Free of torch.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from styler.images import Pixels, scaled

Mask = NDArray[np.float32]

CASCADE = "haarcascade_frontalface_alt2.xml"
EDGE = 384  # pixels: a larger photo is searched at this long edge
SMALLEST = 20  # pixels, as the cascade was trained; a smaller face holds nothing that could be kept
# By inclination in degrees, how sure the cascade must be (its last stage's sum). It knows upright faces, to about 15
# degrees to either side; a head is often inclined. Inclined, a landscape may look like a face: up to 55.7.
CERTAIN = {0: 0.0, -25: 55.9, 25: 55.9}
NEIGHBOURS = 5  # windows that must agree; upright, none of the gallery's landscapes shows a face then


class Face(NamedTuple):
    """An ellipse from brow to chin: its centre and half axes in pixels, and its inclination in degrees."""

    x: float
    y: float
    across: float
    along: float
    angle: float


def face_mask(photo: Pixels) -> Mask | None:
    """1 in the faces of (H, W, 3) uint8, falling softly to 0 around them; None if there is no face.

    (h, w) float32 of the same aspect, at most `EDGE` pixels long: it is smooth, and fits any size.
    """
    scale = min(1.0, EDGE / max(photo.shape[:2]))
    size = scaled(photo.shape[1], photo.shape[0], scale)
    grey = np.asarray(Image.fromarray(photo).convert("L").resize(size, Image.Resampling.BOX))
    faces = find_faces(grey)
    if not faces:
        return None
    down, right = np.mgrid[: size[1], : size[0]].astype(np.float32)
    mask: Mask = np.maximum.reduce([_soft_ellipse(face, right, down) for face in faces])
    return mask


def find_faces(grey: Pixels) -> list[Face]:
    """The faces in (h, w) uint8, upright or inclined; seen from the side they are not found."""
    found: list[Face] = []
    for angle in CERTAIN:
        found += [face for face in _find(grey, angle) if not any(_same(face, known) for known in found)]
    return found


@functools.cache
def _cascade() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / CASCADE))


def _find(grey: Pixels, angle: int) -> Iterator[Face]:
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(turn)
    boxes, _, sums = _cascade().detectMultiScale3(
        turned, 1.1, NEIGHBOURS, minSize=(SMALLEST, SMALLEST), outputRejectLevels=True
    )
    for (left, top, edge, _), certain in zip(boxes, np.ravel(sums), strict=True):
        if certain > CERTAIN[angle]:
            x, y = back @ (left + edge / 2, top + 0.55 * edge, 1)
            yield Face(float(x), float(y), 0.42 * float(edge), 0.56 * float(edge), angle)


def _same(one: Face, other: Face) -> bool:
    return math.hypot(one.x - other.x, one.y - other.y) < max(one.along, other.along)


def _soft_ellipse(face: Face, right: Mask, down: Mask) -> Mask:
    """1 within the ellipse, 0 from 1.6 times its size on."""
    turn = math.radians(face.angle)
    x, y = right - face.x, down - face.y
    across, along = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    distance = np.hypot(across / face.across, along / face.along)
    share = ((1.6 - distance) / 0.6).clip(0, 1)
    soft: Mask = (share * share * (3 - 2 * share)).astype(np.float32)
    return soft
