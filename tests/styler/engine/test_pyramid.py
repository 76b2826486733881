"""The levels of the image pyramid, and the filter between them."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from styler.engine.pyramid import SMALLEST, levels, resize, upsample_with_detail


@given(st.integers(1, 8192), st.integers(1, 8192), st.integers(1, 2000))
def test_levels_grow_to_the_size_and_share_all_steps(height: int, width: int, steps: int) -> None:
    plan = levels((height, width), steps)
    assert plan[-1].size == (height, width)
    assert sum(level.steps for level in plan) == steps
    assert all(level.steps >= 1 for level in plan)
    assert all(a.size[0] <= b.size[0] and a.size[1] <= b.size[1] for a, b in pairwise(plan))
    assert all(min(level.size) >= 1 for level in plan)


def test_most_steps_are_taken_at_small_sizes() -> None:
    plan = levels((512, 384), 250)
    assert [level.size[0] for level in plan] == [SMALLEST, 203, 323, 512]
    assert [level.steps for level in plan] == sorted((level.steps for level in plan), reverse=True)
    assert plan[0].steps >= 3 * plan[-1].steps
    assert plan[-1].work >= plan[0].work / 2  # and yet the full size is not forgotten


def test_a_small_picture_has_one_level() -> None:
    assert levels((32, 20), 7) == [((32, 20), 7)]


def test_resizing_keeps_a_colour_and_the_range() -> None:
    flat = torch.full((3, 40, 30), 200.0)
    torch.testing.assert_close(resize(flat, (17, 91)), torch.full((3, 17, 91), 200.0))
    edge = torch.zeros(3, 32, 32)
    edge[:, :, 16:] = 255
    for size in ((64, 64), (11, 13), (32, 32)):
        assert resize(edge, size).min() >= 0
        assert resize(edge, size).max() <= 255


def test_shrinking_is_antialiased() -> None:
    stripes = torch.zeros(3, 64, 64)
    stripes[:, :, ::2] = 255
    assert resize(stripes, (23, 23))[:, 2:-2, 2:-2].sub(127.5).abs().max() == pytest.approx(0, abs=16)


def test_a_picture_that_grows_gets_the_photos_detail_back() -> None:
    photo = torch.rand(3, 40, 30, generator=torch.Generator().manual_seed(0)) * 100 + 50
    small = resize(photo, (20, 15))
    torch.testing.assert_close(upsample_with_detail(small, photo), photo)
    assert upsample_with_detail(small + 20, photo).sub(photo).mean() == pytest.approx(20, abs=0.1)  # the paint stays
    assert upsample_with_detail(small * 0, photo).min() == 0
    assert upsample_with_detail(small * 0 + 255, photo).max() == 255


def test_a_picture_shrinks_by_no_more_at_once_than_cuda_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """A style of 8192 pixels for a painting of 4096 is 64 times as large as the first level."""
    photo = torch.rand(3, 1600, 40, generator=torch.Generator().manual_seed(0)) * 100 + 50
    directly = functional.interpolate(photo[None], size=(16, 2), mode="bicubic", antialias=True)[0]
    most, interpolate = 0.0, functional.interpolate

    def watched(x: torch.Tensor, size: tuple[int, int], **options: object) -> torch.Tensor:
        nonlocal most
        most = max(most, x.shape[2] / size[0], x.shape[3] / size[1])
        return interpolate(x, size=size, **options)

    monkeypatch.setattr(functional, "interpolate", watched)
    assert resize(photo, (16, 2)).sub(directly).abs().max() < 1
    assert resize(photo.mT, (2, 16)).mT.sub(directly).abs().max() < 1
    assert most <= 47
