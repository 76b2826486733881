#!/usr/bin/env bash
# One would guess: a picture that is compressed in a way that the library was not built for is refused, if not when it is
# opened, then when its pixels are asked for.
#
# What is so: libvips gives a black picture of the right size, and pyvips raises nothing and prints nothing: by default a
# loader goes on after every error (fail_on="none"). thumbnail() makes a black thumbnail, and what is saved is black. It is
# meant for files that are cut off; but the packages of PyPI read no TIFF of Zstandard, LZMA, JPEG 2000, JPEG XL or LERC,
# which libtiff, GDAL, Pillow or tifffile write. The error's text turns up in the message of the next picture that fails.
# fail_on="error" raises; sharp, by its own default, refuses such files.
#
# Who meets it: who makes thumbnails or pyramids of other people's TIFFs: maps, scans, microscopes' pictures.
#
# Source: run here, also with sharp 0.35.3; libvips' documentation: "none" of VipsFailOn never stops, and it is the default of
# VipsForeignLoad; in libvips/foreign/tiff2vips.c, rtiff_handler_error() notes a failure only from "error" on.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    imagecodecs==2026.3.6 numpy==2.4.6 pillow==13.0.0 pyvips==3.2.0 pyvips-binary==8.18.7 tifffile==2026.3.3
"$folder/venv/bin/python" - <<'PY' 2> "$folder/warnings" || { cat "$folder/warnings"; exit 1; }
import io

import numpy as np
import PIL
import pyvips
import tifffile
from PIL import Image

COLOR = (200, 100, 50)
print("pyvips", pyvips.__version__, "libvips", *(pyvips.version(part) for part in range(3)), "Pillow", PIL.__version__)


def tiff(compression):
    pixels = np.full((64, 64, 3), COLOR, np.uint8)
    tifffile.imwrite(file := io.BytesIO(), pixels, photometric="rgb", compression=compression)
    assert np.array_equal(tifffile.imread(io.BytesIO(file.getvalue())), pixels)  # so the file is right
    if compression not in ("jpeg2000", "jpegxl", "lerc"):
        assert Image.open(io.BytesIO(file.getvalue())).getpixel((30, 30)) == COLOR
    return file.getvalue()


def color(image):
    assert image.width == image.height
    return tuple(int(each) for each in np.median(image.numpy(), (0, 1)))


def refuses(data):
    try:
        color(pyvips.Image.new_from_buffer(data, "", fail_on="error"))
    except pyvips.Error:
        return True
    return False


KINDS = dict.fromkeys(("lzw", "deflate"), COLOR) | dict.fromkeys(("zstd", "lzma", "jpeg2000", "jpegxl", "lerc"), (0, 0, 0))
for compression, seen_as in KINDS.items():
    data = tiff(compression)
    opened = color(pyvips.Image.new_from_buffer(data, ""))
    small = color(pyvips.Image.thumbnail_buffer(data, 32))
    saved = Image.open(io.BytesIO(pyvips.Image.new_from_buffer(data, "").pngsave_buffer())).getpixel((30, 30))
    print(f"  {compression}: opened {opened}, thumbnail {small}, saved {saved}; refused if asked: {refuses(data)}")
    assert opened == small == saved == seen_as, "this has changed"
    assert refuses(data) == (seen_as != COLOR), "this has changed"
PY
[ ! -s "$folder/warnings" ]  # nothing was printed
