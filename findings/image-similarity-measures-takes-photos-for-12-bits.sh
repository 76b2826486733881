#!/usr/bin/env bash
# One would guess: evaluation() of image-similarity-measures, which compares two picture files by eight measures, gives
# for two photos what others give; and for a photo and itself the best value of each measure.
#
# What is so: it measures as if the photos had 12 bits, and there is no argument to say otherwise. PSNR is 24 dB too
# high (a photo under heavy noise gets 44), RMSE a sixteenth of that of 0 to 1, and SSIM says 0.96 where it is 0.39. The
# spectral angle is computed in the photo's 8 bits, which overflow: a photo is turned by 90 degrees against itself, and
# by about as much against another. ISSM is 0 for both. No warning says that the values mean nothing.
#
# Who meets it: who compares enlargements, restorations or paintings of a photo as the README shows it, and quotes the
# values. The measures' own functions are right if one calls them with max_p=255 and floats (ISSM is not).
#
# Source: run here; image_similarity_measures/evaluate.py (cv2.imread, then each measure without an argument) and
# quality_metrics.py (max_p: int = 4095, and sam(), the one that makes no floats). The README does not speak of bits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    image-similarity-measures==0.3.6 numpy==1.26.4 opencv-python==4.11.0.86
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import cv2
import numpy as np
from image_similarity_measures.evaluate import evaluation
from image_similarity_measures.quality_metrics import sam, ssim

rng = np.random.default_rng(0)
y, x = np.mgrid[:96, :96] / 96
planes = [127 + 70 * np.sin(9 * x + 5 * y + turn) + 30 * np.sin(31 * x * y + turn) for turn in (0, 2, 4)]
photo = np.stack(planes, axis=2).clip(0, 255).round().astype(np.uint8)
noisy = (photo + rng.normal(0, 25, photo.shape)).clip(0, 255).round().astype(np.uint8)
for name, picture in (("photo.png", photo), ("noisy.png", noisy)):
    cv2.imwrite(name, picture)


def measured(name):
    return evaluation("photo.png", name, [*right, "issm"])


error = np.sqrt(np.square(photo.astype(float) - noisy).mean())
right = {
    "psnr": 20 * np.log10(255 / error),
    "rmse": error / 255,
    "ssim": ssim(photo, noisy, max_p=255),
    "sam": sam(photo.astype(float), noisy.astype(float)),
}
print("image-similarity-measures", version("image-similarity-measures"))
itself, other = measured("photo.png"), measured("noisy.png")
for name, value in right.items():
    print(f"  {name}: with noise {other[name]:.4f}, where it is {value:.4f}; with itself {itself[name]:.4f}")
print(f"  issm: with noise {other['issm']:.4f}, with itself {itself['issm']:.4f}")
assert sam(photo.astype(float), photo.astype(float)) < 0.01
assert abs(other["psnr"] - right["psnr"] - 20 * np.log10(4095 / 255)) < 0.1, "this has changed"
assert abs(other["rmse"] * 4095 / 255 - right["rmse"]) < 0.001, "this has changed"
assert other["ssim"] > 0.95 and right["ssim"] < 0.6, "this has changed"
assert itself["sam"] > 80 and other["sam"] > 80 and right["sam"] < 30, "this has changed"
assert itself["issm"] == other["issm"] == 0, "this has changed"
PY
