"""Faces are found where there are some, nowhere else, and the content weighs more there."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from styler.gallery import load_gallery
from styler.image.codec import Pixels, decode, resize
from styler.image.faces import EDGE, MODEL, face_mask, find_faces

PHOTOS = Path(__file__).parent.parent.parent / "photos"
FACE = (224, 122)  # of astronaut.jpg, 512x512


def astronaut(edge: int = 512, turn: float = 0.0) -> Pixels:
    with Image.open(PHOTOS / "astronaut.jpg") as image:
        return np.asarray(image.convert("RGB").resize((edge, edge)).rotate(turn, Image.Resampling.BICUBIC))


def centre(mask: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> tuple[float, float]:
    """Of the mask, in 512ths of the picture."""
    down, right = np.mgrid[: mask.shape[0], : mask.shape[1]] / max(mask.shape) * 512
    return float((right * mask).sum() / mask.sum()), float((down * mask).sum() / mask.sum())


@pytest.mark.parametrize("turn", [-60, -45, -35, -20, -10, 0, 10, 20, 35, 45, 60])
def test_the_mask_lies_on_the_face_also_if_it_is_inclined(turn: float) -> None:
    mask = face_mask(astronaut(turn=turn))
    assert mask is not None
    angle = math.radians(-turn)
    x, y = FACE[0] - 256, FACE[1] - 256
    turned = (256 + x * math.cos(angle) - y * math.sin(angle), 256 + x * math.sin(angle) + y * math.cos(angle))
    assert math.dist(centre(mask), turned) < 20
    assert 0.02 < mask.mean() < 0.08


@pytest.mark.parametrize("turn", [-50, 0, 20])
def test_the_eyes_and_the_mouth_are_where_they_are(turn: float) -> None:
    [face] = find_faces(astronaut(turn=turn))
    angle = math.radians(-turn)

    def turned(x: float, y: float) -> tuple[float, float]:
        x, y = x - 256, y - 256
        return 256 + x * math.cos(angle) - y * math.sin(angle), 256 + x * math.sin(angle) + y * math.cos(angle)

    expected = [turned(*point) for point in ((201, 102), (247, 103), (199, 142), (240, 143))]
    for found, point in zip((*face.eyes, *face.mouth), expected, strict=True):
        assert math.dist(found, point) < 15
    assert face.angle == pytest.approx(-turn, abs=15)


@pytest.mark.parametrize("change", ["dark", "small", "masked", "sunglasses", "narrow"])
def test_a_face_is_found_also_where_it_is_hard_to_see(change: str) -> None:
    photo = astronaut().copy()
    if change == "dark":
        photo = photo // 8
    elif change == "small":
        photo = astronaut(96)  # a face of 20 pixels
    elif change == "masked":
        photo[128:185, 180:268] = (200, 210, 220)
    elif change == "sunglasses":
        photo[92:114, 182:264] = 20
    else:
        photo = resize(photo, 280, 512)  # as one that is half turned away
    assert len(find_faces(photo)) == 1


@pytest.mark.parametrize("edge", [200, 256, 1024])
def test_the_mask_is_soft_and_never_large(edge: int) -> None:
    mask = face_mask(astronaut(edge))
    assert mask is not None
    assert mask.dtype == np.float32
    assert mask.shape == (min(edge, EDGE),) * 2
    assert (mask.min(), mask.max()) == (0, 1)
    assert np.abs(np.diff(mask, axis=0)).max() < 0.25
    assert math.dist(centre(mask), FACE) < 20


def test_two_faces_are_both_held() -> None:
    one = astronaut(256)
    mask = face_mask(np.concatenate([one, one[:, ::-1]], axis=1))
    assert mask is not None
    assert mask[:, : mask.shape[1] // 2].max() == mask[:, mask.shape[1] // 2 :].max() == 1


def test_without_a_face_there_is_no_mask() -> None:
    for name in ("chelsea", "coffee"):
        assert face_mask(decode((PHOTOS / f"{name}.jpg").read_bytes()).pixels) is None
    assert face_mask(np.zeros((16, 400, 3), np.uint8)) is None
    assert face_mask(np.zeros((1, 1, 3), np.uint8)) is None


@pytest.mark.parametrize("side", [1, -1])
def test_a_face_is_held_from_either_side(side: int) -> None:
    [ball] = [painting for painting in load_gallery() if painting.name == "bal-du-moulin-de-la-galette"]
    with Image.open(ball.path) as image:
        scale = image.width / 384
        dancers = image.convert("RGB").crop([round(scale * each) for each in (110, 80, 230, 160)])
    mask = face_mask(np.asarray(dancers)[:, ::side])
    assert mask is not None
    down, right = np.unravel_index(mask[:, ::side].argmax(), mask.shape)
    assert math.dist((right / mask.shape[1] * 120 + 110, down / mask.shape[0] * 80 + 80), (183, 124)) < 25


def test_in_the_gallery_only_paintings_of_people_show_faces() -> None:
    shown = {p.name for p in load_gallery() if face_mask(decode(p.path.read_bytes()).pixels) is not None}
    assert shown == {"bal-du-moulin-de-la-galette", "pere-tanguy"}


def test_the_detector_s_model_is_the_one_that_is_described() -> None:
    described = (MODEL.parent / "README.md").read_text()
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() in described


def test_opencv_warns_of_nothing_while_a_detector_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV 5 would at each search."""
    levels, create = [], cv2.FaceDetectorYN.create

    def seen(*arguments: Any) -> cv2.FaceDetectorYN:
        levels.append(cv2.utils.logging.getLogLevel())
        return create(*arguments)

    monkeypatch.setattr(cv2.FaceDetectorYN, "create", seen)
    before = cv2.utils.logging.getLogLevel()
    find_faces(astronaut(64))
    assert levels == [cv2.utils.logging.LOG_LEVEL_ERROR]
    assert cv2.utils.logging.getLogLevel() == before
