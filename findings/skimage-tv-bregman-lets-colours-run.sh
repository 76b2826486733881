#!/usr/bin/env bash
# One would guess: scikit-image's denoise_tv_bregman(photo, channel_axis=-1) denoises each colour by itself: red,
# green and blue of a grey photo come out equal, and which colour comes first changes nothing.
#
# What is so: each colour begins with the result of the one before, and the method stops as soon as it changes little.
# So only the first colour comes out as it does alone; in the others something of the one before is left. A grey photo
# gets a tint of green or magenta, up to 4 shades of 255 with the default weight, and up to 9 with a small one; a
# drawing of flat colours gets ghosts of its other colours along the edges, also up to 9. A photo as BGR gives another
# result than as RGB. denoise_tv_chambolle() has none of this. No error, no warning.
#
# Who meets it: who smooths scans or photos before tracing, toning or separating colours; and who counts the colours
# afterwards, or takes grey to be grey. Call it for each channel, and stack the results.
#
# Source: run here; skimage/restoration/_denoise.py, denoise_tv_bregman(): channel_out is made once, in front of the
# loop over the channels.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scikit-image==0.26.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from skimage.filters import gaussian
from skimage.restoration import denoise_tv_bregman, denoise_tv_chambolle

plane = gaussian(np.random.default_rng(0).random((60, 80)), 2)
plane = (plane - plane.min()) / np.ptp(plane)
grey = np.stack([plane] * 3, axis=-1)
drawing = np.zeros((60, 80, 3))
drawing[:, :40], drawing[:, 40:], drawing[20:40, 30:50] = (1, 0, 0), (0, 0, 1), (1, 1, 0)


def together(picture: np.ndarray, **options: float) -> np.ndarray:
    return denoise_tv_bregman(picture, channel_axis=-1, **options) * 255


def apart(picture: np.ndarray, **options: float) -> np.ndarray:
    return np.stack([denoise_tv_bregman(picture[..., each], **options) for each in range(3)], axis=-1) * 255


def tint(picture: np.ndarray) -> float:
    return float(np.ptp(picture, axis=2).max())


print("scikit-image", version("scikit-image"))
for options in ({}, {"weight": 0.1}):
    made = together(grey, **options)
    print(f"  grey, {options or 'by default'}: red and green differ by up to {tint(made):.1f} of 255; "
          f"channel by channel {tint(apart(grey, **options)):.1f}")
    assert tint(apart(grey, **options)) == 0
    assert np.array_equal(made[..., 0], apart(grey, **options)[..., 0])
    assert tint(made) > 2, "this has changed"
errors = np.abs(together(drawing) - apart(drawing)).max(axis=(0, 1))
turned = np.abs(together(drawing[..., ::-1].copy())[..., ::-1] - together(drawing)).max()
print(f"  a drawing: red, green, blue are off by up to {errors.round(1).tolist()}; as BGR it differs by {turned:.1f}")
assert errors[0] == 0 and errors.max() > 4 and turned > 4, "this has changed"
chambolle = denoise_tv_chambolle(grey, channel_axis=-1) * 255
print(f"  denoise_tv_chambolle(), grey: {tint(chambolle):.1f}")
assert tint(chambolle) < 1e-6
PY
