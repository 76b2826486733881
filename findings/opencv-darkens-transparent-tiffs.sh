#!/usr/bin/env bash
# One would guess: cv2.IMREAD_UNCHANGED gives a transparent picture's colours as they are in the file, whichever format it is.
#
# What is so: of a TIFF with 8 bits a channel whose alpha is marked as unassociated (as Pillow, libvips and tifffile write
# it), OpenCV gives the colours multiplied by alpha: half transparent (200, 100, 50) is (100, 50, 25). Laid over another
# picture by that alpha, it is multiplied twice, so soft edges get a dark rim. A PNG of the same picture, a TIFF of 16 bits,
# and a TIFF that OpenCV wrote itself (it does not mark alpha) are read as they are. Without the flag (IMREAD_COLOR, which
# leaves alpha out) the PNG shows the colour itself, and the marked TIFFs, of 16 bits as well, the darker one.
#
# Who meets it: who cuts out figures, saves them as TIFFs of layers or masks, and composes them with OpenCV.
#
# Source: run here; OpenCV's modules/imgcodecs/src/grfmt_tiff.cpp, readData(), reads what becomes 8 bits by libtiff's
# TIFFReadRGBAStrip(), and libtiff's tif_getimage.c, putRGBUAcontig8bittile(), multiplies by unassociated alpha.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python-headless==4.14.0.94 pillow==13.0.0 tifffile==2026.3.3
"$folder/venv/bin/python" - <<'PY' 2> "$folder/warnings" || { cat "$folder/warnings"; exit 1; }
import io

import cv2
import numpy as np
import PIL
import tifffile
from PIL import Image

COLOR = (200, 100, 50, 128)
pixels = np.full((32, 32, 4), COLOR, np.uint8)


def by_pillow(format):
    Image.fromarray(pixels).save(file := io.BytesIO(), format)
    assert Image.open(io.BytesIO(file.getvalue())).getpixel((9, 9)) == COLOR
    return file.getvalue()


def by_tifffile(values):
    tifffile.imwrite(file := io.BytesIO(), values, photometric="rgb", extrasamples=["unassalpha"])
    return file.getvalue()


def by_opencv():
    return cv2.imencode(".tif", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1].tobytes()


def read(data, flag):
    found = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    found = (found / (257 if found.dtype == np.uint16 else 1)).round().astype(int)[9, 9].tolist()
    return (*found[2::-1], *found[3:])


print("OpenCV", cv2.__version__, "Pillow", PIL.__version__, "tifffile", tifffile.__version__)
DARK = (100, 50, 25, 128)
for name, data, expected in (
    ("PNG", by_pillow("PNG"), COLOR),
    ("TIFF by Pillow", by_pillow("TIFF"), DARK),
    ("TIFF by tifffile", by_tifffile(pixels), DARK),
    ("TIFF by tifffile, 16 bits", by_tifffile(pixels.astype(np.uint16) * 257), COLOR),
    ("TIFF by OpenCV", by_opencv(), COLOR),
):
    unchanged, plain = read(data, cv2.IMREAD_UNCHANGED), read(data, cv2.IMREAD_COLOR)
    print(f"  {name}: unchanged {unchanged}, in colour {plain}")
    in_color = DARK[:3] if "by Pillow" in name or "by tifffile" in name else COLOR[:3]
    seen, right = (*unchanged, *plain), (*expected, *in_color)
    assert max(abs(a - b) for a, b in zip(seen, right, strict=True)) <= 1, "this has changed"
PY
