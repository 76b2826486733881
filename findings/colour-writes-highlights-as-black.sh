#!/usr/bin/env bash
# One would guess: write_image() of Colour (colour-science) writes a picture of floats as PNG or JPEG so that what is
# brighter than 1 is white and what is darker than 0 is black, as OpenImageIO does, by which it writes if that is there.
#
# What is so: without OpenImageIO it writes by imageio, and then the numbers wrap around: 1.02 becomes 4, a black pixel
# in the middle of a highlight, and -0.01 becomes 253, a white one in a shadow. So does convert_bit_depth(), which it
# calls, and by itself for 16 bits as well. The warning that comes says only that imageio is used instead.
#
# Who meets it: whose floats have passed through anything that overshoots: a matrix of colours (each saturated colour
# that is outside of sRGB), a sharp resize, an exposure, CAT, or a transfer of colours. np.clip() first.
#
# Source: run here, both ways; colour/io/image.py, convert_bit_depth(): np.around(a * 255).astype(), which does not
# clip. The documentation of write_image() speaks of bit depths, and nothing of a range.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    colour-science==0.4.7 imageio==2.38.1 numpy==2.4.6 openimageio==3.2.2.0 pillow==11.3.0
venv/bin/python -W ignore - <<'PY'
from importlib.metadata import version

import colour
import imageio.v3 as iio
import numpy as np

# A sky that gets brighter beyond white, in linear light, and a pure green of Display P3, which sRGB does not hold.
ramp = np.linspace(0.9, 1.1, 9, dtype=np.float32)
sky = np.repeat(np.repeat(ramp[None, :, None], 4, 0), 3, 2)
spaces = (colour.RGB_COLOURSPACES[name] for name in ("Display P3", "sRGB"))
linear = colour.RGB_to_RGB(np.array([0.0, 1.0, 0.0]), *spaces)
green = np.tile(np.sign(linear) * colour.cctf_encoding(abs(linear), function="sRGB"), (4, 4, 1)).astype(np.float32)

print("colour-science", version("colour-science"), "imageio", version("imageio"), "OpenImageIO", version("openimageio"))
print("  the sky is", [round(float(each), 3) for each in ramp], "the green", green[0, 0].round(3).tolist())
found = {}
for method in ("Imageio", "OpenImageIO"):
    for name, picture in {"sky": sky, "green": green}.items():
        colour.write_image(picture, f"{name}.png", bit_depth="uint8", method=method)
        found[method, name] = iio.imread(f"{name}.png")[0].astype(int)
    shown = (found[method, "sky"][:, 0].tolist(), found[method, "green"][0].tolist())
    print(f"  by {method}: the sky is {shown[0]}, the green {shown[1]}")
deep = colour.io.convert_bit_depth(ramp, "uint16")
print("  in 16 bits, by convert_bit_depth():", deep.tolist())
assert (found["OpenImageIO", "sky"][5:] == 255).all()
assert found["OpenImageIO", "green"][0].tolist() == [0, 255, 0]
assert (found["Imageio", "sky"][5:] < 40).all() and (deep[5:] < 10000).all(), "this has changed"
assert found["Imageio", "green"][0].tolist() != [0, 255, 0] and found["Imageio", "green"][0, 1] < 10, "this has changed"
PY
