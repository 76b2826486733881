#!/usr/bin/env bash
# One would guess: tifffile.imwrite(mask) of a boolean array makes a black and white TIFF in which True is white, as
# Pillow, OpenCV and libvips mean it, and as an array of 0 and 255 would come out. The default for one channel is MINISBLACK.
#
# What is so: for booleans alone the default is MINISWHITE. Every other program shows True as black: a mask is its negative.
# tifffile itself reads it as it was, as it does not look at this tag when it reads, and so does every test by a round trip.
# With photometric="minisblack" all agree.
#
# Who meets it: who saves masks of a segmentation as booleans and hands them to another program: it keeps the background.
#
# Source: run here; tifffile.py, TiffWriter.write(), takes MINISWHITE where the data are of one bit. The documentation of the
# argument says that the default "is inferred from the data shape, dtype, and the colormap". That tifffile does not look at
# the tag when it reads: github.com/scikit-image/scikit-image, issue 1940 (open since 2016).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python-headless==4.14.0.94 pillow==13.0.0 pyvips-binary==8.18.7 pyvips==3.2.0 tifffile==2026.3.3
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import cv2
import numpy as np
import PIL
import pyvips
import tifffile
from PIL import Image

mask = np.zeros((16, 16), bool)
mask[4:12, 4:12] = True  # the figure
READERS = {
    "tifffile": lambda path: tifffile.imread(path),
    "Pillow": lambda path: np.asarray(Image.open(path).convert("L")),
    "OpenCV": lambda path: cv2.imread(path, cv2.IMREAD_GRAYSCALE),
    "libvips": lambda path: pyvips.Image.new_from_file(path).colourspace("b-w").numpy(),
}
versions = tifffile.__version__, PIL.__version__, cv2.__version__, pyvips.version(0), pyvips.version(1)
print("tifffile {}, Pillow {}, OpenCV {}, libvips {}.{}".format(*versions))
for name, data, arguments in (
    ("booleans", mask, {}),
    ("booleans, as minisblack", mask, {"photometric": "minisblack"}),
    ("0 and 255", mask.astype(np.uint8) * 255, {}),
):
    path = f"{name}.tif"  # libvips remembers by its name what it has read
    tifffile.imwrite(path, data, **arguments)
    seen = {reader: bool(read(path)[8, 8]) for reader, read in READERS.items()}
    outside = {reader: bool(read(path)[0, 0]) for reader, read in READERS.items()}
    print(f"  {name}: the figure is", ", ".join(f"{'white' if seen[reader] else 'black'} in {reader}" for reader in seen))
    assert all(seen[reader] != outside[reader] for reader in seen)
    negative = name == "booleans"
    assert seen == {reader: reader == "tifffile" or not negative for reader in READERS}, "this has changed"
PY
