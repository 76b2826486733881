#!/usr/bin/env bash
# One would guess: a function for scipy.optimize.minimize(jac=True) may return its gradient in the same array each
# time, as PyTorch's x.grad.numpy() is one, and as out= makes one: SciPy hands x over as a copy, so it keeps what it
# needs.
#
# What is so: it keeps the array itself as "the gradient of before". By the time the two are subtracted, both are the
# new one. BFGS then learns nothing of the curvature and creeps; CG becomes steepest descent; trust-constr ends far
# from the minimum; and Newton-CG, which asks for the gradient beside x, takes the curvature for 0, and returns the
# starting point with success=True, "Optimization terminated successfully". L-BFGS-B, TNC and SLSQP are right. With
# return loss, grad.copy() all are. No error, no warning: the loss falls, only slowly.
#
# Who meets it: who optimises a picture by a loss in PyTorch, and lets SciPy drive: with L-BFGS-B all is well, and
# then one tries the others, and finds them bad. In float32 SciPy's conversion to float64 copies by chance.
#
# Source: run here, with one array of NumPy; seen with PyTorch 2.15's x.grad.numpy(), too;
# scipy/optimize/_differentiable_functions.py and _optimize.py (yk = gfkp1 - gfk in _minimize_bfgs). The documentation
# of `jac` says nothing of who owns the array; SciPy's pull request 10757 made x a copy.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
cat > try.py <<'PY'
import warnings
from importlib.metadata import version

import numpy as np
from scipy.optimize import minimize

SIZE, STEPS = 50, 60
WEIGHTS = np.linspace(1, 100, SIZE)
gradient = np.zeros(SIZE)  # always the same array, as x.grad of PyTorch is


def loss(x: np.ndarray) -> float:
    """A bowl that is far from round, with a valley in it."""
    bent = x[1:] - x[:-1] ** 2
    gradient[:] = 2 * WEIGHTS * (x - 1)
    gradient[1:] += 2 * bent
    gradient[:-1] -= 4 * bent * x[:-1]
    return float((WEIGHTS * (x - 1) ** 2).sum() + (bent**2).sum())


def shown(x: np.ndarray) -> tuple[float, np.ndarray]:
    return loss(x), gradient


def copied(x: np.ndarray) -> tuple[float, np.ndarray]:
    return loss(x), gradient.copy()


warnings.simplefilter("ignore")  # of CG and trust-constr, which reach the last step
start = np.zeros(SIZE)
print("SciPy", version("scipy"), "the loss at the start is", loss(start))
results = {}
for method in ("BFGS", "CG", "Newton-CG", "trust-constr", "L-BFGS-B", "TNC", "SLSQP"):
    one, other = (minimize(function, start, jac=True, method=method, options={"maxiter": STEPS})
                  for function in (copied, shown))
    print(f"  {method}: {one.fun:.2g} with a copy, {other.fun:.2g} with the array itself, success={other.success}")
    results[method] = one.fun, other.fun, other.success
for method, (one, other, success) in results.items():
    assert one < 0.1
    assert (other == one) == (method in ("L-BFGS-B", "TNC", "SLSQP")), "this has changed"
assert results["BFGS"][1] > 100 and results["CG"][1] > 100 * results["CG"][0], "this has changed"
assert results["Newton-CG"][1:] == (loss(start), True), "this has changed"
PY
venv/bin/python try.py
