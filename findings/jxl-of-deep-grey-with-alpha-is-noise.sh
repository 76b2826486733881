#!/usr/bin/env bash
# One would guess: pillow-jxl-plugin opens a JPEG XL of 16 bits with one channel and alpha as it opens one with three: as
# 8 bits a channel, here in mode LA, or refuses it.
#
# What is so: the image has mode LA and the right size, and its pixels are noise. Each number of 16 bits is taken for a pair:
# its lower byte becomes the grey, its upper byte the alpha, and the real alpha values stand as pixels of their own between
# them. So each row of the picture fills two, and only the upper half of the picture is there. Nothing is raised or printed.
# Grey without alpha (as I;16), and colour with and without alpha, are right.
#
# Who meets it: who reads scans, depth maps or layers of 16 bits that were saved with transparency.
#
# Source: run here; src/decode.rs of github.com/Isotr0py/pillow-jpegxl-plugin: convert_pil_pixels() brings colour to 8 bits
# and leaves grey as it is, and ImageInfo.mode() knows I;16, but with alpha nothing deeper than LA. The judge is imagecodecs,
# which decodes the same file to the numbers that were encoded.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 imagecodecs==2026.3.6 pillow==13.0.0 pillow-jxl-plugin==1.3.8
"$folder/venv/bin/python" - <<'PY'
import io
from importlib.metadata import version

import imagecodecs
import numpy as np
import pillow_jxl  # noqa: F401 (registers the format)
from PIL import Image

HEIGHT, WIDTH = 32, 48
ramp = np.linspace(0, 65535, HEIGHT * WIDTH).astype(np.uint16).reshape(HEIGHT, WIDTH)
opaque = np.full_like(ramp, 65535)
print("pillow-jxl-plugin", version("pillow-jxl-plugin"), "Pillow", version("pillow"))
for name, channels, mode in (
    ("grey", [ramp], "I;16"),
    ("colour", [ramp] * 3, "RGB"),
    ("colour with alpha", [ramp] * 3 + [opaque], "RGBA"),
    ("grey with alpha", [ramp, opaque], "LA"),
):
    given = np.stack(channels, -1)
    file = imagecodecs.jpegxl_encode(given.squeeze(), lossless=True)
    assert np.array_equal(imagecodecs.jpegxl_decode(file), given.squeeze())
    image = Image.open(io.BytesIO(file))
    found = np.asarray(image).reshape(HEIGHT, WIDTH, -1)
    assert (image.mode, image.size) == (mode, (WIDTH, HEIGHT))
    eight = found / 257 if mode == "I;16" else found
    error = np.abs(eight - given / 257).max()
    print(f"  {name}: mode {mode}, wrong by up to {error:.0f} of 255")
    if mode == "LA":
        bytes_of_upper_half = given.view(np.uint8).reshape(2 * HEIGHT, WIDTH, 2)[:HEIGHT]
        assert error > 200 and np.array_equal(found, bytes_of_upper_half), "this has changed"
    else:
        assert error < 1
PY
