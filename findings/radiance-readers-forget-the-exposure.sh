#!/usr/bin/env bash
# One would guess: a reader that gives the floats of a Radiance picture (.hdr, as HDR panoramas are kept) gives the light
# that the file describes. Such a file may have EXPOSURE and COLORCORR in its header: numbers by which its pixels were
# multiplied. The light is the pixels divided by all of them; a program that makes a picture lighter adds such a line.
#
# What is so: OpenCV, imagecodecs and OpenImageIO give the pixels as they are stored. Of a scene that was made four times
# as light and says so, all is four times too light, and one whose colours were corrected has the wrong ones. OpenImageIO
# at least tells the exposure ("hdr:exposure"), but the last line alone, where the product of all counts, and not the
# correction of colours. OpenCV and imagecodecs tell nothing, so one cannot put it right. The same scene from a camera's
# program, which writes no such line, is right. No error, no warning.
#
# Who meets it: who merges photos or panoramas that went through Radiance's tools (pfilt writes these lines), compares
# their light, or blends them: one is a stop or two off, and tone mapping hides it until two of them meet.
#
# Source: run here; Radiance's "File Formats", picture files: EXPOSURE and COLORCORR, several of them multiplied; ExifTool's
# list of Radiance tags says of exposure "divide pixel values by this to get watts/steradian/meter^2".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    imagecodecs==2026.3.6 numpy==2.4.6 opencv-python-headless==5.0.0.93 openimageio==3.2.2.0
venv/bin/python - <<'PY'
from importlib.metadata import version
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import OpenImageIO

LIGHT = (1.0, 0.5, 0.25)  # of the scene, everywhere
HEIGHT, WIDTH = 4, 12


def radiance(factors, lines):
    """A Radiance picture of the scene whose pixels were multiplied by these factors, and whose header says so."""
    stored = np.multiply(LIGHT, factors)
    mantissa, exponent = np.frexp(stored.max())
    pixel = bytes([*(stored * mantissa * 256 / stored.max()).astype(int), exponent + 128])
    header = "".join(line + "\n" for line in ("#?RADIANCE", *lines, "FORMAT=32-bit_rle_rgbe", ""))
    path = Path("scene.hdr")
    path.write_bytes(f"{header}-Y {HEIGHT} +X {WIDTH}\n".encode() + pixel * (HEIGHT * WIDTH))
    return path


def by_openimageio(path):
    opened = OpenImageIO.ImageInput.open(str(path))
    told = {each.name: each.value for each in opened.spec().extra_attribs}
    return np.asarray(opened.read_image("float")), told.get("hdr:exposure")


READERS = {
    "OpenCV": lambda path: (cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., ::-1], None),
    "imagecodecs": lambda path: (imagecodecs.rgbe_decode(path.read_bytes()), None),
    "OpenImageIO": by_openimageio,
}
CASES = {
    (1, 1, 1): ([], None),
    (4, 4, 4): (["EXPOSURE=4"], 4),
    (8, 8, 8): (["EXPOSURE=4", "EXPOSURE=2"], 2),
    (2, 1, 1): (["COLORCORR=2 1 1"], None),
}
names = {"OpenCV": "opencv-python-headless", "imagecodecs": "imagecodecs", "OpenImageIO": "openimageio"}
print(*(f"{name} {version(package)}" for name, package in names.items()), "light of", LIGHT)
for factors, (lines, last) in CASES.items():
    path = radiance(factors, lines)
    for name, read in READERS.items():
        pixels, told = read(path)
        assert pixels.shape == (HEIGHT, WIDTH, 3)
        seen = pixels[1, 1]
        print(f"  {', '.join(lines) or 'no exposure'}: {name} gives {seen.round(2).tolist()}, tells {told}")
        assert np.allclose(seen, np.multiply(LIGHT, factors), rtol=0.02), "this has changed"
        assert told == (last if name == "OpenImageIO" else None), "this has changed"
PY
