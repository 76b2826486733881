#!/usr/bin/env bash
# One would guess: to_pil_image() and resize() of transformers' image_transforms, which take arrays of floats from 0 to
# 1, treat all such arrays alike: 1.0 is white.
#
# What is so: an array that holds nothing but zeros and ones is taken for one of 0 to 255. A drawing in black and white,
# a mask or a wholly white picture becomes black: its white is 1 of 255. If a single pixel is grey, all is right. So is
# the same drawing as uint8. resize() gives such a drawing back as uint8, where it is float32 otherwise, and rounds each
# pixel to 0 or 1: lines that are thinner than the new pixels are gone, all of them. No warning; the choice is made anew
# for each picture.
#
# Who meets it: who hands sketches, line art or masks to a model (as for ControlNet or segmentation) as arrays or
# tensors of floats, and looks at the pictures in between; and who tests with a white or a checked picture.
#
# Source: run here; transformers/image_transforms.py, _rescale_for_pil_conversion(): asks whether all values are whole
# numbers before it asks whether they lie from 0 to 1. Its comment states the opposite: floats from 0 to 1 are rescaled.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 pillow==13.0.0 transformers==5.24.0
"$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
from importlib.metadata import version

import numpy as np
from transformers.image_transforms import resize, to_pil_image

white = np.ones((64, 64, 3), np.float32)
drawing = white.copy()
drawing[::3] = 0  # lines
touched = drawing.copy()
touched[1, 0] = 0.5  # one grey pixel
PICTURES = {
    "grey, 0.5 everywhere": white * 0.5,
    "white": white,
    "lines": drawing,
    "lines and one grey pixel": touched,
    "lines as uint8": (drawing * 255).astype(np.uint8),
}
print("transformers", version("transformers"))
brightest, reduced = {}, {}
for name, picture in PICTURES.items():
    shown = np.asarray(to_pil_image(picture, input_data_format="channels_last"))
    brightest[name] = int(shown.max())
    small = resize(picture, (32, 32), input_data_format="channels_last")
    reduced[name] = str(small.dtype), len(np.unique(small))
    print(f"  {name}: at most {shown.max()} of 255; halved: {small.dtype}, {len(np.unique(small))} different values")
assert list(brightest.values()) == [127, 1, 1, 255, 255], "this has changed"
assert reduced["lines"] == ("uint8", 1), "this has changed"
for name in ("lines and one grey pixel", "lines as uint8"):
    assert reduced[name][1] > 2
assert reduced["lines and one grey pixel"][0] == "float32"
PY
