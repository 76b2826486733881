"""Where the style's forms may go: the ground is free, subjects and skies are less so, faces not at all."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from styler.engine.features import FeatureExtractor
from styler.engine.guidance import CALM, HOLD, Contrast, freedom
from styler.engine.vgg import load_vgg16
from styler.image.faces import face_mask

PHOTOS = Path(__file__).parent.parent.parent / "photos"
Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def extractor() -> FeatureExtractor:
    return FeatureExtractor(load_vgg16(), torch.float32)


def photo(name: str) -> Tensor:
    with Image.open(PHOTOS / f"{name}.jpg") as image:
        return torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1).float()


def mean(places: Tensor, box: Box) -> float:
    """Of (h, w), within left, top, right, bottom as shares of the picture."""
    left, top, right, bottom = box
    height, width = places.shape
    return (
        places[round(top * height) : round(bottom * height), round(left * width) : round(right * width)].mean().item()
    )


@pytest.mark.parametrize(
    ("name", "subject", "ground"),
    [
        ("palace", (0.28, 0.35, 0.5, 0.75), (0.6, 0.05, 1, 0.4)),  # the tower; the sky
        ("coffee", (0.35, 0.25, 0.65, 0.6), (0.85, 0, 1, 0.6)),  # the cup; the table
        ("chelsea", (0.3, 0.3, 0.7, 0.75), (0.85, 0.05, 1, 0.5)),  # the cat's face; what is behind it
        ("astronaut", (0.73, 0.1, 0.83, 0.45), (0.55, 0.05, 0.68, 0.3)),  # the rocket; the wall
    ],
)
def test_a_subject_is_told_from_its_ground(extractor: FeatureExtractor, name: str, subject: Box, ground: Box) -> None:
    seen = Contrast(extractor, photo(name)).saliency()
    assert seen.min() >= 0
    assert seen.max() <= 1
    assert mean(seen, subject) > 2 * mean(seen, ground)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("palace", (0.2, 0.25, 0.5, 0.7)),  # the tower
        ("coffee", (0.5, 0.6, 0.6, 0.8)),  # the spoon
        ("chelsea", (0.3, 0.45, 0.4, 0.55)),  # an eye
        ("astronaut", (0.73, 0.05, 0.83, 0.5)),  # the rocket
    ],
)
def test_a_subject_is_held_whole(extractor: FeatureExtractor, name: str, subject: Box) -> None:
    """Not just a part of it: the rest would turn into the painting's forms."""
    left, top, right, bottom = subject
    middle = (top + bottom) / 2
    halves = (left, top, right, middle), (left, middle, right, bottom)
    assert min(mean(Contrast(extractor, photo(name)).saliency(), half) for half in halves) > 0.75


@pytest.mark.parametrize(
    ("name", "flat", "textured"),
    [
        ("palace", (0.6, 0.05, 1, 0.4), (0.2, 0.25, 0.5, 0.9)),  # the sky; the tower
        ("palace", (0, 0, 0.15, 0.15), (0.6, 0.85, 0.9, 1)),  # the sky; the leaves
        ("coffee", (0.85, 0.15, 1, 0.6), (0.4, 0.5, 0.6, 0.9)),  # the table; the cup and the spoon
        ("astronaut", (0.64, 0.1, 0.71, 0.35), (0.75, 0.05, 0.83, 0.35)),  # the wall; beside it, the rocket
    ],
)
def test_a_sky_is_calm_up_to_what_stands_before_it(
    extractor: FeatureExtractor, name: str, flat: Box, textured: Box
) -> None:
    seen = Contrast(extractor, photo(name)).flatness()
    assert seen.min() >= 0
    assert seen.max() <= 1
    assert mean(seen, flat) > 0.8
    assert mean(seen, textured) < 0.2


def test_a_calm_sky_is_not_free(extractor: FeatureExtractor) -> None:
    sky = (0.6, 0.05, 1, 0.35)
    assert mean(freedom(extractor, photo("palace"), None), sky) == pytest.approx(1 - CALM, abs=0.05)
    assert mean(freedom(extractor, photo("palace"), None, calm=0), sky) > 0.9, "in a sheet it is"


def test_faces_are_held_wholly_and_subjects_partly(extractor: FeatureExtractor) -> None:
    content = photo("astronaut")
    mask = face_mask(content.permute(1, 2, 0).byte().numpy())
    assert mask is not None
    free = freedom(extractor, content, torch.from_numpy(mask))
    assert free[122 // 2, 224 // 2] < 0.02, "the face"
    assert free.min() >= 0
    rocket = freedom(extractor, content, None)[75:100, 195:210]
    assert rocket.mean().item() == pytest.approx(1 - HOLD, abs=0.1)


@pytest.mark.parametrize("size", [(16, 16), (300, 33), (16, 160), (700, 500), (32, 2), (1, 1)])
def test_every_size_has_its_freedom(extractor: FeatureExtractor, size: tuple[int, int]) -> None:
    free = freedom(extractor, torch.full((3, *size), 128.0), None)
    assert free.isfinite().all()
    assert free.min() >= 0
    assert free.max() <= 1
