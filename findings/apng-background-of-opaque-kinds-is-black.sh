#!/usr/bin/env bash
# One would guess: a frame of an animated PNG that is disposed of to the background leaves a hole through which one sees,
# whatever the file's colour type: the specification clears the region to fully transparent black, and browsers show so.
# So it is: where the file's colour type has no alpha (truecolour, grey, palette without tRNS), FFmpeg (PyAV), Pillow and
# OpenCV all leave opaque black there, and none of them warns; with alpha (RGBA) all three leave the hole.
# Who meets it: who turns animated stickers or loaders from opaque PNGs into another format: black boxes appear.
# Source: PNG specification, third edition, section 11.3.6.2 (dispose_op 1); tried with the versions below.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.4.6 opencv-python-headless==4.14.0.94 pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import struct
import sys
import zlib

import av
import cv2
import numpy as np
import PIL
from PIL import Image


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def frame(sequence, width, height, left, dispose):
    return chunk(b"fcTL", struct.pack(">5I2H2B", sequence, width, height, left, 0, 1, 10, dispose, 0))


def pixels(color, width, height):
    return zlib.compress((b"\0" + bytes(color) * width) * height)


def apng(kind, color):
    """A whole frame; one over its left half, which is disposed of; and one pixel far to the right."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            chunk(b"IHDR", struct.pack(">2I5B", 16, 8, 8, kind, 0, 0, 0)),
            chunk(b"acTL", struct.pack(">2I", 3, 0)),
            frame(0, 16, 8, 0, 0) + chunk(b"IDAT", pixels(color, 16, 8)),
            frame(1, 8, 8, 0, 1) + chunk(b"fdAT", struct.pack(">I", 2) + pixels(color, 8, 8)),
            frame(3, 1, 1, 15, 0) + chunk(b"fdAT", struct.pack(">I", 4) + pixels(color, 1, 1)),
            chunk(b"IEND", b""),
        ]
    )


def by_pyav(data):
    with av.open(io.BytesIO(data), format="apng") as container:
        return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)][2]


def by_pillow(data):
    image = Image.open(io.BytesIO(data))
    image.seek(2)
    return np.asarray(image.convert("RGBA"))


def by_opencv(data):
    last = cv2.imdecodeanimation(np.frombuffer(data, np.uint8))[1].frames[2]
    opaque = np.full((*last.shape[:2], 1), 255, np.uint8)
    return last if last.shape[2] == 4 else np.dstack([last, opaque])


print(f"PyAV {av.__version__}, Pillow {PIL.__version__}, OpenCV {cv2.__version__}")
as_said = True
for name, kind, color, alpha in (("RGB", 2, (200, 40, 40), 255), ("RGBA", 6, (200, 40, 40, 255), 0)):
    for reader in (by_pyav, by_pillow, by_opencv):
        hole = tuple(int(each) for each in reader(apng(kind, color))[4, 4])
        print(f"  {name} {reader.__name__}: {hole}")
        as_said &= hole == (0, 0, 0, alpha)
sys.exit(not as_said)
PYTHON
