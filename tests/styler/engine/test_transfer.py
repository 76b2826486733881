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

from styler.engine import gram_cache, model, transfer
from styler.engine.dream import dream
from styler.engine.features import has_prepacked
from styler.engine.guidance import freedom
from styler.engine.lbfgs import LBFGS, State
from styler.engine.model import load_model
from styler.engine.objective import Objective, SpatialControl, TemporalTarget
from styler.engine.outlines import subject_of
from styler.engine.pyramid import levels
from styler.engine.transfer import Step, content_weights, style_transfer
from styler.events import OutOfMemory, PaintError
from styler.settings import LAYERS, MAX_WEIGHT, Settings
from tests.support.shallow import SHALLOW, THREE_LAYERS


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
    steps = paint((200, 30), steps=9, **SHALLOW)
    assert [step.step for step in steps] == list(range(1, 10))
    assert {step.steps for step in steps} == {9}
    assert all(a.share < b.share for a, b in pairwise(steps))
    assert steps[-1].share == pytest.approx(1)
    assert steps[2].share < 3 / 9  # the first steps are small ones


def test_each_level_ends_with_its_picture() -> None:
    shown = [step.image for step in paint((200, 30), steps=9, **SHALLOW) if step.image is not None]
    assert [max(image.shape) for image in shown] == [128, 128, 200]  # the first level also shows one on the way
    assert shown[-1].shape == (3, 200, 30)
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


def test_the_content_loss_weighs_more_in_faces() -> None:
    faces = torch.zeros(4, 8)
    faces[1:3, 2:6] = 1  # a quarter of the picture: half of its edge
    weights = content_weights(faces, Settings(faces=2.5))
    assert weights is not None
    assert weights.unique().tolist() == pytest.approx([1 / 1.75, 2.5 / 1.75])
    everywhere = content_weights(torch.ones(4, 8), Settings(faces=2.5))
    assert everywhere is not None
    assert everywhere.unique().tolist() == [1]
    assert content_weights(None, Settings()) is None


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 0.9])
def test_a_face_takes_more_from_elsewhere_than_it_is_given(share: float) -> None:
    faces = (torch.arange(100.0) < 100 * share).float()[None]
    weights = content_weights(faces, Settings(faces=2.5))
    assert weights is not None
    assert weights.mean() < 1, "so as much style is reached as without a face"
    assert weights.min() < 1 < weights.max() < 2.5


@pytest.mark.parametrize("weight", ["content_weight", "style_weight", "tv_weight", "stroke_weight", "outline_weight"])
def test_the_heaviest_weight_is_painted(weight: str) -> None:
    painted = result(paint(init="noise", **{weight: MAX_WEIGHT}))
    assert (painted - result(paint(init="noise", steps=1))).abs().mean() > 1


def test_pixels_stay_displayable_and_saving_keeps_the_loss() -> None:
    settings = Settings(steps=25, style_weight=3000.0, outline_weight=3.0, precision="float32")
    content, style = picture(0, 48, 48), picture(1, 60, 45)
    *_, last = style_transfer(content, style, settings)
    assert last.image is not None
    assert last.image.min() >= 0
    assert last.image.max() <= 255
    assert ((last.image == 0) | (last.image == 255)).sum() > 50  # the bounds were met
    scaled = [transfer.scaled_style(style, last_level(), settings)]
    extractor = load_model(settings)
    objective = Objective(
        extractor,
        content,
        scaled,
        transfer.loss_weights(settings),
        SpatialControl(freedom=freedom(extractor, content, None), subject=subject_of(extractor, content, None)),
    )
    assert objective(last.image)[0].item() == pytest.approx(last.loss, rel=1e-5)
    assert objective(last.image.round().byte().float())[0].item() == pytest.approx(last.loss, rel=0.01)


def last_level() -> transfer.Level:
    return transfer.Level((48, 48), 25)


