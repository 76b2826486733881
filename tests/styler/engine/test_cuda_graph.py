"""CUDA graphs without a GPU: what is computed meanwhile is noted down, and done again on the same tensors."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from styler.engine import transfer
from styler.engine.cuda_graph import graphed_steps
from styler.engine.features import FeatureExtractor
from styler.engine.lbfgs import LBFGS, Closure, State
from styler.engine.objective import LossWeights, Objective, SpatialControl, TemporalTarget
from styler.engine.strokes import stroke_directions
from styler.engine.vgg import load_vgg16
from styler.settings import Pooling
from tests.support.shallow import THREE_LAYERS

WEIGHTS = LossWeights("relu2_2", 1.0, dict.fromkeys(THREE_LAYERS["style_layers"], 1.0), 1e-3, strokes=1e-3)


class Graph(TorchDispatchMode):
    """As `torch.cuda.CUDAGraph`: it knows addresses, not what decided about them, and the host sees no number."""

    def __init__(self) -> None:
        super().__init__()
        self.kernels = []
        self.before: list[tuple[Tensor, Tensor]] = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default):
            raise RuntimeError("operation not permitted when stream is capturing")
        arguments = func._schema.arguments
        given = {**dict(zip((each.name for each in arguments), args, strict=False)), **(kwargs or {})}
        written = [each.name for each in arguments if each.alias_info and each.alias_info.is_write]
        self.before += [(given[name], given[name].clone()) for name in written]
        out = func(*args, **(kwargs or {}))
        self.kernels.append((func, args, kwargs or {}, out))
        return out

    def undo(self) -> None:
        """Recording computes nothing."""
        for tensor, before in reversed(self.before):
            tensor.copy_(before)

    def replay(self) -> None:
        for func, args, kwargs, out in self.kernels:
            for old, new in zip(tree_leaves(out), tree_leaves(func(*args, **kwargs)), strict=True):
                if isinstance(old, Tensor) and old.data_ptr() != new.data_ptr():
                    old.copy_(new)


@pytest.fixture(autouse=True)
def graphs(monkeypatch: pytest.MonkeyPatch) -> list[Graph]:
    """Those that were replayed or could have been."""
    made = []

    @contextlib.contextmanager
    def capture(graph: Graph, *, capture_error_mode: str) -> Iterator[None]:
        made.append(graph)
        with graph:
            yield
        graph.undo()

    monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
    monkeypatch.setattr(torch.cuda, "graph", capture)
    return made


def photo(seed: int, height: int = 33, width: int = 37) -> Tensor:
    return torch.rand(3, height, width, generator=torch.Generator().manual_seed(seed)) * 255


def objective(pooling: Pooling = "avg", dtype: torch.dtype = torch.float32) -> Objective:
    anchor = TemporalTarget(photo(2), torch.full((1, 33, 37), 1e-3))
    extractor = FeatureExtractor(load_vgg16(pooling), dtype)
    control = SpatialControl(photo(3)[0] / 255, anchor=anchor, directions=stroke_directions(photo(2)))
    return Objective(extractor, photo(0), [photo(1, 40, 50)], WEIGHTS, control)


def filled(closure: Closure, x: Tensor) -> LBFGS:
    """One that sums up as many numbers in the same order as a recorded one."""
    optimiser = LBFGS(closure, x, 98, 240, 4)
    optimiser.history.fill()
    return optimiser


@pytest.mark.parametrize("pooling", ["avg", "max"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_record_goes_the_optimiser_s_way(pooling: Pooling, dtype: torch.dtype, graphs: list[Graph]) -> None:
    plain = objective(pooling, dtype)
    one, other = filled(plain, photo(4)), filled(plain, photo(4))
    steps = graphed_steps(other)
    while one.state().steps < 6:  # in how many trials is the processor's to decide
        one.step()
        next(steps)
        assert other.state() == one.state()
        assert torch.equal(other.x, one.x)
        assert not one.state().stuck
    assert len(graphs) == 1


def cliffs(x: Tensor) -> tuple[Tensor, Tensor]:
    """Curvature that was wrong, bounds, a bottom, and a ridge, in which the first step ends on every processor."""
    curvature = torch.logspace(0, 3, x.numel()).view_as(x)
    walls = 1e6 * (x > 150).sum() + 1e9 * ((x[-1] > 215) & (x[-1] < 235))
    return (curvature * (x - 100).square()).sum() / 2 + walls, curvature * (x - 100)


def test_a_record_decides_as_the_optimiser_does(graphs: list[Graph]) -> None:
    one, other = (filled(cliffs, torch.linspace(160, 250, 30)) for _ in range(2))
    steps, taken = graphed_steps(other), [0]
    while not one.state().stuck:
        one.step()
        next(steps)
        assert other.state() == one.state()
        assert torch.equal(other.x, one.x)
        taken.append(one.state().steps)
    assert taken[1] == taken[0], "the first trial fails"
    assert taken[-1] > 20, "others do not"
    assert taken[-1] == taken[-2], "the last one fails again"
    assert len(graphs) == 1


def waiting(image: Tensor) -> tuple[Tensor, Tensor]:
    """The host asks for a number, and decides."""
    scale = 2 if image.mean().item() > 0 else 1
    return (image * scale).sum(), torch.full_like(image, scale)


def advanced(optimiser: LBFGS, count: int = 4) -> LBFGS:
    steps = graphed_steps(optimiser)
    for _ in range(count):
        next(steps)
    return optimiser


def test_what_cannot_be_recorded_is_computed_without(caplog: pytest.LogCaptureFixture, graphs: list[Graph]) -> None:
    optimiser = advanced(LBFGS(waiting, photo(4), 0, 255))
    assert optimiser.state().steps == 4
    assert len(graphs) == 1
    assert "not permitted" in caplog.text


def test_a_record_that_computes_other_numbers_is_not_used(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[None] = []

    def changing(image: Tensor) -> tuple[Tensor, Tensor]:
        """As if the loss were another one while it is recorded, which is the third time that it is asked for."""
        calls.append(None)
        scale = 0.5 if len(calls) == 3 else 1.0
        return image.square().sum() * scale, 2 * scale * image

    optimiser = advanced(LBFGS(changing, photo(4), 0, 255))
    assert "other numbers" in caplog.text
    assert optimiser.state().steps == 4
    assert optimiser.state().loss == pytest.approx(optimiser.x.square().sum().item())


def test_a_loss_that_is_not_finite_is_left_to_the_optimiser() -> None:
    optimiser = advanced(LBFGS(objective(), torch.full_like(photo(4), torch.nan), 0, 255))
    assert optimiser.state().stuck
    assert optimiser.state().steps == 0


class Recorded(Exception):
    """What is minimised would be recorded."""


class Launched(Exception):
    """It would be launched kernel by kernel."""


def stop(reason: type[Exception]) -> Callable[..., None]:
    def stopped(*_: object, **__: object) -> None:
        raise reason

    return stopped


class Optimiser:
    """On a device that is not there."""

    step = stop(Launched)

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def state(self) -> State:
        return State(1.0, 0, False)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError])
def test_a_gpu_that_cannot_record_paints_all_the_same(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    monkeypatch.setattr(torch.cuda, "CUDAGraph", stop(error))
    assert advanced(LBFGS(objective(), photo(4), 0, 255)).state().steps == 4


@pytest.mark.parametrize(
    ("device", "steps", "pixels", "outcome"),
    [("cuda", 8, 1e9, Recorded), ("cpu", 8, 1e9, Launched), ("cuda", 7, 1e9, Launched), ("cuda", 8, 1, Launched)],
)
def test_a_level_is_recorded_on_a_gpu_where_it_pays(
    monkeypatch: pytest.MonkeyPatch, device: str, steps: int, pixels: float, outcome: type[Exception]
) -> None:
    monkeypatch.setattr(transfer, "graphed_steps", stop(Recorded))
    monkeypatch.setattr(transfer, "LBFGS", Optimiser)
    content, style = photo(0, 150, 81), photo(1, 40, 50)
    tiled = Objective(
        FeatureExtractor(load_vgg16(), torch.float32),
        content,
        [style],
        replace(WEIGHTS, content_layer="relu1_1"),
        pixels=pixels,
    )
    with FakeTensorMode(), pytest.raises(outcome):
        next(transfer.minimise(tiled, torch.empty(3, 150, 81, device=device), steps))
