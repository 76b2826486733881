#!/usr/bin/env bash
# One would guess: unsharp_mask(photo, channel_axis=-1) of scikit-image sharpens each of the photo's colours, as
# channel_axis=2 does; -1 is how its documentation names the last axis everywhere.
#
# What is so: it takes the photo's first three rows for its colours, writes those (with the colours mixed), and never
# writes the rest of the result: that is what lay in memory, mostly 0, so the photo is black, or else remains of
# something else, or numbers that are none. The shape and the type are right. With channel_axis=2, and with none, all
# is well. No error, no warning.
#
# Who meets it: who writes channel_axis=-1, as with all of the package's other filters (gaussian() is right, and so is
# each that turns the axes first).
#
# Source: run here; skimage/filters/_unsharp_mask.py: np.empty_like(), filled by slice_at_axis(channel, -1), which is
# (slice(None),) * -1, nothing, before the channel (skimage/_shared/utils.py); github.com/scikit-image/scikit-image,
# issue 7264 (open since 2023: the photo turns black).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scikit-image==0.26.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from skimage.filters import gaussian, unsharp_mask

photo = 0.4 + 0.2 * np.random.default_rng(0).random((256, 256, 3))  # far from 0 and 1, where it would be cut off


def share(result: np.ndarray, right: np.ndarray) -> float:
    """How much of it is as it should be."""
    return float(np.isclose(result, right).mean())


last = unsharp_mask(photo, channel_axis=-1)
right = unsharp_mask(photo, channel_axis=2)
each = np.stack([unsharp_mask(photo[..., colour]) for colour in range(3)], axis=-1)
print("scikit-image", version("scikit-image"))
print(f"  channel_axis=2: right in {share(right, each):.0%}")
print(f"  channel_axis=-1: right in {share(last, each):.0%}")
alike = np.array_equal(gaussian(photo, channel_axis=-1), gaussian(photo, channel_axis=2))
print(f"  gaussian(), -1 and 2 alike: {alike}")
assert last.shape == photo.shape and last.dtype == photo.dtype
assert np.allclose(right, each)
assert share(last, each) < 0.1, "this has changed"
PY
