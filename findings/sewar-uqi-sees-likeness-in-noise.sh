#!/usr/bin/env bash
# One would guess: sewar's uqi() is the universal image quality index of Wang and Bovik: 1 for equal pictures, about 0
# for pictures that have nothing in common, below 0 for a negative.
#
# What is so: in a window of N pixels the formula has N times the sum of the products less the product of the sums.
# The code takes means for the sums, and keeps the N: what should be a variance is nearly the mean square, and next to
# nothing of the structure is left. Two pictures that have nothing in common but their mean have 0.7 instead of 0, a
# picture and its negative 0.57 instead of -0.79, a picture and its blurred self 0.93 instead of 0.37. All lies
# between a half and 1, and looks plausible. A larger window makes it worse. No error, no warning.
#
# Who meets it: who compares stylised, restored or compressed pictures by "all image quality metrics you need", and
# holds the numbers against those of papers or of other programs.
#
# Source: run here; sewar/full_ref.py, _uqi_single(): uniform_filter() is a mean, where the authors' program sums; Z.
# Wang and A. C. Bovik, "A universal image quality index", 2002.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 sewar==0.4.10
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import gaussian_filter
from sewar.full_ref import uqi

SIZE, WINDOW = 160, 8
random = np.random.default_rng(0)


def texture(seed: int) -> np.ndarray:
    """A picture with large and small things, of mean 128, as bytes."""
    noise = np.random.default_rng(seed).normal(size=(SIZE, SIZE))
    layers = [gaussian_filter(noise, sigma) for sigma in (1, 3, 9)]
    return (128 + 25 * sum(layer / layer.std() for layer in layers)).clip(1, 255).astype(np.uint8)


def formula(one: np.ndarray, other: np.ndarray, window: int = WINDOW) -> float:
    """The index as it is published, by the means, variances and covariances of all windows."""
    x, y = (sliding_window_view(each.astype(float), (window, window)).reshape(-1, window**2) for each in (one, other))
    mean_x, mean_y = x.mean(axis=1), y.mean(axis=1)
    product = ((x - mean_x[:, None]) * (y - mean_y[:, None])).mean(axis=1)
    return float(np.mean(4 * product * mean_x * mean_y
                         / ((x.var(axis=1) + y.var(axis=1)) * (mean_x**2 + mean_y**2))))


photo = texture(1)
others = {
    "itself": photo,
    "another picture": texture(2),
    "noise": random.integers(1, 256, photo.shape, np.uint8),
    "its negative": 255 - photo,
    "itself, blurred": gaussian_filter(photo, 4),
    "itself with noise": (photo + random.normal(0, 25, photo.shape)).clip(1, 255).astype(np.uint8),
}
print("sewar", version("sewar"))
found = {}
for name, other in others.items():
    found[name] = uqi(photo, other), formula(photo, other)
    print(f"  the picture and {name}: {found[name][0]:.3f}, by the formula {found[name][1]:.3f}")
wide = uqi(photo, others["another picture"], ws=32)
print(f"  the picture and another one, windows of 32 pixels: {wide:.3f}, "
      f"by the formula {formula(photo, others['another picture'], 32):.3f}")
assert abs(found["itself"][0] - 1) < 1e-9 and abs(found["itself"][1] - 1) < 1e-9
for name in ("another picture", "noise"):
    assert abs(found[name][1]) < 0.05 and found[name][0] > 0.4, "this has changed"
assert found["its negative"][1] < -0.5 and found["its negative"][0] > 0.3, "this has changed"
assert found["itself, blurred"][0] > found["itself, blurred"][1] + 0.3, "this has changed"
PY
