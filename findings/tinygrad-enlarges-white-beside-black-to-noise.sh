#!/usr/bin/env bash
# One would guess: tinygrad's Tensor.interpolate(mode="linear") of a picture in uint8 gives that of floats, rounded. It
# has code of its own for uint8, and each value of a linear interpolation lies between its neighbours.
#
# What is so: that code keeps the difference of two neighbours in 8 bits with a sign. Where they are more than 127
# apart, it wraps: between 0 and 200 come 249, 235, 221, 207, not 25, 75, 125, 175. So each edge of black and white gets
# a rim of wrong shades; where no edge is as hard, all is right to one shade, and so is everything in floats.
#
# Who meets it: who reduces or enlarges photos before the network as they come from a decoder, and casts afterwards:
# text, branches against the sky and backlit faces get frayed edges. Cast to float before.
#
# Source: run here (on its device PYTHON, which needs no compiler; the rule is the same for all); tinygrad/mixin/
# elementwise.py, lerp(): (end - self).cast(dtypes.int8).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tinygrad==0.14.0
DEV=PYTHON "$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from tinygrad import Tensor, dtypes


def enlarged(row, kind):
    """A row of two pixels as one of eight."""
    return Tensor(np.array([row], np.uint8)).cast(kind).interpolate((1, 8), mode="linear").numpy()[0].astype(float)


print("tinygrad", version("tinygrad"))
wrong = {}
for row in ([100, 200], [0, 127], [127, 0], [0, 128], [0, 200], [255, 0]):
    of_bytes, of_floats = enlarged(row, dtypes.uint8), enlarged(row, dtypes.float32)
    assert min(row) <= of_floats.min() <= of_floats.max() <= max(row)
    wrong[tuple(row)] = np.abs(of_bytes - of_floats).max()
    print(f"  {row}: {of_bytes.astype(int).tolist()}; of floats {of_floats.round().astype(int).tolist()}")
assert [error > 50 for error in wrong.values()] == [False, False, False, True, True, True], "this has changed"
assert all(error < 2 for error in wrong.values() if error <= 50)

rng = np.random.default_rng(0)
soft = np.linspace(90, 160, 24 * 24).reshape(24, 24) + rng.normal(0, 8, (24, 24))
hard = np.where(np.add.outer(np.arange(24), np.arange(24)) % 12 < 6, 20, 235)
for name, picture in (("without hard edges", soft), ("of black and white bars", hard)):
    image = Tensor(picture.round().astype(np.uint8))
    kinds = dtypes.uint8, dtypes.float32
    got, meant = (image.cast(kind).interpolate((36, 36), mode="linear").numpy() for kind in kinds)
    share = (np.abs(got.astype(float) - meant) > 20).mean()
    print(f"  a picture {name}: {share:.0%} of the pixels are wrong by more than 20 shades")
    assert (share > 0.1) == (name != "without hard edges"), "this has changed"
PY
