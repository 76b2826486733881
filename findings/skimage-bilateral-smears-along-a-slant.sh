#!/usr/bin/env bash
# One would guess: scikit-image's denoise_bilateral() weighs each neighbour by its distance, so that the pixel itself
# counts most, and all sides alike: a mirrored photo gives the mirrored result.
#
# What is so: the table of these weights is one row and one column larger than the window that is read from it. So
# each row of the window is read one place further along, and half-way it wraps around: instead of a round hill there
# are two torn pieces along a slant. With sigma_spatial=2, where only distance counts, next to nothing of a point
# stays in its place (0.04 % instead of 4 %); most of it comes out two rows up and five columns to the right, the rest
# six columns to the left. A mirrored photo gives another result. Flat areas and strong edges hide it, but what is
# fine is taken from beside itself. Nothing is said, and a denoised photo does look denoised.
#
# Who meets it: who smooths photos for a painted look, or before tracing and quantising: all window sizes are
# concerned, the default among them. OpenCV's bilateralFilter() is right.
#
# Source: run here; skimage/restoration/_denoise.py, _compute_spatial_lut(): np.arange(-win_size // 2, win_size // 2 +
# 1), which are 14 numbers for a window of 13, and _denoise_cy.pyx, which reads 13 a row.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python-headless==4.14.0.94 scikit-image==0.26.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import cv2
import numpy as np
from skimage.restoration import denoise_bilateral

SIZE, MIDDLE = 61, 30
point = np.zeros((SIZE, SIZE), np.float32)
point[MIDDLE, MIDDLE] = 1
photo = np.random.default_rng(0).random((48, 64), dtype=np.float32)
rows, columns = np.mgrid[:SIZE, :SIZE] - MIDDLE


def measure(smooth):
    """What is left of a point in its place, where its middle lies, and what mirroring changes; colours do not count."""
    spread = smooth(point)
    spread = spread / spread.sum()
    there = float(spread[MIDDLE, MIDDLE])
    place = float((spread * rows).sum()), float((spread * columns).sum())
    mirrored = np.abs(smooth(photo[:, ::-1].copy())[:, ::-1] - smooth(photo))[12:-12, 12:-12].max()
    return there, place, float(mirrored)


print("scikit-image", version("scikit-image"), "OpenCV", cv2.__version__)
exact = np.exp(-(rows**2 + columns**2) / (2 * 2**2)) * (np.maximum(abs(rows), abs(columns)) <= 6)
exact /= exact.sum()
ways = {"scikit-image": lambda image: denoise_bilateral(image, sigma_color=1e4, sigma_spatial=2),
        "scikit-image, win_size=9": lambda image: denoise_bilateral(image, win_size=9, sigma_color=1e4,
                                                                    sigma_spatial=2),
        "OpenCV": lambda image: cv2.bilateralFilter(image, 13, 1e4, 2)}
for name, smooth in ways.items():
    there, place, mirrored = measure(smooth)
    print(f"  {name}: {there:.2%} of a point stays in its place (exactly {exact.max():.2%}), its middle moves by "
          f"{place[0]:+.2f} rows and {place[1]:+.2f} columns; a mirrored photo differs by up to {mirrored:.3f}")
    right = name == "OpenCV"
    assert (there > 0.035) == right and (max(map(abs, place)) < 0.1) == right and (mirrored < 0.001) == right, \
        "this has changed"
PY
