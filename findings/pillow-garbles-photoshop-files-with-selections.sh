#!/usr/bin/env bash
# One would guess: Pillow, which reads the flat picture of a Photoshop file (PSD), shows its colours also where somebody
# saved selections or spot colours in it, which Photoshop keeps as channels after the colours, or it refuses the file.
#
# What is so: PSD's usual compression puts the lengths of all rows of all channels first, and Pillow takes it that there
# are as many channels as its mode has. With one saved selection in a grey picture or a CMYK one, or two in a colour
# picture, it begins to read in the table of lengths: the picture is shifted, each row by more, and broken up into
# stripes. The mode, the size, and what is said are as for any picture: there is no error and no warning. The same file
# without compression is right, and so is a colour picture with one selection, though that is taken for transparency.
#
# Who meets it: who takes PSDs of photographers and painters: masks for cut-outs are kept as saved selections.
#
# Source: run here; PIL/PsdImagePlugin.py, _maketile(), where `channels` is that of the mode; Adobe's "Photoshop File
# Formats Specification", "Image Data": the byte counts of "all the scan lines (rows * channels)" come first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 psd-tools==1.26.0
"$folder/venv/bin/python" - <<'PY'
import io
import struct
from importlib.metadata import version

import numpy as np
import PIL
from PIL import Image
from psd_tools import PSDImage

HEIGHT, WIDTH = 16, 24
CODES = {"grey": 1, "colour": 3}
ALPHA_NAMES = 1006

rising = np.tile(np.linspace(0, 250, WIDTH).astype(np.uint8), (HEIGHT, 1))
selection = np.zeros((HEIGHT, WIDTH), np.uint8)
selection[4:8] = 255
COLOURS = {"grey": [rising], "colour": [rising, np.full_like(rising, 60), rising[:, ::-1]]}


def photoshop(kind, selections, compressed):
    """A PSD of one flat picture and some saved selections, which have names."""
    planes = [*COLOURS[kind], *[selection] * selections]
    names = b"".join(bytes([len(name)]) + name for name in (b"mask %d" % index for index in range(selections)))
    names += b"\0" * (len(names) % 2)
    resource = b"8BIM" + struct.pack(">HHI", ALPHA_NAMES, 0, len(names)) + names if selections else b""
    made = b"8BPS" + struct.pack(">H6xHIIHH", 1, len(planes), HEIGHT, WIDTH, 8, CODES[kind])
    made += struct.pack(">I", 0) + struct.pack(">I", len(resource)) + resource + struct.pack(">I", 0)
    if not compressed:
        return made + struct.pack(">H", 0) + b"".join(plane.tobytes() for plane in planes)
    rows = [bytes([WIDTH - 1]) + row.tobytes() for plane in planes for row in plane]  # PackBits, one run of literals
    return made + struct.pack(">H", 1) + b"".join(struct.pack(">H", len(row)) for row in rows) + b"".join(rows)


def error(picture, kind):
    """The mean error of the colours."""
    seen = np.asarray(picture, dtype=float).reshape(HEIGHT, WIDTH, -1)[..., : len(COLOURS[kind])]
    return float(np.abs(seen - np.stack(COLOURS[kind], axis=-1)).mean())


print("Pillow", PIL.__version__, "psd-tools", version("psd-tools"), "the mean error of the colours:")
for kind in COLOURS:
    for selections in (0, 1, 2):
        for compressed in (False, True):
            file = photoshop(kind, selections, compressed)
            by_pillow = error(Image.open(io.BytesIO(file)), kind)
            assert error(PSDImage.open(io.BytesIO(file)).topil(), kind) == 0, "the file is good"
            how = "compressed" if compressed else "plain"
            print(f"  {kind}, {selections} selections, {how}: {by_pillow:.1f} by Pillow, 0 by psd-tools")
            if compressed and selections >= (1 if kind == "grey" else 2):
                assert by_pillow > 5, "this has changed"
            else:
                assert by_pillow == 0
PY
