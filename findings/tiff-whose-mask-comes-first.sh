#!/usr/bin/env bash
# One would guess: Image.open() of a TIFF with two pages, of which one is a transparency mask and the other the picture,
# opens the file, and seek(1) goes from the one to the other, in whichever order they come.
#
# What is so: if the mask comes first (NewSubfileType 4, PhotometricInterpretation 4: TIFF 6.0 defines both), Pillow says
# "cannot identify image file", and there is no way to the picture behind it. With the picture first it opens.
# tifffile reads both pages of both files.
#
# Who meets it: readers of scans from archives, whose software puts masks beside pages, in an order of its own.
#
# Source: run here; TIFF 6.0, section 8, NewSubfileType, and PhotometricInterpretation 4.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 tifffile==2025.10.16
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

import numpy as np
import PIL
import tifffile
from PIL import Image, UnidentifiedImageError

picture = np.full((32, 48, 3), 200, np.uint8)
mask = np.full((32, 48), True)
pages = {
    "picture": {"data": picture, "photometric": "rgb", "metadata": None},
    "mask": {"data": mask, "photometric": "mask", "subfiletype": 4, "metadata": None},
}
print("Pillow", PIL.__version__, "tifffile", tifffile.__version__)
seen = {}
for order in (("picture", "mask"), ("mask", "picture")):
    path = f"{sys.argv[1]}/{'-'.join(order)}.tif"
    with tifffile.TiffWriter(path) as file:
        for name in order:
            file.write(**pages[name])
    with tifffile.TiffFile(path) as file:
        shapes = [page.asarray().shape for page in file.pages]
    assert shapes == [pages[name]["data"].shape for name in order], "tifffile reads both"
    try:
        with Image.open(path) as image:
            seen[order[0]] = image.size
    except UnidentifiedImageError:
        seen[order[0]] = None
    print(f"{order[0]} first: {seen[order[0]] or 'cannot identify image file'}")
assert seen == {"picture": (48, 32), "mask": None}, "this has changed"
PY
