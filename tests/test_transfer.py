"""Whole paintings, small: the contract of `style_transfer`, its edges, and failures injected on the way."""

import gc
import math
import weakref
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

from styler import transfer
from styler.events import PaintingFailed
from styler.lbfgs import LBFGS
from styler.objective import Objective
from styler.settings import Settings
from styler.transfer import Step, load_model, style_transfer

Gradient = Callable[[], Tensor]


def picture(seed: int, *size: int) -> Tensor:
    """Smooth blobs, as in a photo, with values at both bounds."""
    noise = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(seed))
    smooth = torch.nn.functional.interpolate(noise, size=size, mode="bicubic")[0]
    return (smooth * 90 + 128).clamp(0, 255)


def paint(size: tuple[int, int] = (32, 32), steps: int = 3, **chosen: object) -> list[Step]:
    settings = Settings(steps=steps, **chosen)  # type: ignore[arg-type]
    return list(style_transfer(picture(0, *size), picture(1, 40, 60), settings))


def result(steps: list[Step]) -> Tensor:
    image = steps[-1].image
    assert image is not None
    return image


@pytest.mark.parametrize("precision", ["float32", "auto"])
@pytest.mark.parametrize("pooling", ["avg", "max"])
@pytest.mark.parametrize("init", ["content", "noise"])
def test_three_steps_bring_the_loss_down(precision: str, pooling: str, init: str) -> None:
    steps = paint(precision=precision, pooling=pooling, init=init)
    assert len(steps) == 3
    assert steps[0].loss > steps[1].loss > steps[2].loss > 0
    assert (result(steps) - picture(0, 32, 32)).abs().mean() > 1


def test_steps_tell_how_far_the_work_is() -> None:
    steps = paint((200, 140), steps=9)
    assert [step.step for step in steps] == list(range(1, 10))
    assert {step.steps for step in steps} == {9}
    assert all(a.share < b.share for a, b in pairwise(steps))
    assert steps[-1].share == pytest.approx(1)
    assert steps[2].share < 3 / 9  # the first steps are small ones


def test_each_level_ends_with_its_picture() -> None:
    shown = [step.image for step in paint((200, 140), steps=9) if step.image is not None]
    assert [max(image.shape) for image in shown] == [128, 128, 200]  # the first level also shows one on the way
    assert shown[-1].shape == (3, 200, 140)
    assert shown[-1].dtype == torch.float32
    assert shown[-1].device.type == "cpu"


@pytest.mark.parametrize("size", [(32, 2), (2, 32), (33, 47), (1, 40), (150, 8)])
@pytest.mark.parametrize("style", [(1, 1), (3, 300), (501, 333)])
def test_every_size_is_painted(size: tuple[int, int], style: tuple[int, int]) -> None:
    *_, last = style_transfer(picture(0, *size), picture(1, *style), Settings(steps=3))
    assert last.image is not None
    assert last.image.shape == (3, *size)
    assert last.image.isfinite().all()


@pytest.mark.parametrize("colour", [0.0, 255.0])
def test_flat_images_are_painted(colour: float) -> None:
    flat = torch.full((3, 32, 32), colour)
    for content, style in ((flat, picture(1, 40, 40)), (picture(0, 32, 32), flat), (flat, flat)):
        *_, last = style_transfer(content, style, Settings(steps=3))
        assert last.image is not None
        assert last.image.isfinite().all()


def test_pixels_stay_displayable_and_saving_keeps_the_loss() -> None:
    settings = Settings(steps=40, style_weight=3000.0)
    content, style = picture(0, 96, 96), picture(1, 120, 90)
    *_, last = style_transfer(content, style, settings)
    assert last.image is not None
    assert last.image.min() >= 0
    assert last.image.max() <= 255
    assert ((last.image == 0) | (last.image == 255)).sum() > 50  # the bounds were met
    scaled = [transfer.scaled_style(style, last_level(), settings)]
    objective = Objective(load_model(settings), content, scaled, *terms(settings))
    assert objective(last.image)[0].item() == pytest.approx(last.loss, rel=1e-5)
    assert objective(last.image.round().byte().float())[0].item() == pytest.approx(last.loss, rel=0.01)


def last_level() -> transfer.Level:
    return transfer.Level((96, 96), 40)


def terms(settings: Settings) -> tuple[str, transfer.Weights]:
    return settings.content_layer, transfer.weights_of(settings)


def test_strength_is_how_far_the_painting_moves_from_the_photo() -> None:
    """In float32: after few steps, bfloat16's rounding decides by processor where the painting is on its way."""
    moved = [
        (result(paint((64, 64), steps=40, strength=strength, precision="float32")) - picture(0, 64, 64)).abs().mean()
        for strength in ("soft", "medium", "strong")
    ]
    assert moved[0] * 1.05 < moved[1]
    assert moved[1] * 1.05 < moved[2]


