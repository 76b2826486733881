#!/usr/bin/env bash
# One would guess: torch.nn.functional.interpolate(mode="area") weighs each pixel by the area that it takes up in the new
# one, as OpenCV's INTER_AREA does, so that the mean of a picture is kept.
#
# What is so: it is adaptive average pooling, whose windows begin and end at whole pixels, rounded outwards. If the sizes
# divide, that is the same. If they do not, neighbouring windows overlap, and the pixels in both count twice: (0, 1, 0) in
# two pixels is (0.5, 0.5), not (0.33, 0.33). From 341 to 170, where one halves an odd size, each window has three pixels
# instead of two, and begins with an even one: stripes of 0 and 1 come out as 0.33, evenly, and not as 0.5.
#
# Who meets it: image pyramids and masks at odd sizes, and losses that compare with a picture reduced by OpenCV or Pillow.
# interpolate(mode="bilinear", antialias=True) keeps the mean here.
#
# Source: run here; torch/nn/functional.py, `interpolate`: "area" calls adaptive_avg_pool2d. The documentation names the
# mode, and does not say what it is. Seen with 2.15.0, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python-headless==4.14.0.94 torch==2.13.0
"$folder/venv/bin/python" - <<'PY'
import cv2
import numpy as np
import torch
from torch.nn.functional import interpolate

print("torch", torch.__version__, "OpenCV", cv2.__version__)


def reduced(row, size):
    """By torch's area, by torch's antialias, and by OpenCV's area."""
    tensor = torch.from_numpy(row)[None, None, None].repeat(1, 1, 4, 1)
    area = interpolate(tensor, size=(4, size), mode="area")[0, 0, 0].numpy()
    smooth = interpolate(tensor, size=(4, size), mode="bilinear", antialias=True)[0, 0, 0].numpy()
    return area, smooth, cv2.resize(np.tile(row, (4, 1)), (size, 4), interpolation=cv2.INTER_AREA)[0]


dot = np.array([0, 1, 0], np.float32)
area, _, right = reduced(dot, 2)
print(f"(0, 1, 0) in two pixels: torch {area.round(2)}, OpenCV {right.round(2)}")
assert np.allclose(area, 0.5) and np.allclose(right, 1 / 3, atol=0.01), "this has changed"
for before, after, expected in ((340, 170, 0.5), (341, 170, 1 / 3)):
    stripes = (np.arange(before) % 2).astype(np.float32)
    means = [float(found.mean()) for found in (stripes, *reduced(stripes, after))]
    print("stripes, {} to {}: mean {:.3f}; torch {:.3f}, its antialias {:.3f}, OpenCV {:.3f}".format(before, after, *means))
    assert abs(means[1] - expected) < 0.01, "this has changed"
    assert abs(means[2] - means[0]) < 0.01 and abs(means[3] - means[0]) < 0.01
PY
