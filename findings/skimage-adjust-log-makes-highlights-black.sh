#!/usr/bin/env bash
# One would guess: adjust_log(photo, gain=1.2) of scikit-image lightens a photo, its shadows above all, and what becomes
# lighter than white is white, as with adjust_gamma(), which has a `gain`, too, and with OpenCV and Pillow.
#
# What is so: what becomes lighter than white begins again at black. With a gain of 1.2 a white of 255 becomes 50, and
# all shades from 201 on lie between 0 and 50: a sky is black, with bands of all colours where its channels pass over at
# different places. It is so with inv=True as well, and in 16 bits, where adjust_gamma() does the same; floats go over 1.
# No error, no warning.
#
# Who meets it: who lightens dark photos by more than the curve itself does, which is what `gain`, "the constant
# multiplier", is for. Convert to floats, and clip.
#
# Source: run here; skimage/exposure/exposure.py: adjust_log() ends with astype(dtype), while adjust_gamma() takes
# np.minimum(np.rint(lut), 255) for 8 bits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 scikit-image==0.26.0
venv/bin/python - <<'PY'
import numpy as np
import skimage
from skimage.exposure import adjust_gamma, adjust_log

SHADES = [0, 60, 120, 180, 200, 220, 255]
print("scikit-image", skimage.__version__)
print(f"  the shades {SHADES} with gain=1.2 become")
for name, scale, dtype in (("8 bits", 1, np.uint8), ("16 bits", 257, np.uint16)):
    photo = (np.array([SHADES]) * scale).astype(dtype)
    by_log = (adjust_log(photo, gain=1.2)[0] / scale).round().astype(int)
    inverse = (adjust_log(photo, gain=1.2, inv=True)[0] / scale).round().astype(int)
    by_gamma = (adjust_gamma(photo, gamma=0.6, gain=1.2)[0] / scale).round().astype(int)
    print(f"    of {name}: {by_log.tolist()} by adjust_log, {inverse.tolist()} with inv=True, "
          f"{by_gamma.tolist()} by adjust_gamma")
    assert (by_gamma[-1] == 255) == (name == "8 bits"), "this has changed"
    assert by_log[3] > 200 and by_log[-1] < 60, "this has changed"
    assert inverse[-2] > 200 and inverse[-1] < 60, "this has changed"
PY
