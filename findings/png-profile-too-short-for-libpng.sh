#!/usr/bin/env bash
# One would guess: a valid ICC profile in a PNG is a profile for every reader, and how well it is compressed is nobody's
# business.
#
# What is so: libpng throws away an iCCP chunk of 86 bytes as "too short", though it holds a whole profile. A small profile
# of grey has 192 bytes, and deflate brings it there; the same profile in the same PNG, only stored instead of
# compressed, is read. OpenCV shows it: one file has metadata, the other has none, and a warning goes to the terminal.
# Pillow, which has a reader of its own, has the profile from both, and LittleCMS takes it.
#
# Who meets it: makers of compact profiles, optimizers of PNGs, and whoever compares readers: the picture is shown in
# other shades by programs with libpng.
#
# Source: run here; the warning comes from libpng's png_handle_iCCP (pngrutil.c).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python-headless==4.14.0.94 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import io
import struct
import zlib

import cv2
import numpy as np
import PIL
from PIL import Image, ImageCms


def fixed(*numbers):
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def grey_profile():
    white = fixed(0.9642, 1.0, 0.8249)
    tags = {b"wtpt": b"XYZ " + bytes(4) + white, b"kTRC": struct.pack(">4s4xIH2x", b"curv", 1, 256)}
    start, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data
    head = struct.pack(">I4xI4s4s4s12x4s", start + len(body), 0x02400000, b"mntr", b"GRAY", b"XYZ ", b"acsp")
    return (head.ljust(68, b"\0") + white).ljust(128, b"\0") + table + body


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(iccp):
    header, rows = struct.pack(">2I5B", 8, 8, 8, 0, 0, 0, 0), zlib.compress((b"\0" + b"\x80" * 8) * 8)
    chunks = ((b"IHDR", header), (b"iCCP", iccp), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


print("OpenCV", cv2.__version__, "Pillow", PIL.__version__)
profile, seen = grey_profile(), {}
for name, level in (("compressed", 9), ("stored", 0)):
    iccp = b"p\0\0" + zlib.compress(profile, level)
    file = png(iccp)
    by_pillow = Image.open(io.BytesIO(file)).info["icc_profile"]
    ImageCms.ImageCmsProfile(io.BytesIO(by_pillow))  # raises if it is none
    _, kinds, _ = cv2.imdecodeWithMetadata(np.frombuffer(file, np.uint8), flags=cv2.IMREAD_UNCHANGED)
    seen[name] = by_pillow == profile, cv2.IMAGE_METADATA_ICCP in list(kinds)
    print(f"{name}, {len(iccp)} bytes: Pillow has it: {seen[name][0]}, libpng has it: {seen[name][1]}")
assert seen == {"compressed": (True, False), "stored": (True, True)}, "this has changed"
PY
