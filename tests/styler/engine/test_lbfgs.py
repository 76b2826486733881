"""The optimiser on problems whose answers are known, and with a function that fails."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from styler.engine.lbfgs import FIRST_STEP, LBFGS, Closure, History


def closure(f: Callable[[Tensor], Tensor]) -> Closure:
    def call(x: Tensor) -> tuple[Tensor, Tensor]:
        leaf = x.detach().clone().requires_grad_()
        loss = f(leaf)
        return loss.detach(), torch.autograd.grad(loss, leaf)[0]

    return call


def bowl(n: int = 50, condition: float = 1e3) -> Callable[[Tensor], Tensor]:
    curvature = torch.logspace(0, math.log10(condition), n)
    return lambda x: (curvature * (x - 100).square()).sum() / 2


def rosenbrock(x: Tensor) -> Tensor:
    return (100 * (x[1:] - x[:-1].square()).square() + (1 - x[:-1]).square()).sum()


def run(optimiser: LBFGS, steps: int) -> list[float]:
    """The loss at the start and after each of so many steps, if there are so many."""
    losses, state = [optimiser.loss.item()], optimiser.state()
    while state.steps < steps and not state.stuck:
        optimiser.step()
        before, state = state, optimiser.state()
        losses += [state.loss] * (state.steps - before.steps)
    return losses


class Counted:
    """A closure, and the points that it was asked for."""

    def __init__(self, f: Callable[[Tensor], Tensor]) -> None:
        self.inner, self.tried = closure(f), list[Tensor]()

    def __call__(self, x: Tensor) -> tuple[Tensor, Tensor]:
        self.tried.append(x)
        return self.inner(x)


def test_finds_the_bottom_of_an_ill_conditioned_bowl() -> None:
    optimiser = LBFGS(closure(bowl()), torch.full((50,), 200.0), 0, 255)
    losses = run(optimiser, 100)
    assert losses[-1] < 1e-6 * losses[0]
    assert all(b < a for a, b in pairwise(losses))


def test_finds_the_minimum_of_rosenbrock() -> None:
    optimiser = LBFGS(closure(rosenbrock), torch.tensor([-1.2, 1.0, -1.2, 1.0]), -2, 2)
    run(optimiser, 200)
    torch.testing.assert_close(optimiser.x, torch.ones(4), atol=1e-2, rtol=0)


def test_takes_few_more_evaluations_than_steps() -> None:
    counted = Counted(bowl())
    losses = run(LBFGS(counted, torch.full((50,), 200.0), 0, 255), 40)
    assert len(counted.tried) <= 1.3 * len(losses)


@pytest.mark.parametrize(("low", "high", "bound"), [(0, 60, 60.0), (140, 255, 140.0)])
def test_stops_at_the_bound_where_the_minimum_is_outside(low: float, high: float, bound: float) -> None:
    optimiser = LBFGS(closure(bowl()), torch.linspace(low, high, 50), low, high)
    run(optimiser, 60)
    torch.testing.assert_close(optimiser.x, torch.full((50,), bound))


def test_every_point_that_is_tried_is_in_the_box() -> None:
    counted = Counted(bowl())
    run(LBFGS(counted, torch.linspace(-50, 300, 50), 0, 90), 20)
    assert all(x.min() >= 0 and x.max() <= 90 for x in counted.tried)


def test_the_first_step_has_the_set_length() -> None:
    start = torch.full((50,), 200.0)
    optimiser = LBFGS(closure(bowl(condition=1)), start, 0, 255)
    optimiser.step()
    assert (optimiser.x - start).square().mean().sqrt().item() == pytest.approx(FIRST_STEP, rel=1e-4)


def test_a_step_that_went_too_far_is_shortened_to_the_bottom_of_a_parabola() -> None:
    counted = Counted(bowl(1))
    optimiser = LBFGS(counted, torch.tensor([101.0]), 0, 255)
    run(optimiser, 1)
    torch.testing.assert_close(optimiser.x, torch.tensor([100.0]))
    assert len(counted.tried) == 3


def coupled(x: Tensor) -> Tensor:
    """A bowl whose variables pull at each other; its bottom is outside the box in about half of them."""
    pull = torch.randn(40, 40, generator=torch.Generator().manual_seed(1)).to(x.dtype)
    away = x - torch.linspace(-30, 90, 40, dtype=x.dtype)
    return away @ (pull @ pull.T / 40 + 0.1 * torch.eye(40, dtype=x.dtype)) @ away / 2


def by_scipy(f: Callable[[Tensor], Tensor], start: Tensor, low: float, high: float) -> Tensor:
    """The minimum that SciPy's L-BFGS-B (Byrd, Lu, Nocedal and Zhu, 1995) finds, in float64."""

    def fun(x: np.ndarray) -> tuple[float, np.ndarray]:
        loss, gradient = closure(f)(torch.from_numpy(x))
        return loss.item(), gradient.numpy()

    bounds = [(low, high)] * len(start)
    from scipy.optimize import minimize  # which takes a second to load

    found = minimize(fun, start.double().numpy(), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14})
    assert found.success, found.message
    return torch.from_numpy(found.x)


