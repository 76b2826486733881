#!/usr/bin/env bash
# One would guess: Resampling.BICUBIC is one filter in Pillow: rotate() and transform() weigh pixels by the same kernel as
# resize(), whose parameter is a = -0.5 (Catmull and Rom's spline).
#
# What is so: rotate() and transform() have a = -1. Half-way between pixels resize() takes -1/16, 9/16, 9/16, -1/16 of the
# four, transform() -1/8, 5/8, 5/8, -1/8. So what is turned is sharpened: on each side of an edge a rim shows that is
# an eighth of the step darker or lighter, twice as much as with resize(); it grows with each further turn. And an even
# slope does not stay even: a quarter of the way from 8 to 9 transform() gives 8.34, resize() 8.25.
#
# Who meets it: who straightens photos by a degree or two, augments data for training, or compares with OpenCV (-0.75) or
# torch (-0.75, and -0.5 with antialias=True).
#
# Source: run here; Pillow's src/libImaging/Geometry.c, BICUBIC (its slope at a pixel is v3 - v1, not half of that), and
# Resample.c, bicubic_filter ("#define a -0.5"). The documentation has one description for both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import PIL
from PIL import Image

BICUBIC, AFFINE = Image.Resampling.BICUBIC, Image.Transform.AFFINE


def shifted(row, by):
    """A row that begins so far to the right, by transform() and by resize()."""
    image = Image.fromarray(np.tile(np.asarray(row, np.float32), (8, 1)))
    size = (image.width - 1, image.height)
    by_transform = image.transform(size, AFFINE, (1, 0, by, 0, 1, 0), BICUBIC)
    by_resize = image.resize(size, BICUBIC, box=(by, 0, by + size[0], size[1]))
    return np.asarray(by_transform)[4], np.asarray(by_resize)[4]


print("Pillow", PIL.__version__)
dot = np.zeros(17)
dot[8] = 1
turned, resized = (found[6:10] for found in shifted(dot, 0.5))
print("half a pixel: transform", turned, "resize", resized)
assert np.allclose(turned, [-1 / 8, 5 / 8, 5 / 8, -1 / 8], atol=1e-3), "this has changed"
assert np.allclose(resized, [-1 / 16, 9 / 16, 9 / 16, -1 / 16], atol=1e-3), "this has changed"

turned, resized = (float(found[8]) for found in shifted(np.arange(17), 0.25))
print(f"a quarter of the way from 8 to 9: transform {turned:.3f}, resize {resized:.3f}")
assert abs(resized - 8.25) < 1e-3 and abs(turned - 8.25) > 0.05, "this has changed"

edge = Image.fromarray(np.where(np.arange(256) < 128, 60, 190).astype(np.uint8)[None].repeat(256, 0))
for turns in (1, 4):
    photo = edge
    for _ in range(turns):
        photo = photo.rotate(3, BICUBIC).rotate(-3, BICUBIC)
    middle = np.asarray(photo)[100:156, 100:156]
    print(f"60 beside 190, turned there and back {turns} times: from {middle.min()} to {middle.max()}")
assert middle.min() < 30 and middle.max() > 220, "this has changed"
PY
