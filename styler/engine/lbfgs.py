"""Projected L-BFGS: minimises a function of many variables, each of which stays between two bounds.

J. Nocedal and S. J. Wright, "Numerical Optimization" (2nd ed., 2006), algorithm 3.1 (backtracking); R. H. Byrd,
J. Nocedal and R. B. Schnabel, "Representations of quasi-Newton matrices and their use in limited memory methods"
(Mathematical Programming 63, 1994), theorem 2.2; D. P. Bertsekas, "Projected Newton Methods for Optimization Problems
with Simple Constraints" (1982).

Differs from torch.optim.LBFGS: an Armijo line search (there none, or strong Wolfe), the box, a cap on the step, and the
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

    def __init__(self, closure: Closure, x: Tensor, low: float, high: float, history_size: int = HISTORY_SIZE) -> None:
        self.closure, self.low, self.high, self.history_size = closure, low, high, history_size
        self.steps = torch.zeros((), dtype=torch.int64, device=x.device)
        self.reset(x)

    def reset(self, x: Tensor) -> None:
        """Starts from `x`, without any pairs. The count of steps goes on."""
        x = x.clamp(self.low, self.high)
        loss, gradient = self.closure(x)
        self.stuck = ~_finite(loss, gradient)
        self.loss = loss.masked_fill(self.stuck, torch.nan)
        self.point = torch.stack([x, gradient])
        self.history = History(x.flatten(), self.history_size)
        self.line_search_steps = torch.zeros_like(self.steps)
        self.max_step = torch.full_like(self.loss, MAX_STEP)
        self.step_scale = torch.ones_like(self.loss)  # below 1 after a point of this line search that failed

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
        direction = self.history.direction(free.flatten()).view_as(free).masked_fill_(free == 0, 0)
        x = (self.x + self._length(direction) * direction).clamp_(self.low, self.high)
        loss, gradient = self.closure(x)
        point = torch.stack([x, gradient])
        pair = (point - self.point).flatten(1)
        slope, rise = torch.dot(pair[0], free.flatten()), loss - self.loss
        good = (slope < 0) & (rise <= SUFFICIENT_DECREASE * slope) & _finite(loss, gradient) & ~self.stuck
        self.history.add(pair, good)
        torch.where(good, point, self.point, out=self.point)
        torch.where(good, loss, self.loss, out=self.loss)
        self.steps += good
        self._choose_next(good, slope, rise)

    def _free_gradient(self) -> Tensor:
        """The gradient, 0 where `x` is at a bound and would leave the box."""
        outward = ((self.x <= self.low) & (self.gradient > 0)) | ((self.x >= self.high) & (self.gradient < 0))
        return self.gradient.masked_fill(outward, 0)

    def _length(self, direction: Tensor) -> Tensor:
        """What the direction is multiplied by."""
        rms: Tensor = torch.linalg.vector_norm(direction) / math.sqrt(direction.numel())
        most = self.max_step / rms
        length = torch.where(self.history.pairs > 0, most.clamp_max(1), most.clamp_max(FIRST_STEP / rms))
        return self.step_scale * length.masked_fill_(rms == 0, 0)

    def _choose_next(self, good: Tensor, slope: Tensor, rise: Tensor) -> None:
        """Chooses the next point: along a new direction after a good one, and after too many bad ones."""
        taken = (self.line_search_steps + 1).masked_fill_(good, 0)
        hopeless = ~good & ((taken >= MAX_LINE_SEARCH_STEPS) | ~(slope < 0))
        self.line_search_steps.copy_(taken.masked_fill_(hopeless, 0))
        # The minimum of the parabola through both losses and the slope, kept within reason.
        self.step_scale *= (slope / (2 * (slope - rise))).nan_to_num_(0).clamp_(0.1, 0.5)
        self.step_scale.masked_fill_(good | hopeless, 1)
        known = self.history.pairs > 0
        self.max_step /= 1 + 3 * (hopeless & known)
        self.stuck |= hopeless & ~known
        self.history.forget(hopeless)


class History:
    """The last pairs: a step s and the difference y of the gradients, (n,) like `x`, and their inner products.

    They are the columns of S and Y in Byrd et al. Here they are the rows of a ring buffer, which has one row more than
    pairs are kept: a new pair is written there before it is known whether it is wanted.
    """

    def __init__(self, x: Tensor, size: int) -> None:
        self.size, self.rows = size, size + 1
        self.filled = 0  # rows written so far: no time is spent on the others
        self.vectors = x.new_zeros(self.rows, 2, len(x))  # s and y by row
        self.products = x.new_zeros(self.rows, 2, self.rows, 2, dtype=torch.float64)  # of s_i or y_i with s_j or y_j
        self.pairs = torch.zeros((), dtype=torch.int64, device=x.device)
        self.next = torch.zeros((1,), dtype=torch.int64, device=x.device)  # the row that is written next
        self.indices = torch.arange(self.rows, device=x.device)

    def fill(self) -> None:
        """Counts all rows as filled: in a CUDA graph, their number cannot grow from step to step."""
        self.filled = self.rows

    def forget(self, wanted: Tensor) -> None:
        self.pairs.masked_fill_(wanted, 0)

    def add(self, pair: Tensor, wanted: Tensor) -> None:
        """Keeps a pair (2, n) if it is wanted and the curvature along it is positive. `pair` is overwritten."""
        pair.masked_fill_(~wanted, 0)  # NaN would stay NaN even times 0
        self.filled = min(self.filled + 1, self.rows)
        self.vectors.index_copy_(0, self.next, pair[None])
        found = self._inner_products(pair.t())
        self.products.index_copy_(0, self.next, found.permute(2, 0, 1)[None])
        self.products.index_copy_(2, self.next, found[:, :, None])
        (s_s, s_y), (_, y_y) = found[self.next][0]
        kept = wanted & (s_y > 1e-10 * (s_s * y_y).sqrt())
        self.pairs.add_(kept).clamp_max_(self.size)
        self.next.add_(kept).remainder_(self.rows)

    def direction(self, gradient: Tensor) -> Tensor:
        """-H g, with H as gamma I + [S, gamma Y] M [S, gamma Y]^T (Byrd et al., eq. 3.1).

        Of M are R, the upper triangle of S^T Y, and D, its diagonal. Rows without a pair are the identity's in R.
        """
        order = (self.next - self.pairs + self.indices) % self.rows  # first the rows of the pairs, oldest first
        unknown = self.indices >= self.pairs
        s_g, y_g = self._inner_products(gradient)[order, :, None].masked_fill_(unknown[:, None, None], 0).unbind(1)
        either = (unknown | unknown[:, None])[:, None, :]
        s_y, y_y = self.products[order, :, :, 1][..., order].masked_fill_(either, 0).unbind(1)
        gamma = self._gamma()
        r = s_y.triu() + torch.diag(unknown)
        u = torch.linalg.solve_triangular(r, s_g, upper=True)  # R^-1 S^T g
        right = s_y.diagonal()[:, None] * u + gamma * (y_y @ u - y_g)
        w = torch.linalg.solve_triangular(r.t(), right, upper=False)  # R^-T (D u + gamma (Y^T Y u - Y^T g))
        shares = torch.empty_like(self.products[0, 0]).index_copy_(0, order, torch.cat([-w, gamma * u], dim=1))
        by_row = shares[: self.filled].flatten().to(gradient.dtype)
        return torch.addmv(gradient * -gamma.to(gradient.dtype), self._rows().t(), by_row)

    def _gamma(self) -> Tensor:
        """The scale of H where no pair says more: from the newest pair (Nocedal and Wright, eq. 7.20)."""
        newest = (self.next - 1) % self.rows
        found = self.products[newest, :, newest, 1][0]  # s . y and y . y
        return (found[0] / found[1]).masked_fill_(self.pairs == 0, 1)

    def _rows(self) -> Tensor:
        """(2 filled, n)"""
        return self.vectors[: self.filled].flatten(0, 1)

    def _inner_products(self, x: Tensor) -> Tensor:
        """Of each s and y with a vector (n,), or with several (n, k): (rows, 2) or (rows, 2, k)."""
        products = self.products.new_zeros(self.rows, 2, *x.shape[1:])
        products[: self.filled] = (self._rows() @ x).view(self.filled, *products.shape[1:])
        return products


def _finite(loss: Tensor, gradient: Tensor) -> Tensor:
    size: Tensor = torch.linalg.vector_norm(gradient, 1)
    return (loss + size).isfinite()
