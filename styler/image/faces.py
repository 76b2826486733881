"""Where a photo shows faces, and in them the eyes and the mouth, so that people stay who they are.

The detector is YuNet: W. Wu, H. Peng and S. Yu, "YuNet: A Tiny Millisecond-level Face Detector" (Machine Intelligence
Research 20, 2023), by OpenCV's `FaceDetectorYN`; its model's source and licence are in `styler/weights/README.md`.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from styler.image.codec import Pixels, resize, scaled

Mask = NDArray[np.float32]
Point = tuple[float, float]

MODEL = Path(__file__).parents[1] / "weights" / "face_detection_yunet_2023mar.onnx"
EDGE = 512  # pixels: a larger photo is searched at this long edge. Faces of 10 to 300 pixels are found
# Pixels: of pictures with fewer than 33 rows, OpenCV 4.14's detector reads memory that nobody wrote, and sees faces.
SHORTEST = 64
CERTAIN, CERTAIN_TURNED = 0.8, 0.86  # the detector's score, 0 to 1: in a photo as it is, and in one that is turned
OVERLAP = 0.3  # intersection over union: of two boxes that share more, the surer one stays
# Degrees by which the photo is turned for each search: the detector was trained on heads that are hardly inclined, and
# draws the eyes of one that is as if it were upright.
ANGLES = (0, -30, 30, -60, 60)


class Face(NamedTuple):
    """An ellipse from hairline to chin, in pixels: its centre, its half axes, its inclination in degrees (positive:
    turned clockwise), and where the eyes and the corners of the mouth are.
    """

    x: float
    y: float
    across: float
    along: float
    angle: float
    eyes: tuple[Point, Point]
    mouth: tuple[Point, Point]


def face_mask(photo: Pixels) -> Mask | None:
    """1 in the faces of (H, W, 3) uint8, falling softly to 0 around them; None if there is no face.

    (h, w) float32 of the same aspect, at most `EDGE` pixels long: it is smooth, and fits any size.
    """
    small = _searched(photo)
    faces = find_faces(small)
    if not faces:
        return None
    down, right = np.mgrid[: small.shape[0], : small.shape[1]].astype(np.float32)
    mask: Mask = np.maximum.reduce([_soft_ellipse(face, right, down) for face in faces])
    return mask


def find_faces(photo: Pixels) -> list[Face]:
    """The faces in (h, w, 3) uint8: upright, inclined, seen from the side or partly hidden; the surest first."""
    size = tuple(max(SHORTEST, side) for side in photo.shape[1::-1])
    with _without_warnings():  # OpenCV 5 warns that its new engine leaves the choice of a processor unheard
        # 3 ms; one for all is not thread-safe
        detector = cv2.FaceDetectorYN.create(str(MODEL), "", size, CERTAIN, OVERLAP)
    seen = sorted((each for angle in ANGLES for each in _find(detector, photo, angle)), key=_certainty, reverse=True)
    faces: list[Face] = []
    for _, face in seen:
        if not any(_is_same(face, known) for known in faces):
            faces.append(face)
    return faces


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """OpenCV writes them to standard error."""
    before = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)


def _searched(photo: Pixels) -> Pixels:
    """The photo at the size at which faces are searched."""
    height, width = photo.shape[:2]
    return resize(photo, *scaled(width, height, min(1.0, EDGE / max(height, width))))


def _find(detector: cv2.FaceDetectorYN, photo: Pixels, angle: int) -> Iterator[tuple[float, Face]]:
    """The faces of the photo turned by `angle` degrees, with their scores, at their places in the photo as it is."""
    turn = cv2.getRotationMatrix2D((photo.shape[1] / 2, photo.shape[0] / 2), angle, 1)
    turned = cv2.warpAffine(photo[:, :, ::-1], turn, detector.getInputSize(), borderMode=cv2.BORDER_REPLICATE)
    _, rows = detector.detect(turned)
    back = cv2.invertAffineTransform(turn)
    for row in () if rows is None else rows:
        if row[14] >= (CERTAIN_TURNED if angle else CERTAIN):
            yield float(row[14]), _face(row, back)


def _face(row: NDArray[Any], back: NDArray[Any]) -> Face:
    """A row of the detector: the box's left, top, width and height, then five points, then the score."""
    left, top, width, height = row[:4]
    centre = np.array([[left + width / 2, top + height / 2]])
    # Eyes, nose, corners of the mouth; of each pair first the one on the person's right.
    places = np.concatenate([centre, row[4:14].reshape(5, 2)]) @ back[:, :2].T + back[:, 2]
    (x, y), right_eye, left_eye, _, right_corner, left_corner = ((float(px), float(py)) for px, py in places)
    angle = math.degrees(math.atan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0]))
    radius = math.sqrt(width * height) / 2
    return Face(x, y, 0.9 * radius, 1.18 * radius, angle, (right_eye, left_eye), (right_corner, left_corner))


def _certainty(seen: tuple[float, Face]) -> float:
    return seen[0]


def _is_same(one: Face, other: Face) -> bool:
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
