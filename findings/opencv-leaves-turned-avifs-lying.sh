#!/usr/bin/env bash
# One would guess: cv2.imread(), which turns a photo as EXIF says unless IMREAD_IGNORE_ORIENTATION is given, gives the
# same array of a photo in whichever format it was saved.
#
# What is so: it turns JPEG, PNG and WebP, but not AVIF. An AVIF's orientation stands not in EXIF but in the container
# (irot, imir), and each viewer has to follow it; Pillow, libvips and the browsers do. OpenCV's reader does not look at
# it, so a phone's photo lies on its side, and a mirrored one is mirrored, with or without the flag. No warning.
#
# Who meets it: who reads whatever people upload by OpenCV, for face detection, thumbnails or painting, and has tested
# that with JPEGs. Read AVIF by Pillow and ImageOps.exif_transpose().
#
# Source: run here, with OpenCV 4.14 as well; opencv's modules/imgcodecs/src/grfmt_avif.cpp. The documentation of
# imread() says that EXIF's orientation is heeded, and names no format.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python-headless==5.0.0.93 pillow==13.0.0 pyvips-binary==8.18.7 pyvips==3.2.0
"$folder/venv/bin/python" - <<'PY'
import io

import cv2
import numpy as np
import PIL
import pyvips
from PIL import ExifTags, Image, ImageOps

picture = Image.new("L", (96, 64))
picture.paste(255, (0, 0, 24, 64))  # white at the left
picture = picture.convert("RGB")


def saved(kind, orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    picture.save(file, kind, quality=95, exif=exif)
    return file.getvalue()


def seen(array):
    """The shape, and where it is white."""
    height, width = array.shape[:2]
    edges = {"left": array[:, 5], "right": array[:, -5], "above": array[5], "below": array[-5]}
    return f"{width}x{height}, white " + max(edges, key=lambda name: edges[name].mean())


def by_opencv(data, flags=cv2.IMREAD_COLOR):
    return seen(cv2.imdecode(np.frombuffer(data, np.uint8), flags))


def by_pillow(data):
    return seen(np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")))


def by_libvips(data):
    return seen(pyvips.Image.new_from_buffer(data, "").autorot().numpy())


print("OpenCV", cv2.__version__, "Pillow", PIL.__version__, "libvips", pyvips.version(0), pyvips.version(1))
MEANT = {1: "96x64, white left", 2: "96x64, white right", 3: "96x64, white right"}
MEANT |= {6: "64x96, white above", 8: "64x96, white below"}
for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
    found = {}
    for orientation, meant in MEANT.items():
        data = saved(kind, orientation)
        found[orientation] = by_opencv(data)
        assert by_pillow(data) == by_libvips(data) == meant
        assert by_opencv(data, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION) == MEANT[1]
    print(f"  {kind} of 6 by OpenCV: {found[6]}, by Pillow and libvips: {MEANT[6]}")
    assert found == (dict.fromkeys(MEANT, MEANT[1]) if kind == "AVIF" else MEANT), "this has changed"
PY
