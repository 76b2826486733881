"""CUDA graphs without a GPU: what is computed meanwhile is noted down, and done again on the same tensors."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from styler import transfer
from styler.chain import Chain
from styler.lbfgs import LBFGS
from styler.objective import Anchor, Objective, Weights
from styler.recorded import recorded
from styler.settings import Pooling, Settings
from styler.vgg import load_vgg16

WEIGHTS = Weights(1.0, dict.fromkeys(Settings().style_layers, 1.0), 1e-3)


class Graph(TorchDispatchMode):
    """As `torch.cuda.CUDAGraph`: it knows addresses, not what decided about them, and the host sees no number."""

    def __init__(self) -> None:
        super().__init__()
        self.kernels = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default):
            raise RuntimeError("operation not permitted when stream is capturing")
        out = func(*args, **(kwargs or {}))
        self.kernels.append((func, args, kwargs or {}, out))
        return out

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

    monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
    monkeypatch.setattr(torch.cuda, "graph", capture)
    return made


def photo(seed: int, height: int = 33, width: int = 37) -> Tensor:
    return torch.rand(3, height, width, generator=torch.Generator().manual_seed(seed)) * 255


def objective(pooling: Pooling = "avg", dtype: torch.dtype = torch.float32) -> Objective:
    anchor = Anchor(photo(2), torch.full((1, 33, 37), 1e-3))
    chain = Chain(load_vgg16(pooling), dtype)
    return Objective(chain, photo(0), [photo(1, 40, 50)], "relu3_2", WEIGHTS, photo(3)[0] / 255, anchor)


@pytest.mark.parametrize("pooling", ["avg", "max"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_replay_is_the_loss_and_gradient_of_another_picture(pooling: Pooling, dtype: torch.dtype) -> None:
    plain = objective(pooling, dtype)
    graph = recorded(plain, photo(4))
    assert graph is not plain
    for seed in (5, 6):
        (loss, gradient), (expected, expected_gradient) = graph(photo(seed)), plain(photo(seed))
        torch.testing.assert_close(loss, expected)
        torch.testing.assert_close(gradient(), expected_gradient())


def test_what_was_given_stays_when_the_next_is_computed() -> None:
    graph = recorded(objective(), photo(4))
    loss, gradient = graph(photo(5))
    kept = [loss, gradient()]
    before = [each.clone() for each in kept]
    graph(photo(6))
    assert all(torch.equal(*pair) for pair in zip(kept, before, strict=True))


def test_the_optimiser_goes_the_same_way() -> None:
    plain = objective()
    one, other = LBFGS(plain, photo(4), 0, 255), LBFGS(recorded(plain, photo(4)), photo(4), 0, 255)
    for _ in range(5):
        assert one.step()
        assert other.step()
    torch.testing.assert_close(other.x, one.x)
    assert other.evaluations == one.evaluations


def waiting(image: Tensor) -> tuple[Tensor, Callable[[], Tensor]]:
    """The host asks for a number, and decides."""
    scale = 2 if image.mean().item() > 0 else 1
    return (image * scale).sum(), lambda: torch.full_like(image, scale)


def test_what_cannot_be_recorded_is_computed_without(caplog: pytest.LogCaptureFixture, graphs: list[Graph]) -> None:
    assert recorded(waiting, photo(4)) is waiting
    assert len(graphs) == 1
    assert "not permitted" in caplog.text


def test_a_record_that_computes_other_numbers_is_not_used(caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def changing(image: Tensor) -> tuple[Tensor, Callable[[], Tensor]]:
        calls.append(None)
        return image.sum() * len(calls), lambda: image * 1

    assert recorded(changing, photo(4)) is changing
    assert "other numbers" in caplog.text


def test_a_loss_that_is_not_finite_is_left_to_the_optimiser() -> None:
    plain = objective()
    broken = torch.full_like(photo(4), torch.nan)
    assert recorded(plain, broken) is plain
    assert not LBFGS(plain, broken, 0, 255).finite


class Recorded(Exception):
    """What is minimised would be recorded."""


class Launched(Exception):
    """It would be launched kernel by kernel."""


def stop(reason: type[Exception]) -> Callable[..., None]:
    def stopped(*_: object, **__: object) -> None:
        raise reason

    return stopped


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError])
def test_a_gpu_that_cannot_record_paints_all_the_same(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    plain = objective()
    monkeypatch.setattr(torch.cuda, "CUDAGraph", stop(error))
    assert recorded(plain, photo(4)) is plain


@pytest.mark.parametrize(
    ("device", "steps", "pixels", "outcome"),
    [("cuda", 8, 1e9, Recorded), ("cpu", 8, 1e9, Launched), ("cuda", 7, 1e9, Launched), ("cuda", 8, 1, Launched)],
)
def test_a_level_is_recorded_on_a_gpu_where_it_pays(
    monkeypatch: pytest.MonkeyPatch, device: str, steps: int, pixels: float, outcome: type[Exception]
) -> None:
    monkeypatch.setattr(transfer, "recorded", stop(Recorded))
    monkeypatch.setattr(transfer, "LBFGS", stop(Launched))
    content, style = photo(0, 150, 81), photo(1, 40, 50)
    tiled = Objective(Chain(load_vgg16(), torch.float32), content, [style], "relu1_1", WEIGHTS, pixels=pixels)
    with FakeTensorMode(), pytest.raises(outcome):
        next(transfer.descend(tiled, torch.empty(3, 150, 81, device=device), steps))