def test_the_seed_decides_the_noise() -> None:
    one, again, other = (result(paint(init="noise", seed=seed)) for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_a_picture_to_start_from() -> None:
    start = picture(5, 32, 32)
    *_, last = style_transfer(picture(0, 32, 32), picture(1, 40, 60), Settings(steps=1), init=start)
    assert last.image is not None
    assert (last.image - start).abs().mean() < (last.image - picture(0, 32, 32)).abs().mean()


def test_style_scale_is_relative_to_the_painting(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    resize = transfer.resize
    monkeypatch.setattr(transfer, "resize", lambda x, size: sizes.append((x.shape[1:], size)) or resize(x, size))
    list(style_transfer(picture(0, 64, 48), picture(1, 40, 60), Settings(steps=1, style_scale=1.5)))
    assert ((40, 60), (64, 96)) in sizes


def test_a_blend_lies_between_its_styles() -> None:
    content, stripes = picture(0, 48, 48), torch.zeros(3, 48, 48)
    stripes[0, :, ::4] = 255
    styles = [picture(1, 48, 48), stripes]

    def painted(*weights: float) -> Tensor:
        *_, last = style_transfer(content, styles, Settings(steps=20, style_blend=weights, precision="float32"))
        assert last.image is not None
        return last.image

    alone = [result(list(style_transfer(content, style, Settings(steps=20, precision="float32")))) for style in styles]
    assert (painted(1000, 0.001) - alone[0]).abs().mean() < 1
    far = [[(painted(*weights) - one).square().mean() for one in alone] for weights in ((9, 1), (), (1, 9))]
    assert far[0][0] < far[1][0] < far[2][0]
    assert far[0][1] > far[1][1] > far[2][1]


def test_closing_cancels_and_gives_the_memory_back(monkeypatch: pytest.MonkeyPatch) -> None:
    optimisers: list[weakref.ref[LBFGS]] = []

    class Watched(LBFGS):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            optimisers.append(weakref.ref(self))

    monkeypatch.setattr(transfer, "LBFGS", Watched)
    painting = style_transfer(picture(0, 32, 32), picture(1, 40, 60), Settings(steps=100))
    assert isinstance(painting, Iterator)
    first = next(painting)
    painting.close()  # type: ignore[attr-defined]
    assert first.step == 1
    assert next(painting, None) is None
    gc.collect()
    assert [ref() for ref in optimisers] == [None]


def test_the_model_is_kept_for_the_next_picture() -> None:
    assert load_model(Settings()) is load_model(Settings(size=64, steps=3, style_weight=9.0))
    assert load_model(Settings()) is not load_model(Settings(pooling="max"))


def inject(monkeypatch: pytest.MonkeyPatch, at: Callable[[int], bool], fail: Callable[[Tensor], Tensor]) -> None:
    """From now on the loss of each evaluation whose number `at` picks is what `fail` makes of it."""
    count = iter(range(1_000_000))
    evaluate = Objective.__call__

    def broken(self: Objective, image: Tensor) -> tuple[Tensor, Gradient]:
        loss, gradient = evaluate(self, image)
        return (fail(loss), gradient) if at(next(count)) else (loss, gradient)

    monkeypatch.setattr(Objective, "__call__", broken)


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("number", range(8))
def test_a_loss_that_is_not_finite_is_stepped_around(
    monkeypatch: pytest.MonkeyPatch, number: int, value: float
) -> None:
    inject(monkeypatch, lambda n: n == number, lambda loss: loss * value)
    steps = paint((181, 40), steps=6)  # two levels; evaluation 0 is the first one's start
    assert steps[-1].share == pytest.approx(1)
    assert result(steps).shape == (3, 181, 40)
    assert result(steps).isfinite().all()
    assert all(math.isfinite(step.loss) for step in steps)
    assert 1 < (result(steps) - picture(0, 181, 40)).abs().mean() < 90


def test_a_level_that_always_fails_leaves_the_picture_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    inject(monkeypatch, lambda n: n >= 8, lambda loss: loss * math.nan)
    steps = paint((181, 40), steps=6)
    assert result(steps).shape == (3, 181, 40)
    assert (result(steps) - picture(0, 181, 40)).abs().mean() > 1


def test_without_one_finite_loss_painting_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    inject(monkeypatch, lambda n: True, lambda loss: loss * math.nan)
    with pytest.raises(PaintingFailed, match="not finite"):
        paint((181, 40))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes."),
    ],
)
def test_out_of_memory_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_: Tensor) -> Tensor:
        raise error

    inject(monkeypatch, lambda n: n == 2, fail)
    with pytest.raises(PaintingFailed, match="not enough memory"):
        paint()


def test_other_errors_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Tensor) -> Tensor:
        raise RuntimeError("a bug")

    inject(monkeypatch, lambda n: n == 2, fail)
    with pytest.raises(RuntimeError, match="a bug"):
        paint()