@pytest.mark.parametrize(
    ("f", "low", "high"),
    [(coupled, 0, 60), (bowl(40, 30), 120, 255), (bowl(40, 30), 0, 255), (rosenbrock, -2, 0.5), (rosenbrock, 0.5, 2)],
    ids=["coupled", "bound", "free", "curved valley at a bound", "curved valley"],
)
def test_finds_the_minimum_that_scipy_finds(f: Callable[[Tensor], Tensor], low: float, high: float) -> None:
    start = torch.linspace(low, high, 40)
    expected = by_scipy(f, start, low, high)
    optimiser = LBFGS(closure(f), start, low, high)
    run(optimiser, 400)
    torch.testing.assert_close(optimiser.x.double(), expected, atol=2e-3 * (high - low), rtol=0)
    assert optimiser.loss <= f(expected) + 1e-3 * (f(start) - f(expected))


def test_says_when_there_is_nothing_left_to_gain() -> None:
    optimiser = LBFGS(closure(bowl()), torch.full((50,), 100.0), 0, 255)
    assert run(optimiser, 5) == [0]
    assert optimiser.state() == (0, 0, True)


def two_loops(gradient: Tensor, pairs: list[tuple[Tensor, Tensor]]) -> Tensor:
    """Nocedal and Wright, algorithm 7.4, word for word."""
    q, alphas = gradient.clone(), []
    for s, y in reversed(pairs):
        alphas.append(s.dot(q) / s.dot(y))
        q -= alphas[-1] * y
    s, y = pairs[-1]
    r = q * s.dot(y) / y.dot(y)
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        r += s * (alpha - y.dot(r) / s.dot(y))
    return -r


@pytest.mark.parametrize("count", [1, 3, 4, 5, 11])
def test_the_direction_is_that_of_the_two_loop_recursion(count: int) -> None:
    generator = torch.Generator().manual_seed(count)
    history, pairs = History(torch.empty(30), 4), []
    for _ in range(count):
        s = torch.randn(30, generator=generator)
        pairs.append((s, s * torch.linspace(0.5, 3, 30)))
        history.add(torch.stack(pairs[-1]), torch.tensor(True))
    gradient = torch.randn(30, generator=generator)
    expected = two_loops(gradient.double(), [(s.double(), y.double()) for s, y in pairs[-4:]])
    torch.testing.assert_close(history.direction(gradient).double(), expected, rtol=1e-4, atol=1e-5)


def test_a_pair_without_positive_curvature_is_not_remembered() -> None:
    history = History(torch.empty(3), 4)
    history.add(torch.stack([torch.ones(3), -torch.ones(3)]), torch.tensor(True))
    history.add(torch.stack([torch.ones(3), torch.zeros(3)]), torch.tensor(True))
    assert history.pairs == 0


class Failing:
    """A closure whose loss or gradient is `value` at the evaluations in `at`."""

    def __init__(self, at: set[int], value: float, what: str) -> None:
        self.at, self.value, self.what, self.count = at, value, what, 0
        self.inner = closure(bowl())

    def __call__(self, x: Tensor) -> tuple[Tensor, Tensor]:
        loss, gradient = self.inner(x)
        broken = self.count in self.at
        self.count += 1
        if broken and self.what == "loss":
            return torch.tensor(self.value), gradient
        return loss, gradient * self.value if broken else gradient


@pytest.mark.parametrize("what", ["loss", "gradient"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("at", [{1}, {2}, {7}, {3, 4, 5}, set(range(6, 30))])
def test_a_failure_on_the_way_is_stepped_around(at: set[int], value: float, what: str) -> None:
    optimiser = LBFGS(Failing(at, value, what), torch.full((50,), 200.0), 0, 255)
    first = optimiser.loss.item()
    run(optimiser, 20)
    assert optimiser.x.isfinite().all()
    assert optimiser.gradient.isfinite().all()
    assert optimiser.loss < first
    assert optimiser.loss.item() == pytest.approx(bowl()(optimiser.x).item(), rel=1e-4)


@pytest.mark.parametrize("what", ["loss", "gradient"])
def test_a_failure_at_the_start_is_told(what: str) -> None:
    optimiser = LBFGS(Failing({0}, math.nan, what), torch.full((50,), 200.0), 0, 255)
    assert run(optimiser, 3) != []
    assert optimiser.state().stuck
    assert math.isnan(optimiser.state().loss)


def test_a_rising_loss_is_never_accepted() -> None:
    """A function with cliffs: the curvature that was learnt on one side is wrong on the other."""

    def cliffs(x: Tensor) -> Tensor:
        return bowl()(x) + 1e6 * (x > 150).sum()

    losses = run(LBFGS(closure(cliffs), torch.full((50,), 200.0), 0, 255), 40)
    assert all(b < a for a, b in pairwise(losses))
