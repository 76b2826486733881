#!/usr/bin/env bash
# One would guess: POT's distances between the colours of two photos (ot.sliced_wasserstein_distance(), and
# ot.wasserstein_1d() of one channel) take the pixels as Pillow, OpenCV and imageio give them, in uint8, or refuse them.
#
# What is so: they compute in the array's own type. The random directions of the sliced distance, all shorter than 1,
# become 0 in it, and so does the distance: of any two photos, of a black and a white one, too; 0 means that the colours
# are the same. It is so with int64. The distance along one axis, wasserstein_1d(), weighs by 1/n, which becomes 0, too.
# Of floats both are right. No warning. ot.dist() refuses bytes by an error, so the rest of the package is safe.
#
# Who meets it: who measures how far a painting's colours are from the style's, sorts photos by their colours, or stops
# a colour transfer once the distance is small. Give it pixels / 255.
#
# Source: run here; ot/sliced/_utils.py, get_random_projections(type_as=...), and ot/lp/solver_1d.py. The documentation
# of the arguments says array-like, and nothing of their type.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pot==0.9.7.post1
"$folder/venv/bin/python" -W error - <<'PY'
from importlib.metadata import version

import numpy as np
import ot

rng = np.random.default_rng(0)
dark = rng.integers(0, 60, (2000, 3), dtype=np.uint8)
light = rng.integers(190, 256, (2000, 3), dtype=np.uint8)


def measured(one, other):
    sliced = ot.sliced_wasserstein_distance(one, other, n_projections=200, seed=0)
    return float(sliced), float(ot.wasserstein_1d(one[:, 0], other[:, 0]))


print("POT", version("pot"))
found = {}
for kind in ("uint8", "int64", "float32", "float64"):
    found[kind] = measured(dark.astype(kind), light.astype(kind))
    print("  a dark and a light photo in {}: sliced {:.2f}, of the reds alone {:.2f}".format(kind, *found[kind]))
assert found["uint8"] == found["int64"] == (0, 0), "this has changed"
mean = light.mean(dtype=float) - dark.mean(dtype=float)
for kind in ("float32", "float64"):
    assert 100 < found[kind][0] < 300 and abs(found[kind][1] - mean) < 3
try:
    ot.dist(dark[:5], light[:5])
except OverflowError:
    print("  ot.dist() refuses bytes")
else:
    raise SystemExit("this has changed")
PY
