"""The losses against plain formulas, written here once more in float64 and with loops."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from styler.engine.losses import (
    content_loss,
    gram_matrix,
    mean_square,
    stroke_loss,
    style_loss,
    total_variation_loss,
)


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_gram_matrix_is_the_sum_of_products_over_all_positions() -> None:
    features = random(1, 4, 3, 5)
    expected = torch.zeros(4, 4, dtype=torch.float64)
    for i in range(4):
        for j in range(4):
            for y in range(3):
                for x in range(5):
                    expected[i, j] += features[0, i, y, x] * features[0, j, y, x] / 15
    torch.testing.assert_close(gram_matrix(features), expected, rtol=1e-12, atol=0)
    torch.testing.assert_close(gram_matrix(features.float()).double(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (31, 33), (32, 32), (67, 61)])  # below, at and above one chunk of rows
@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_gram_matrix_of_bfloat16_is_summed_in_float32(
    size: tuple[int, int], memory_format: torch.memory_format
) -> None:
    features = random(1, 8, *size).relu().bfloat16().contiguous(memory_format=memory_format)
    gram = gram_matrix(features)
    assert gram.dtype == torch.float32
    expected = gram_matrix(features.double())
    assert (gram.double() - expected).norm() < 3e-3 * expected.norm()


def test_gram_matrix_of_bfloat16_keeps_its_precision_over_many_rows() -> None:
    """Every entry of a sum that was rounded to bfloat16 would be off by up to 0.4 %, on average by 0.1 %."""
    features = random(1, 16, 256, 256).abs().bfloat16().contiguous(memory_format=torch.channels_last)
    gram, expected = gram_matrix(features).double(), gram_matrix(features.double())
    assert (gram - expected).norm() < 5e-4 * expected.norm()


def test_mean_square_of_bfloat16_is_no_bfloat16() -> None:
    """Rounded to it, a loss would hide what most steps gain."""
    x = random(9, 999).bfloat16()
    assert mean_square(x).item() == pytest.approx(x.double().square().mean().item(), rel=3e-4)


@given(st.integers(1, 5), st.integers(1, 9), st.integers(1, 9), st.integers(0, 99))
def test_gram_matrix_is_symmetric_and_blind_to_where_things_are(c: int, h: int, w: int, seed: int) -> None:
    features = random(1, c, h, w, seed=seed)
    gram = gram_matrix(features)
    moved = features.flatten(2)[:, :, torch.randperm(h * w)].view_as(features)
    torch.testing.assert_close(gram, gram.T)
    torch.testing.assert_close(gram_matrix(moved), gram)


def test_content_loss_is_the_mean_squared_difference_relative_to_the_target() -> None:
    features, target = random(1, 3, 4, 5), random(1, 3, 4, 5, seed=1)
    expected = sum((f - p) ** 2 for f, p in zip(features.flatten().tolist(), target.flatten().tolist(), strict=True))
    expected /= sum(p**2 for p in target.flatten().tolist())
    assert content_loss(features, target).item() == pytest.approx(expected, rel=1e-12)
    assert content_loss(features * 7, target * 7).item() == pytest.approx(expected, rel=1e-12)


def test_style_loss_is_the_squared_difference_relative_to_the_target() -> None:
    gram, target = random(4, 4), random(4, 4, seed=1)
    expected = ((gram - target) ** 2).sum() / (target**2).sum()
    assert style_loss(gram, target).item() == pytest.approx(expected.item(), rel=1e-12)


def test_losses_are_zero_at_their_targets_and_finite_for_a_black_target() -> None:
    features = random(1, 3, 4, 5)
    assert content_loss(features, features) == 0
    assert style_loss(gram_matrix(features), gram_matrix(features)) == 0
    assert content_loss(features, torch.zeros_like(features)).isfinite()
    assert style_loss(gram_matrix(features), torch.zeros(3, 3, dtype=torch.float64)).isfinite()


def test_total_variation_loss_counts_each_pair_of_neighbours_once() -> None:
    image = random(3, 4, 5)
    expected = 0.0
    for c in range(3):
        for y in range(4):
            for x in range(5):
                expected += float(image[c, y, x] - image[c, y, x - 1]) ** 2 if x else 0.0
                expected += float(image[c, y, x] - image[c, y - 1, x]) ** 2 if y else 0.0
    assert total_variation_loss(image).item() == pytest.approx(expected / image.numel(), rel=1e-12)
    assert total_variation_loss(torch.full((3, 8, 1), 7.0)) == 0


def test_stroke_loss_is_the_change_of_each_pixel_of_way() -> None:
    """Of a slope: its steepness along the strokes, squared."""
    across, down = torch.arange(5.0).expand(4, 5), torch.arange(4.0)[:, None].expand(4, 5)
    slope = (3 * across + 2 * down).expand(3, 4, 5)
    for right, up, change in ((1.0, 0.0, (3 + 2) / 2**0.5), (0.0, 1.0, (3 - 2) / 2**0.5), (0.5**0.5, 0.5**0.5, 3.0)):
        directions = torch.tensor([right, up])[:, None, None].expand(2, 3, 4)
        assert stroke_loss(slope, directions).item() == pytest.approx(3 * 12 * change**2 / slope.numel(), rel=1e-6)
    assert stroke_loss(random(3, 1, 5), torch.empty(2, 0, 4, dtype=torch.float64)) == 0


def test_losses_are_differentiable() -> None:
    features = random(1, 3, 4, 5).requires_grad_()
    target = random(1, 3, 4, 5, seed=1)

    def loss(x: Tensor) -> Tensor:
        style = style_loss(gram_matrix(x), gram_matrix(target))
        return content_loss(x, target) + style + total_variation_loss(x[0]) + stroke_loss(x[0], random(2, 3, 4))

    assert torch.autograd.gradcheck(loss, features)
