#!/usr/bin/env bash
# One would guess: a function that lays one picture upon another changes nothing else in the program.
#
# What is so: each of blend_modes' functions but normal() calls np.seterr(divide="ignore", invalid="ignore"), and
# leaves it so. From the first picture on, NumPy says nothing any more, anywhere in the program, of a division by zero
# or of a number that is none: a mean of nothing, a logarithm of 0, a picture divided by its maximum of 0. Nor do
# tests that turn warnings into errors, if they blend first. One case is the package's own: normal() takes pictures
# without alpha, which the others refuse, as clear ones, and its result is black and clear all over; NumPy's warning
# is the only sign of it.
#
# Who meets it: who composes layers in a larger program, and finds NaN far away from it, without the line that would
# have told where it came from. np.errstate() around the call keeps it in; give normal() an alpha of 255.
#
# Source: run here; blend_modes/blending_functions.py, _compose_alpha(): np.seterr(); normal(): np.zeros() for the
# alpha that is not there. The README says that pictures are RGBA, and nothing of NumPy's settings.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check blend_modes==2.2.0 numpy==2.4.6
cat > try.py <<'PY'
import warnings
from importlib.metadata import version

import blend_modes
import numpy as np

ground, layer = (np.dstack([np.full((4, 4, 3), shade), np.full((4, 4), 255.0)]) for shade in (200.0, 100.0))


def warned() -> list[str]:
    """What NumPy says of a picture that is all black, divided by its maximum."""
    black = np.zeros((4, 4))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        black / black.max()
        np.log(black)
    return [str(each.message) for each in caught]


print("blend_modes", version("blend_modes"))
before, settings = warned(), np.geterr()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    plain = blend_modes.normal(ground[..., :3], layer[..., :3], 0.5)[0, 0].tolist()
told = len(caught)
mixed = blend_modes.multiply(ground, layer, 1.0)[0, 0].round().tolist()
after = warned()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    again = blend_modes.normal(ground[..., :3], layer[..., :3], 0.5)[0, 0].tolist()
print(f"  before: {before}")
print(f"  multiply() gives {mixed}; after it: {after}, {np.geterr()}")
print(f"  normal() of two pictures without alpha: {plain}, warnings before {told}, after {len(caught)}")
assert len(before) == 2 and settings["divide"] == settings["invalid"] == "warn"
assert after == [], "this has changed"
assert plain == again == [0, 0, 0, 0] and told > 0 and not caught, "this has changed"
PY
venv/bin/python try.py
