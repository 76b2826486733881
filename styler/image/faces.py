"""Where a photo shows faces, so that they are held: there the content counts for more.

A face lives by a few small features that a style would paint over. P. Viola and M. Jones, "Rapid Object Detection using
a Boosted Cascade of Simple Features" (CVPR 2001), as OpenCV's wheel brings it with its data: `FRONTAL` by R. Lienhart,
`PROFILE` by D. Bradley, under the Intel License Agreement For Open Source Computer Vision Library (three-clause BSD, in
those files). Free of torch.
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

from styler.image.codec import Pixels, scaled

Mask = NDArray[np.float32]

FRONTAL, PROFILE = "haarcascade_frontalface_alt2.xml", "haarcascade_profileface.xml"
EDGE = 384  # pixels: a larger photo is searched at this long edge
SMALLEST = 20  # pixels, as the cascades were trained; a smaller face holds nothing that could be kept
NEIGHBOURS = 5  # windows that must agree; upright, none of the gallery's landscapes shows a face then


class DetectionPass(NamedTuple):
    """How a face is looked for: turned by so many degrees or mirrored, and how sure (its last stage's sum) the cascade
    must be.
    """

    cascade: str
    angle: int = 0
    mirrored: bool = False
    certain: float = 0.0


# The cascades know upright faces, to about 15 degrees, and of profiles one side; a head is often inclined. Inclined, a
# landscape may look like a face: up to 55.7.
DETECTION_PASSES = (
    DetectionPass(FRONTAL),
    DetectionPass(FRONTAL, angle=-25, certain=55.9),
    DetectionPass(FRONTAL, angle=25, certain=55.9),
    DetectionPass(PROFILE),
    DetectionPass(PROFILE, mirrored=True),
)


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
    """The faces in (h, w) uint8: upright, inclined, or seen from the side."""
    found: list[Face] = []
    for view in DETECTION_PASSES:
        found += [face for face in _find(grey, view) if not any(_same(face, known) for known in found)]
    return found


@functools.cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / name))


def _find(grey: Pixels, view: DetectionPass) -> Iterator[Face]:
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), view.angle, 1)
    if view.mirrored:
        turn[0] = -turn[0] + (0, 0, width - 1)
    turned = cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(turn)
    boxes, _, sums = _cascade(view.cascade).detectMultiScale3(
        turned, 1.1, NEIGHBOURS, minSize=(SMALLEST, SMALLEST), outputRejectLevels=True
    )
    for (left, top, edge, _), certain in zip(boxes, np.ravel(sums), strict=True):
        if certain > view.certain:
            x, y = back @ (left + edge / 2, top + 0.55 * edge, 1)
            yield Face(float(x), float(y), 0.42 * float(edge), 0.56 * float(edge), view.angle)


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
