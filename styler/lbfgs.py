"""Projected L-BFGS: minimises a function of many variables, each of which stays between two bounds.

J. Nocedal and S. J. Wright, "Numerical Optimization" (2nd ed., 2006), algorithms 7.4 (two-loop recursion) and 3.1
(backtracking); D. P. Bertsekas, "Projected Newton Methods for Optimization Problems with Simple Constraints" (1982).

differs from torch.optim.LBFGS: an Armijo line search (there none, or strong Wolfe, which costs gradients), the box, a
cap on the step, and the two-loop recursion done on inner products (Chen et al., "Large-scale L-BFGS using MapReduce",
NIPS 2014), so that a direction is two matrix-vector products and a loop over a few numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

# x -> its loss, and a function for the gradient there, called only for points that are accepted.
Closure = Callable[[Tensor], tuple[Tensor, Callable[[], Tensor]]]

HISTORY = 20  # pairs; 100 take five times the memory, and their loss is 2 % lower
SUFFICIENT_DECREASE = 1e-4  # Armijo's c1
TRIALS = 8  # of the line search
FIRST_STEP = 4.0  # root mean square, in units of x: of 255 for pixels
LONGEST_STEP = 25.0


class LBFGS:
    """A minimisation from `x`, any shape, within `low` and `high`. `x`, `loss` and `evaluations` tell how far it is.

    `x` is always the best point so far. `finite` is whether its loss and gradient are: where they are not at the start,
    there is no step to take.
    """

    def __init__(self, closure: Closure, x: Tensor, low: float, high: float, history: int = HISTORY) -> None:
        self.closure, self.low, self.high = closure, low, high
        self.longest = LONGEST_STEP
        self.x = x.clamp(low, high)
        loss, gradient = closure(self.x)
        self.loss, self.gradient, self.evaluations = loss.item(), gradient(), 1
        self.finite = math.isfinite(self.loss) and _is_finite(self.gradient)
        self.memory = _Memory(self.x.flatten(), history)

    def step(self) -> bool:
        """One step to a point with a smaller loss; False if none was found, and none will be: `x` stays what it was.

        When the line search fails, the curvature it went by was wrong: it is forgotten, and the steepest descent is
        tried with smaller steps.
        """
        gradient = self._free_gradient()
        direction = self._masked(self.memory.direction(gradient.flatten()).view_as(gradient), gradient)
        if self.memory.pairs and self._search(gradient, direction, self.longest):
            return True
        if self.memory.pairs:
            self.longest /= 4
        self.memory.clear()
        return self._search(gradient, -gradient, min(FIRST_STEP, self.longest), at_least=True)

    def _free_gradient(self) -> Tensor:
        """The gradient, 0 where `x` is at a bound and would leave the box."""
        outward = ((self.x <= self.low) & (self.gradient > 0)) | ((self.x >= self.high) & (self.gradient < 0))
        return self.gradient.masked_fill(outward, 0)

    @staticmethod
    def _masked(direction: Tensor, gradient: Tensor) -> Tensor:
        return direction.masked_fill(gradient == 0, 0)

    def _search(self, gradient: Tensor, direction: Tensor, longest: float, *, at_least: bool = False) -> bool:
        """Backtracks along the projected `direction` until the loss has decreased sufficiently (Armijo)."""
        rms = direction.square().mean().sqrt().item()
        if not (math.isfinite(rms) and rms > 0):
            return False
        t = longest / rms if at_least else min(1.0, longest / rms)
        for _ in range(TRIALS):
            x = (self.x + t * direction).clamp_(self.low, self.high)
            slope = torch.dot((x - self.x).flatten(), gradient.flatten()).item()
            if slope >= 0:
                return False
            t *= self._try(x, slope)
            if t == 0:
                return True
        return False

    def _try(self, x: Tensor, slope: float) -> float:
        """Goes to `x` if it is good: 0; else the factor by which to shorten the step."""
        loss_there, gradient_there = self.closure(x)
        self.evaluations += 1
        loss = loss_there.item()
        if not math.isfinite(loss):
            return 0.1
        if loss > self.loss + SUFFICIENT_DECREASE * slope:
            # The minimum of the parabola through both losses and the slope, kept within reason.
            return min(0.5, max(0.1, -slope / (2 * (loss - self.loss - slope))))
        gradient = gradient_there()
        if not _is_finite(gradient):
            return 0.1
        self.memory.add((x - self.x).flatten(), (gradient - self.gradient).flatten())
        self.x, self.loss, self.gradient = x, loss, gradient
        return 0.0


class _Memory:
    """The last steps s and gradient differences y, (n,) like `x`, and their inner products."""

    def __init__(self, x: Tensor, history: int) -> None:
        self.history, self.pairs = history, 0
        self.next = 0  # the row to be overwritten
        self.vectors = x.new_empty(history, 2, len(x))  # s and y by turns, so that those in use lie together
        self.s_y = torch.zeros(history, history, dtype=torch.float64, device="cpu")  # s_i . y_j
        self.y_y = torch.zeros_like(self.s_y)

    def clear(self) -> None:
        self.pairs = self.next = 0

    def add(self, s: Tensor, y: Tensor) -> None:
        """Remembers a pair, if the curvature along it is positive."""
        lengths = torch.linalg.vector_norm(s) * torch.linalg.vector_norm(y)
        curvature, largest = torch.stack([torch.dot(s, y), lengths]).tolist()  # one wait for a GPU, not two
        if not curvature > 1e-10 * largest:
            return
        i, m = self.next, self.history
        self.vectors[i, 0], self.vectors[i, 1] = s, y
        self.pairs, self.next = min(self.pairs + 1, m), (i + 1) % m
        by_s, by_y = self._products(s, y)
        self.s_y[i], self.s_y[:, i] = by_s[:, 1], by_y[:, 0]
        self.y_y[i] = self.y_y[:, i] = by_y[:, 1]

    def direction(self, gradient: Tensor) -> Tensor:
        """-H g by the two-loop recursion, with every vector written as a sum of the remembered ones and g."""
        if not self.pairs:
            return -gradient
        m, order = self.history, [(self.next - 1 - k) % self.history for k in range(self.pairs)]  # newest first
        s_g, y_g = self._products(gradient)[0].t().tolist()
        s_y, y_y = self.s_y.tolist(), self.y_y.tolist()
        alpha, beta = [0.0] * m, [0.0] * m
        for k, i in enumerate(order):
            alpha[i] = (s_g[i] - sum(alpha[j] * s_y[i][j] for j in order[:k])) / s_y[i][i]
        newest = order[0]
        scale = s_y[newest][newest] / y_y[newest][newest]
        for k, i in reversed(list(enumerate(order))):
            y_r = scale * (y_g[i] - sum(alpha[j] * y_y[i][j] for j in order))
            y_r += sum((alpha[j] - beta[j]) * s_y[j][i] for j in order[k + 1 :])
            beta[i] = y_r / s_y[i][i]
        by_pair = [[b - a, scale * a] for a, b in zip(alpha, beta, strict=True)][: self.pairs]
        used, shares = self._used(), torch.tensor(by_pair, device="cpu")
        return torch.addmv(gradient, used.t(), shares.flatten().to(used, non_blocking=True), beta=-scale)

    def _used(self) -> Tensor:
        """(2 pairs, n). Until the memory is full the other rows hold anything, even NaN."""
        return self.vectors[: self.pairs].flatten(0, 1)

    def _products(self, *vectors: Tensor) -> Tensor:
        """The inner products (vectors, history, 2) of vectors with each s and y; 0 for those not there yet."""
        products = torch.zeros(len(vectors), self.history, 2, dtype=torch.float64, device="cpu")
        known = torch.stack([self._used() @ vector for vector in vectors])
        products[:, : self.pairs] = known.double().cpu().view(len(vectors), -1, 2)
        return products


def _is_finite(x: Tensor) -> bool:
    return math.isfinite(x.abs().sum().item())
