"""Projected L-BFGS: minimises a function of many variables, each of which stays between two bounds.

J. Nocedal and S. J. Wright, "Numerical Optimization" (2nd ed., 2006), algorithm 3.1 (backtracking); R. H. Byrd,
J. Nocedal and R. B. Schnabel, "Representations of quasi-Newton matrices and their use in limited memory methods"
(Mathematical Programming 63, 1994), theorem 2.2; D. P. Bertsekas, "Projected Newton Methods for Optimization Problems
with Simple Constraints" (1982).

differs from torch.optim.LBFGS: an Armijo line search (there none, or strong Wolfe), the box, a cap on the step, and the
compact representation: a direction is two matrix-vector products, and two triangular systems with an unknown for each
pair. What a step does is decided on the device, by masks: a GPU never waits for the host within a step, so a step can
be one CUDA graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

# x -> its loss, a float32 scalar, and the gradient there, like x.
Closure = Callable[[Tensor], tuple[Tensor, Tensor]]

HISTORY_SIZE = 20  # pairs; with 100 the loss is 2 % lower, and they take five times the memory
SUFFICIENT_DECREASE = 1e-4  # Armijo's c1
MAX_LINE_SEARCH_STEPS = 8  # points along one direction
FIRST_STEP = 4.0  # root mean square, in units of x: of 255 for pixels
MAX_STEP = 25.0


class State(NamedTuple):
    """How far a minimisation is: the loss at `x`, the steps taken, and whether no further step can be found."""

    loss: float
    steps: int
    stuck: bool


class LBFGS:
    """A minimisation from `x`, any shape, within `low` and `high`.

    `x`, `loss` and `gradient` belong to the best point so far; `step` overwrites them. If they are not finite at the
    start, the loss is NaN and the minimisation is stuck.
    """

    def __init__(self, closure: Closure, x: Tensor, low: float, high: float, history: int = HISTORY_SIZE) -> None:
        self.closure, self.low, self.high, self.history = closure, low, high, history
        self.steps = torch.zeros((), dtype=torch.int64, device=x.device)
        self.begin(x)

    def begin(self, x: Tensor) -> None:
        """Starts from `x`, without any pairs. The count of steps goes on."""
        x = x.clamp(self.low, self.high)
        loss, gradient = self.closure(x)
        self.stuck = ~_finite(loss, gradient)
        self.loss = loss.masked_fill(self.stuck, torch.nan)
        self.point = torch.stack([x, gradient])
        self.memory = _History(x.flatten(), self.history)
        self.trials = torch.zeros_like(self.steps)
        self.longest = torch.full_like(self.loss, MAX_STEP)
        self.shortened = torch.ones_like(self.loss)  # by this factor, after a trial that failed

    @property
    def x(self) -> Tensor:
        return self.point[0]

    @property
    def gradient(self) -> Tensor:
        return self.point[1]

    def state(self) -> State:
        """Waits until the device is done."""
        loss, steps, stuck = torch.stack([self.loss.double(), self.steps, self.stuck]).tolist()
        return State(loss, int(steps), bool(stuck))

    def step(self) -> None:
        """Tries one point, and goes there if the loss is sufficiently smaller (Armijo). If not, the next call tries one
        that is nearer, along the same direction.

        If `MAX_LINE_SEARCH_STEPS` points fail, the pairs that the direction was made of are forgotten, and the next
        direction is that of steepest descent, with shorter steps. If it was that already, the minimisation is stuck.
        """
        free = self._free_gradient()
        direction = self.memory.direction(free.flatten()).view_as(free).masked_fill_(free == 0, 0)
        x = (self.x + self._length(direction) * direction).clamp_(self.low, self.high)
        loss, gradient = self.closure(x)
        point = torch.stack([x, gradient])
        pair = (point - self.point).flatten(1)
        slope, rise = torch.dot(pair[0], free.flatten()), loss - self.loss
        good = (slope < 0) & (rise <= SUFFICIENT_DECREASE * slope) & _finite(loss, gradient) & ~self.stuck
        self.memory.add(pair, good)
        torch.where(good, point, self.point, out=self.point)
        torch.where(good, loss, self.loss, out=self.loss)
        self.steps += good
        self._aim(good, slope, rise)

    def _free_gradient(self) -> Tensor:
        """The gradient, 0 where `x` is at a bound and would leave the box."""
        outward = ((self.x <= self.low) & (self.gradient > 0)) | ((self.x >= self.high) & (self.gradient < 0))
        return self.gradient.masked_fill(outward, 0)

    def _length(self, direction: Tensor) -> Tensor:
        """What the direction is multiplied by."""
        rms: Tensor = torch.linalg.vector_norm(direction) / math.sqrt(direction.numel())
        longest = self.longest / rms
        length = torch.where(self.memory.pairs > 0, longest.clamp_max(1), longest.clamp_max(FIRST_STEP / rms))
        return self.shortened * length.masked_fill_(rms == 0, 0)

    def _aim(self, good: Tensor, slope: Tensor, rise: Tensor) -> None:
        """Chooses the next trial: along a new direction after a good point, and after too many bad ones."""
        trials = (self.trials + 1).masked_fill_(good, 0)
        hopeless = ~good & ((trials >= MAX_LINE_SEARCH_STEPS) | ~(slope < 0))
        self.trials.copy_(trials.masked_fill_(hopeless, 0))
        # The minimum of the parabola through both losses and the slope, kept within reason.
        self.shortened *= (slope / (2 * (slope - rise))).nan_to_num_(0).clamp_(0.1, 0.5)
        self.shortened.masked_fill_(good | hopeless, 1)
        known = self.memory.pairs > 0
        self.longest /= 1 + 3 * (hopeless & known)
        self.stuck |= hopeless & ~known
        self.memory.forget(hopeless)


class _History:
    """The last pairs: a step s and the difference y of the gradients, (n,) like `x`, and their inner products.

    They are the rows of a ring buffer. It has one row more than pairs are kept: a new pair is written there before it
    is known whether it is wanted.
    """

    def __init__(self, x: Tensor, history: int) -> None:
        self.history, self.size = history, history + 1
        self.used = 0  # rows written so far: no time is spent on the others
        self.vectors = x.new_zeros(self.size, 2, len(x))
        self.products = x.new_zeros(self.size, 2, self.size, 2, dtype=torch.float64)  # of s_i or y_i with s_j or y_j
        self.pairs = torch.zeros((), dtype=torch.int64, device=x.device)
        self.next = torch.zeros((1,), dtype=torch.int64, device=x.device)
        self.numbers = torch.arange(self.size, device=x.device)

    def fill(self) -> None:
        """Counts all rows as used: in a CUDA graph, their number cannot grow from step to step."""
        self.used = self.size

    def forget(self, wanted: Tensor) -> None:
        self.pairs.masked_fill_(wanted, 0)

    def add(self, pair: Tensor, wanted: Tensor) -> None:
        """Keeps a pair (2, n) if it is wanted and the curvature along it is positive. `pair` is overwritten."""
        pair.masked_fill_(~wanted, 0)  # NaN would stay NaN even times 0
        self.used = min(self.used + 1, self.size)
        self.vectors.index_copy_(0, self.next, pair[None])
        found = self._inner_products(pair.t())
        self.products.index_copy_(0, self.next, found.permute(2, 0, 1)[None])
        self.products.index_copy_(2, self.next, found[:, :, None])
        (s_s, s_y), (_, y_y) = found[self.next][0]
        kept = wanted & (s_y > 1e-10 * (s_s * y_y).sqrt())
        self.pairs.add_(kept).clamp_max_(self.history)
        self.next.add_(kept).remainder_(self.size)

    def direction(self, gradient: Tensor) -> Tensor:
        """-H g, with H as gamma I + [S, gamma Y] M [S, gamma Y]^T (Byrd et al., eq. 3.1)."""
        rows = (self.next - self.pairs + self.numbers) % self.size  # first those of the pairs, oldest first
        unknown = self.numbers >= self.pairs
        s_g, y_g = self._inner_products(gradient)[rows, :, None].masked_fill_(unknown[:, None, None], 0).unbind(1)
        either = (unknown | unknown[:, None])[:, None, :]
        s_y, y_y = self.products[rows, :, :, 1][..., rows].masked_fill_(either, 0).unbind(1)
        gamma = self._gamma()
        upper = s_y.triu() + torch.diag(unknown)
        u = torch.linalg.solve_triangular(upper, s_g, upper=True)
        right = s_y.diagonal()[:, None] * u + gamma * (y_y @ u - y_g)
        w = torch.linalg.solve_triangular(upper.t(), right, upper=False)
        shares = torch.empty_like(self.products[0, 0]).index_copy_(0, rows, torch.cat([-w, gamma * u], dim=1))
        by_row = shares[: self.used].flatten().to(gradient.dtype)
        return torch.addmv(gradient * -gamma.to(gradient.dtype), self._rows().t(), by_row)

    def _gamma(self) -> Tensor:
        """The scale of H where no pair says more: from the newest pair (Nocedal and Wright, eq. 7.20)."""
        newest = (self.next - 1) % self.size
        found = self.products[newest, :, newest, 1][0]  # s . y and y . y
        return (found[0] / found[1]).masked_fill_(self.pairs == 0, 1)

    def _rows(self) -> Tensor:
        """(2 used, n)"""
        return self.vectors[: self.used].flatten(0, 1)

    def _inner_products(self, x: Tensor) -> Tensor:
        """Of each s and y with a vector (n,), or with several (n, k): (size, 2) or (size, 2, k)."""
        products = self.products.new_zeros(self.size, 2, *x.shape[1:])
        products[: self.used] = (self._rows() @ x).view(self.used, *products.shape[1:])
        return products


def _finite(loss: Tensor, gradient: Tensor) -> Tensor:
    size: Tensor = torch.linalg.vector_norm(gradient, 1)
    return (loss + size).isfinite()
