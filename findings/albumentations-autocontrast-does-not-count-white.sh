#!/usr/bin/env bash
# One would guess: AutoContrast(method="pil") of Albumentations stretches each channel from its darkest shade to its
# lightest, as Pillow's autocontrast(). A photo that has black and white in it already stays as it is.
#
# What is so: white, 255, is not counted. Of a photo with a white sky, or on white paper, the lightest shade is taken to
# be the next below; that becomes white, and all below are stretched likewise. Of ink of 0 to 100 on paper of 255, the
# ink's 100 becomes 255, so half of the writing fades into the paper. And as each channel is treated by itself, what is
# white in some channels alone changes its colour. One pixel of 254 somewhere in the photo, and nothing is changed. No
# error, no warning.
#
# Who meets it: who evens out scans, screenshots, drawings and photos with a blown-out sky, in training or before
# painting. AlbumentationsX 2.5, which goes on from it, has the same lines. Use Pillow's.
#
# Source: run here; albumentations/augmentations/pixel/functional.py, auto_contrast(): cv2.calcHist(..., [256],
# [0, max_value]); OpenCV's documentation says that a range's upper bound is exclusive.
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
import numpy as np
from PIL import Image, ImageOps

page = np.full((64, 64, 3), 255, np.uint8)
page[16:48, 16:48] = np.linspace(0, 100, 32).round().astype(np.uint8)[None, :, None]
almost = page.copy()
almost[0, 0] = 254
yellow = page.copy()
yellow[..., 2] = np.minimum(yellow[..., 2], 200)  # a page of yellow paper, white in red and green


def stretched(picture):
    return albumentations.AutoContrast(cutoff=0, method="pil", p=1)(image=picture)["image"].astype(int)


print("Albumentations", version("albumentations"))
print("  ink of 0 to 100 on a page: the ink's middle, its lightest, and the page")
for name, picture in (("white", page), ("white, but for one pixel of 254", almost), ("yellow", yellow)):
    pillow = np.asarray(ImageOps.autocontrast(Image.fromarray(picture))).astype(int)
    found = stretched(picture)
    shown = [[each[32, at].tolist() for at in (31, 47, 60)] for each in (picture, pillow, found)]
    print(f"  {name}: {shown[0]}, by Pillow {shown[1]}, by AutoContrast {shown[2]}")
    if picture is almost:
        assert np.abs(found - picture).max() <= 1
    else:
        assert (pillow[..., :2] == picture[..., :2]).all()
        assert found[32, 47, 0] == 255 and found[32, 31, 0] > 100, "this has changed"
PY