def test_strength_is_how_far_the_painting_moves_from_the_photo() -> None:
    """In float32: after few steps, bfloat16's rounding decides by processor where the painting is on its way."""
    chosen: dict[str, Any] = {"size": (40, 40), "steps": 30, "precision": "float32", **THREE_LAYERS}
    moved = [
        (result(paint(**chosen, strength=strength)) - picture(0, 40, 40)).abs().mean()
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
    content, stripes = picture(0, 32, 32), torch.zeros(3, 32, 32)
    stripes[0, :, ::4] = 255
    styles = [picture(1, 32, 32), stripes]
    chosen: dict[str, Any] = {"steps": 8, "precision": "float32", **SHALLOW}

    def painted(*weights: float) -> Tensor:
        *_, last = style_transfer(content, styles, Settings(style_blend=weights, **chosen))
        assert last.image is not None
        return last.image

    alone = [result(list(style_transfer(content, style, Settings(**chosen)))) for style in styles]
    # With each step, L-BFGS makes more of a millionth of the other style: little, compared with that style itself.
    assert (painted(1000, 0.001) - alone[0]).abs().mean() < 0.2 * (alone[1] - alone[0]).abs().mean()
    far = [[(painted(*weights) - one).square().mean() for one in alone] for weights in ((9, 1), (), (1, 9))]
    assert far[0][0] < far[1][0] < far[2][0]
    assert far[0][1] > far[1][1] > far[2][1]


def test_what_is_held_keeps_its_detail_also_where_the_first_frame_began_from_noise() -> None:
    size = (181, 16)
    start = picture(2, *size) / 2 + torch.rand(3, *size, generator=torch.Generator().manual_seed(3)) * 100
    anchor = TemporalTarget(start, torch.zeros(1, *size))
    images = []
    for init in ("content", "noise"):
        settings = Settings(steps=2, init=init, precision="float32")
        images.append(
            result(list(style_transfer(picture(0, *size), picture(1, 40, 60), settings, start, None, anchor)))
        )
    assert torch.equal(*images)


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
    assert load_model(Settings()) is load_model(Settings(dream=True, style_layers=("relu5_3",)))


def test_layers_that_nobody_asks_for_are_not_loaded() -> None:
    assert [link.name for link in load_model(Settings()).links] == list(LAYERS[:11])
    deep = (
        Settings(style_layers=("relu5_2",)),
        Settings(content_layer="relu5_3"),
        Settings(dream=True, dream_layer="relu5_3"),
    )
    assert [load_model(settings).links[-1].name for settings in deep] == ["relu5_3"] * 3


class Failures:
    """From now on an evaluation whose number `at` picks fails: with an error, or a loss or gradient times a number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: Callable[[int], bool], what: str, how: object) -> None:
        self.at, self.what, self.how, self.count = at, what, how, 0
        self.evaluate = Objective.__call__

        def evaluated(objective: Objective, image: Tensor) -> tuple[Tensor, Tensor]:
            return self.evaluated(objective, image)

        monkeypatch.setattr(Objective, "__call__", evaluated)

    def evaluated(self, objective: Objective, image: Tensor) -> tuple[Tensor, Tensor]:
        broken = self.at(self.count)
        self.count += 1
        loss, gradient = self.evaluate(objective, image)
        if not broken:
            return loss, gradient
        return (self.fail(loss), gradient) if self.what == "loss" else (loss, self.fail(gradient))

    def fail(self, x: Tensor) -> Tensor:
        if isinstance(self.how, Exception):
            raise self.how
        return x * float(str(self.how))


MEMORY_ERRORS = (
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes."),
)


# NaN at each evaluation; the others at the start of the first level, on its way, and at the start of the second. An
# error fails the whole evaluation, its loss and its gradient.
FAILURES: list[tuple[str, int, object]] = []
for each in ("loss", "gradient"):
    FAILURES += [(each, number, math.nan) for number in range(8)]
    FAILURES += [(each, number, math.inf) for number in (0, 2, 5)]
FAILURES += [("loss", number, error) for number in (0, 2, 5) for error in MEMORY_ERRORS]


@pytest.mark.parametrize(("what", "number", "how"), FAILURES)
def test_a_failure_at_any_step_is_stepped_around(
    monkeypatch: pytest.MonkeyPatch, what: str, number: int, how: object
) -> None:
    """Two levels; evaluation 0 is the start of the first, one of 4 to 8 that of the second."""
    failures = Failures(monkeypatch, lambda n: n == number, what, how)
    steps = paint((181, 16), steps=6, **SHALLOW)
    assert failures.count > number
    assert [step.step for step in steps] == sorted({step.step for step in steps})
    assert steps[-1].step == 6
    assert steps[-1].share == pytest.approx(1)
    assert result(steps).shape == (3, 181, 16)
    assert result(steps).isfinite().all()
    assert all(math.isfinite(step.loss) for step in steps)
    first = levels((181, 16), 6)[0].steps
    for level in (steps[:first], steps[first:]):
        assert all(b.loss <= a.loss for a, b in pairwise(level)), "never worse than the one before"
    assert 1 < (result(steps) - picture(0, 181, 16)).abs().mean() < 90
    if number > 0:
        assert steps[-1].loss < steps[0].loss


@pytest.mark.parametrize("what", ["loss", "gradient"])
def test_a_level_that_always_fails_leaves_the_picture_so_far(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    Failures(monkeypatch, lambda n: n >= 8, what, math.nan)
    steps = paint((181, 16), steps=6, **SHALLOW)
    assert result(steps).shape == (3, 181, 16)
    assert (result(steps) - picture(0, 181, 16)).abs().mean() > 1


@pytest.mark.parametrize("what", ["loss", "gradient"])
@pytest.mark.parametrize("how", [math.nan, math.inf])
def test_without_one_finite_loss_painting_fails(monkeypatch: pytest.MonkeyPatch, what: str, how: float) -> None:
    Failures(monkeypatch, lambda n: True, what, how)
    with pytest.raises(PaintError, match="not finite"):
        paint((181, 16), **SHALLOW)


@pytest.mark.parametrize(("number", "error"), list(zip((0, 1, 1), MEMORY_ERRORS, strict=True)))
def test_out_of_memory_is_a_clear_error_at_last(monkeypatch: pytest.MonkeyPatch, number: int, error: Exception) -> None:
    """When tiles of the smallest size do not fit either."""
    rooms: list[float] = []
    build = transfer.Objective
    monkeypatch.setattr(transfer, "Objective", lambda *args: rooms.append(args[-1]) or build(*args))
    Failures(monkeypatch, lambda n: n >= number, "loss", error)
    with pytest.raises(OutOfMemory, match="not enough memory"):
        paint((181, 120), steps=1, **SHALLOW)
    assert len(rooms) > 1
    assert rooms == sorted(rooms, reverse=True), "by smaller and smaller tiles"


def test_where_memory_runs_out_the_level_goes_on_by_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture of before is kept: what was painted without tiles is not painted again."""
    pixels = 150 * 100
    objectives: list[Objective] = []
    build, evaluate = transfer.Objective, Objective.__call__

    def limited(objective: Objective, image: Tensor) -> tuple[Tensor, Tensor]:
        if len(objective.tiles) == 1 and image[0].numel() > pixels:
            raise MemoryError
        return evaluate(objective, image)

    monkeypatch.setattr(transfer, "Objective", lambda *args: objectives.append(build(*args)) or objectives[-1])
    chosen: dict[str, Any] = {"size": (181, 120), "steps": 4, "precision": "float32", **SHALLOW}
    expected = result(paint(**chosen))
    objectives.clear()
    monkeypatch.setattr(Objective, "__call__", limited)
    tiled = result(paint(**chosen))
    assert [len(objective.tiles) for objective in objectives[-2:]] == [1, 4]
    assert (tiled - expected).abs().mean() < 0.1
    objectives.clear()
    monkeypatch.setattr(Objective, "__call__", evaluate)  # a limit that is told leads to the same without a failure
    paint((181, 120), steps=2, max_memory=1, **SHALLOW)
    assert len(objectives[-1].tiles) == 4


def test_targets_of_a_style_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gram_cache.cache_of.cache_clear()
    sizes: list[tuple[int, ...]] = []
    compute = gram_cache.compute_grams
    monkeypatch.setattr(gram_cache, "compute_grams", lambda *args: sizes.append(args[1].shape) or compute(*args))
    first = result(paint((181, 16), steps=2, **SHALLOW))
    assert sizes == [(3, 85, 128), (3, 121, 181)]
    assert torch.equal(result(paint((181, 16), steps=2, **SHALLOW)), first)
    assert len(sizes) == 2, "known"
    list(style_transfer(picture(0, 181, 16), picture(2, 40, 60), Settings(steps=2, **SHALLOW)))
    assert len(sizes) == 4, "another picture"
    paint((181, 16), steps=2, content_layer="relu2_1", style_layers=("relu1_1",))
    assert len(sizes) == 6, "other layers"
    paint((181, 16), steps=2, pooling="max", **SHALLOW)
    assert len(sizes) == 8, "another network"
    monkeypatch.setattr(gram_cache, "CACHE_SIZE", 1)
    paint((181, 16), steps=2, pooling="max", **SHALLOW)
    assert len(gram_cache.cache_of(load_model(Settings(pooling="max")))) == 1, "the one that was used last"


def test_other_errors_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    Failures(monkeypatch, lambda n: n == 2, "loss", RuntimeError("a bug"))
    with pytest.raises(RuntimeError, match="a bug"):
        paint()


def test_where_bfloat16_is_stuck_it_goes_on_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in long runs: rounding hides what is left to gain."""
    found, state = [], transfer.LBFGS.state

    def stuck(optimiser: LBFGS) -> State:
        objective = optimiser.closure
        assert isinstance(objective, Objective)
        now = state(optimiser)
        found.append(objective.extractor.dtype)
        return now._replace(stuck=now.stuck or (objective.extractor.dtype == torch.bfloat16 and now.steps >= 3))

    monkeypatch.setattr(transfer.LBFGS, "state", stuck)
    steps = paint((48, 64), steps=8, precision="bfloat16")
    assert [step.step for step in steps] == list(range(1, 9))
    assert set(found[:4]) == {torch.bfloat16}
    assert set(found[4:]) == {torch.float32}
    assert steps[-1].loss < steps[2].loss


def test_where_float32_is_stuck_the_level_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    state = transfer.LBFGS.state
    monkeypatch.setattr(transfer.LBFGS, "state", lambda self: state(self)._replace(stuck=state(self).steps >= 3))
    steps = paint((48, 64), steps=8, precision="float32")
    assert [step.step for step in steps] == [1, 2, 3, 8]
    assert torch.equal(steps[-1].picture, steps[-2].picture)


@pytest.fixture
def other_defaults() -> Iterator[None]:
    """What a caller may have chosen for tensors of his own: double precision, and a device that holds no numbers."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    with torch.device("meta"):
        yield
    torch.set_default_dtype(default)


@pytest.mark.parametrize("init", ["content", "noise"])
def test_a_caller_s_defaults_are_for_his_own_tensors(other_defaults: None, init: str) -> None:
    model.cached_model.cache_clear()
    has_prepacked.cache_clear()
    with torch.device("cpu"):
        images = picture(0, 32, 32).float(), picture(1, 40, 60).float()
    steps = list(style_transfer(*images, Settings(steps=3, init=init)))
    assert result(steps).dtype == torch.float32
    assert math.inf > steps[0].loss >= steps[-1].loss > 0


def test_a_dream_is_of_single_precision_whatever_a_caller_s_defaults_are(other_defaults: None) -> None:
    with torch.device("cpu"):
        image = picture(0, 32, 32).float()
    *_, last = dream(image, Settings(steps=2))
    assert last.image.dtype == torch.float32
