"""A subject stays apart from its ground, whatever colours both get."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from styler.engine.losses import outline_loss
from styler.engine.model import load_model
from styler.engine.outlines import EMPTY, Outlines, subject_of
from styler.engine.pyramid import resize_map
from styler.engine.transfer import style_transfer
from styler.settings import Settings
from tests.support.shallow import THREE_LAYERS

PHOTOS = Path(__file__).parent.parent.parent / "photos"
EVERYWHERE = torch.ones(1, 1)


def bars(*levels: float, ground: float = 128.0, size: int = 128) -> Tensor:
    """Upright bars, 16 pixels wide and far apart, each of its brightness."""
    image = torch.full((3, size, size), ground)
    for number, level in enumerate(levels):
        left = 16 + number * 48
        image[:, 16:-16, left : left + 16] = level
    return image


def lost(content: Tensor, image: Tensor, subject: Tensor = EVERYWHERE) -> float:
    outlines = Outlines(content, subject)
    return outline_loss(outlines.change(image), outlines.weights).item()


def test_a_faint_outline_counts_nearly_as_much_as_a_strong_one() -> None:
    content = bars(148, 228)
    faint, strong = lost(content, bars(128, 228)), lost(content, bars(148, 128))
    assert 0.2 * strong < faint < strong, "a twenty-fifth by squares"


def test_colours_are_free_and_so_is_the_light_of_all() -> None:
    content = bars(148, 228)
    redder = content + torch.tensor([587.0, -299.0, 0.0]).view(3, 1, 1) * (content > 128) * 0.05
    gone = lost(content, bars(128, 128))
    assert lost(content, redder) < 1e-6 * gone
    darker = Outlines(content, EVERYWHERE).change(content - 40)
    assert darker.abs().max() < 1e-3


def test_strokes_are_free() -> None:
    """They are finer than an outline: here where one bar is, and as strong as it."""
    content = bars(148, 228)
    stripes = torch.zeros(3, 128, 128)
    stripes[:, 16:-16, 16:32] = 20.0 * torch.tensor([1.0, -1.0]).repeat(8)
    assert lost(content, content + stripes) < 0.35 * lost(content, bars(128, 228))


def test_grounds_belong_to_the_style() -> None:
    content, subject = bars(148, 228), torch.zeros(128, 128)
    subject[:, :48] = 1
    assert lost(content, bars(148, 128), subject) < 0.01 * lost(content, bars(128, 228), subject)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (33, 2), (200, 150)])
def test_every_size_and_flat_pictures(size: tuple[int, int]) -> None:
    flat = torch.full((3, *size), 90.0)
    outlines = Outlines(flat, EVERYWHERE)
    assert outlines.change(flat).abs().max() == 0
    assert 0 < outlines.weights.max() <= 1, "what cannot be seen does not count for more"


def test_a_face_is_a_subject() -> None:
    faces = torch.zeros(64, 64)
    faces[20:40, 20:40] = 1
    seen = subject_of(load_model(Settings()), torch.full((3, 64, 64), 128.0), faces)
    assert resize_map(seen, (64, 64))[25:35, 25:35].min() > 0.95


def test_an_empty_sky_stays_empty() -> None:
    """Else the style draws dark branches into it, since it may not change the subject."""
    with Image.open(PHOTOS / "palace.jpg") as image:
        photo = torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1).float()
    seen = resize_map(subject_of(load_model(Settings()), photo, None), (100, 100))
    assert seen[5:40, 60:].mean().item() == pytest.approx(EMPTY, abs=0.1), "the sky"
    assert seen[25:70, 20:50].mean() > 0.75, "the tower"


def test_a_painting_keeps_a_subject_apart_from_its_ground() -> None:
    content = bars(100, 156, size=96)
    noise = torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(1)) * 255

    def kept(weight: float) -> float:
        settings = Settings(steps=12, outline_weight=weight, precision="float32", faces=1.0, **THREE_LAYERS)
        *_, last = style_transfer(content, noise, settings)
        assert last.image is not None
        return lost(content, last.image)

    assert kept(3.0) < 0.5 * kept(0.0)
