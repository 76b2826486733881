#!/usr/bin/env bash
# One would guess: image.save("depth.webp") of an image of 16 bits (mode I;16, as Pillow opens 16-bit PNGs) brings its
# numbers to 8 bits, or refuses it, as save("depth.jpg") does: "cannot write mode I;16 as JPEG".
#
# What is so: WebP, AVIF and GIF save it cut off at 255: everything that is not nearly black is white. Of the 65536 levels of
# the picture 65281 are one. It is the same for mode I; of mode F, whose numbers are mostly from 0 to 1, all is black.
# Nothing is raised or printed. PNG and TIFF keep 16 bits; JPEG, BMP, TGA and PDF refuse.
#
# Who meets it: who makes previews of depth maps, scans or X-rays, with the format taken from a setting: with "jpeg" the
# mistake is found at once, with "webp" or "avif" all previews are white.
#
# Source: run here; PIL/WebPImagePlugin.py, AvifImagePlugin.py and GifImagePlugin.py convert() any mode that they do not
# know, and convert() cuts off, as github.com/python-pillow/Pillow, issue 1108, found of JPEG, which refuses by now. Pull
# request 9471 counts I;16 among the grey modes that AVIF saves.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import io

import numpy as np
import PIL
from PIL import Image

LEVELS = (0, 1000, 20000, 40000, 65535)
deep = Image.fromarray(np.repeat(np.array(LEVELS, np.uint16), 16)[None].repeat(32, 0))
assert deep.mode == "I;16"


def saved(image, format):
    """The five levels as read again, in 8 bits, or None if the image is refused."""
    try:
        image.save(file := io.BytesIO(), format)
    except (OSError, ValueError):
        return None
    again = Image.open(io.BytesIO(file.getvalue()))
    numbers = np.asarray(again if again.mode.startswith("I") else again.convert("L"))[16, 8::16]
    return tuple(round(int(number) / 257 if again.mode.startswith("I") else int(number)) for number in numbers)


print("Pillow", PIL.__version__, "levels", *LEVELS)
right = tuple(round(level / 257) for level in LEVELS)
for format, expected in (
    ("PNG", right), ("TIFF", right), ("JPEG", None), ("BMP", None), ("TGA", None), ("PDF", None),
    ("WEBP", "white"), ("AVIF", "white"), ("GIF", "white"),
):
    found = saved(deep, format)
    print(f"  {format}: {'refused' if found is None else found}")
    if expected == "white":
        assert found[0] < 8 and min(found[1:]) > 247, "this has changed"
    else:
        assert found == expected
for format in ("WEBP", "AVIF"):
    black = saved(Image.fromarray(np.asarray(deep, np.float32) / 65535), format)
    print(f"  {format} of 0 to 1 in mode F: {black}")
    assert max(black) < 8, "this has changed"
PY
