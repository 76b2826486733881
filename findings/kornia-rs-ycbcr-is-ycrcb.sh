#!/usr/bin/env bash
# One would guess: ycbcr_from_rgb() of kornia-rs gives the channels that its name says: light, blue's difference (Cb),
# and red's (Cr), as Pillow's convert("YCbCr") does, JPEG has it, and kornia itself, of the same project, gives it.
#
# What is so: it gives Y, Cr, Cb, in OpenCV's order, of bytes and of floats. rgb_from_ycbcr() takes that order, too, so
# there and back again is right, and so is each test of that kind. With one half from elsewhere, red and blue change
# places: skin turns blue. The documentation says "RGB → YCbCr (full range)", and nothing of the order.
#
# Who meets it: who replaces kornia's or Pillow's conversion by this one because it is faster: in what prepares frames
# for a network that was trained on YCbCr, in transfers of colours by Cb and Cr, in files of planes.
#
# Source: run here, kornia 0.9.0's rgb_to_ycbcr() as well; github.com/kornia/kornia-rs, imgproc's color module.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    kornia-rs==0.2.0 numpy==2.4.6 opencv-python-headless==5.0.0.93 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import cv2
import kornia_rs
import numpy as np
from kornia_rs import imgproc
from PIL import Image

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "skin": (224, 172, 105)}
picture = np.array([list(COLOURS.values())] * 4, np.uint8)
pillow = np.asarray(Image.fromarray(picture).convert("YCbCr"))
opencv = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
found = imgproc.ycbcr_from_rgb(picture)
floats = imgproc.ycbcr_from_rgb(picture.astype(np.float32) / 255) * 255

print("kornia-rs", kornia_rs.__version__)
for at, name in enumerate(COLOURS):
    print(f"  {name}: {found[0, at].tolist()}, by Pillow's YCbCr {pillow[0, at].tolist()}")
back = np.asarray(Image.fromarray(found, "YCbCr").convert("RGB"))
print(f"  skin {COLOURS['skin']} is made {tuple(back[0, 3].tolist())} by Pillow")


def near(one, other):
    return np.abs(one.astype(float) - other.astype(float)).max() <= 2


assert near(imgproc.rgb_from_ycbcr(found), picture)
assert near(pillow[..., [0, 2, 1]], opencv)
assert near(found, opencv) and near(floats, opencv) and not near(found, pillow), "this has changed"
assert back[0, 3, 2] > back[0, 3, 0] + 50
PY
