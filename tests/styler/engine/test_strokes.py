"""Which way strokes run, and that painting keeps them whole."""

import math

import pytest
import torch
from torch import Tensor

from styler.engine.losses import stroke_loss
from styler.engine.strokes import stroke_directions, stroke_factor
from styler.engine.transfer import style_transfer
from styler.settings import Settings
from tests.benchmarks.looks import coherence
from tests.support.shallow import THREE_LAYERS


def stripes(degrees: float, size: tuple[int, int] = (64, 64)) -> Tensor:
    """Ten pixels from stripe to stripe, which run at an angle above the horizontal."""
    y, x = torch.meshgrid(*(torch.arange(float(side)) for side in size), indexing="ij")
    angle = math.radians(degrees)
    waves = torch.sin((x * math.sin(angle) + y * math.cos(angle)) * math.tau / 10)
    return (127.5 + 100 * waves).expand(3, *size)


def noise(*size: int, seed: int = 0) -> Tensor:
    return torch.rand(3, *size, generator=torch.Generator().manual_seed(seed)) * 255


@pytest.mark.parametrize("degrees", [0, 20, 45, 90, 130, 175])
def test_strokes_run_along_stripes(degrees: float) -> None:
    right, up = stroke_directions(stripes(degrees))[:, 20:40, 20:40]
    angles = torch.rad2deg(torch.atan2(up, right)) - 45  # the lower right lies 45 degrees below the horizontal
    assert ((angles - degrees + 90) % 180 - 90).abs().max() < 2


def test_the_loss_is_of_what_crosses_the_strokes() -> None:
    painted, crossed = stripes(30), stripes(120)
    directions = stroke_directions(painted)
    assert stroke_loss(painted, directions) < 0.02 * stroke_loss(crossed, directions)
    assert stroke_loss(painted + 0.1 * (noise(64, 64) - 127.5), directions) > 2 * stroke_loss(painted, directions)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 2)])
def test_the_smallest_pictures(size: tuple[int, int]) -> None:
    directions = stroke_directions(noise(*size))
    assert directions.shape == (2, size[0] - 1, size[1] - 1)
    assert directions.isfinite().all()


def test_strokes_weigh_less_in_small_pictures() -> None:
    assert [stroke_factor(edge) for edge in (128, 256, 512, 1024)] == [0.25, 0.5, 1, 1]


def test_a_painting_s_strokes_are_whole() -> None:
    """Of two levels, the larger of which knows the smaller one's strokes; a style of speckles breaks them."""

    def painted(weight: float) -> float:
        stroke_weight = weight / stroke_factor(168)
        settings = Settings(steps=16, stroke_weight=stroke_weight, precision="float32", faces=1.0, **THREE_LAYERS)
        *_, last = style_transfer(stripes(30, (72, 168)), noise(96, 96, seed=1), settings)
        assert last.image is not None
        return coherence(last.image)

    assert painted(0.1) > painted(0.0) + 0.1
