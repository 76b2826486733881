#!/usr/bin/env bash
# One would guess: Equalize(mode="pil") of Albumentations gives what Pillow's ImageOps.equalize() gives, as its mode
# says, and mode="cv" what OpenCV's equalizeHist() gives.
#
# What is so: "cv" does. "pil" counts a shade's own pixels among those below it, so the darkest shade, which must be 0,
# becomes as light as it is frequent: of a picture that is black by half, black becomes the middle grey of 128, and all
# else lies between that and white. A photo on a black ground, a night sky or a scan with black borders turns to fog.
# With few pixels of each shade nothing is seen of it. No error, no warning.
#
# Who meets it: who goes by Pillow's, as the policies of AutoAugment do, in training or before painting. Use mode="cv".
# This is the last version under the free licence; AlbumentationsX, which goes on from it under another, has mended it.
#
# Source: run here; albumentations/augmentations/pixel/functional.py, _equalize_pil(): np.cumsum(histogram) for each
# shade, where Pillow's equalize() adds the shade's count after it has written the shade.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check albumentations==2.0.8 numpy==2.4.6 \
    opencv-python-headless==5.0.0.93 pillow==13.0.0
NO_ALBUMENTATIONS_UPDATE=1 venv/bin/python - <<'PY'
from importlib.metadata import version

import albumentations
import cv2
import numpy as np
from PIL import Image, ImageOps

night = np.zeros((64, 64), np.uint8)
night[32:] = np.arange(64, dtype=np.uint8)[None, :] + 60  # below a black sky, 64 shades of a street
slope = np.arange(64 * 64, dtype=np.int64).reshape(64, 64).astype(np.uint8)  # all shades alike


def by(mode, picture):
    return albumentations.Equalize(mode=mode, p=1)(image=picture.copy())["image"].astype(int)


print("Albumentations", version("albumentations"))
for name, picture in (("black by half", night), ("all shades alike", slope)):
    pillow = np.asarray(ImageOps.equalize(Image.fromarray(picture))).astype(int)
    opencv = cv2.equalizeHist(picture).astype(int)
    pil, cv = by("pil", picture), by("cv", picture)
    print(f"  {name}: {picture.min()} to {picture.max()}; darkest by Pillow {pillow.min()}, by 'pil' {pil.min()}, "
          f"by OpenCV {opencv.min()}, by 'cv' {cv.min()}")
    assert (cv == opencv).all()
    assert pillow.min() == 0 and (pil.min() > 120 if picture is night else pil.min() < 3), "this has changed"
PY
