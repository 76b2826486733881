"""One pass through the network for any style."""

import hashlib

import numpy as np
import pytest
import torch
from PIL import Image

from styler.engine.feed_forward import PREDICT, TRANSFORM, FeedForward, style_vector
from styler.gallery import load_gallery
from tests.support.project import ROOT

PHOTO = np.asarray(Image.open(ROOT / "tests/photos/chelsea.jpg").convert("RGB").resize((150, 97)))
WAVE, TERRACE, *_ = (np.asarray(Image.open(painting.path).convert("RGB")) for painting in load_gallery())
CPU = torch.device("cpu")


def styled(photo, style, dtype=torch.float32):
    return FeedForward(CPU, dtype).styled(photo, style_vector(style))


@pytest.mark.parametrize("file", [TRANSFORM, PREDICT])
def test_the_weights_are_those_that_their_readme_names(file):
    readme = (file.parent / "README.md").read_text("utf-8")
    assert hashlib.sha256(file.read_bytes()).hexdigest() in readme


def test_a_picture_in_its_own_style_stays_much_as_it_is():
    own, wave = (styled(PHOTO, style) for style in (PHOTO, WAVE))
    changes = [np.abs(each.astype(int) - PHOTO).mean() for each in (own, wave)]
    assert changes[0] < changes[1] / 2


def test_the_colours_are_the_style_s():
    styles = [np.asarray(Image.open(one.path).convert("RGB")) for one in load_gallery()]
    painted = [styled(PHOTO, style) for style in styles]
    warmth = [[float(red - blue) for red, _, blue in (p.mean((0, 1)) for p in each)] for each in (styles, painted)]
    assert np.corrcoef(warmth)[0, 1] > 0.7


@pytest.mark.parametrize("size", [(150, 97), (97, 150), (64, 64), (33, 35)])
def test_the_picture_has_the_photo_s_size(size):
    photo = np.asarray(Image.fromarray(PHOTO).resize(size))
    painted = styled(photo, WAVE)
    assert painted.shape == photo.shape
    assert painted.dtype == np.uint8


def test_in_bfloat16_the_picture_is_the_same_to_the_eye():
    exact, coarse = (styled(PHOTO, WAVE, dtype).astype(int) for dtype in (torch.float32, torch.bfloat16))
    assert 0 < np.abs(exact - coarse).mean() < 2


def test_a_vector_does_not_depend_on_what_was_read_before():
    first = style_vector(WAVE)
    style_vector(TERRACE)
    assert torch.equal(first, style_vector(WAVE))
    assert first.shape == (100,)
