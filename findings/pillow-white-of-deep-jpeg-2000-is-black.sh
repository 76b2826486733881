#!/usr/bin/env bash
# One would guess: Pillow, which has no colours of more than 8 bits, gives a colour JPEG 2000 of 16 bits rounded to 8: white
# is 255.
#
# What is so: white is 0, black. The decoder adds a half, shifts, and stores the lowest byte of the result: 65535 becomes
# 256, and that 0. So do all values from 65408 on, and of 12 bits those from 4088 on. Each channel does it by itself, so a
# bright sky becomes blue, yellow or black; and what is opaque becomes transparent, as alpha goes the same way. Nothing is
# raised. Grey without alpha is right: Pillow gives it in 16 bits.
#
# Who meets it: who reads archives' scans, satellites' pictures, 12-bit masters or coloured slides of medicine by Pillow.
#
# Source: run here; Pillow's src/libImaging/Jpeg2KDecode.c, j2ku_srgb_rgb() and its like: the sum of word and offset has no
# upper bound.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import io
from fractions import Fraction

import av
import numpy as np
import PIL
from PIL import Image

EDGE = 16


def jpeg_2000(values, format):
    """A lossless file with a square of each value."""
    pixels = np.repeat(np.repeat(np.asarray(values, np.uint16), EDGE, 0)[None], 4 * EDGE, 0)
    encoder = av.CodecContext.create("jpeg2000", "w")
    encoder.height, encoder.width = pixels.shape[:2]
    encoder.pix_fmt, encoder.time_base, encoder.options = format, Fraction(1, 25), {"pred": "dwt53"}
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format)
    data = b"".join(bytes(packet) for each in (frame, None) for packet in encoder.encode(each))
    decoder = av.CodecContext.create("jpeg2000", "r")
    back = [frame for each in (av.Packet(data), None) for frame in decoder.decode(each)][0]
    assert np.array_equal(back.to_ndarray(format=format), pixels)  # so the file is right
    return data


def by_pillow(data):
    with Image.open(io.BytesIO(data)) as image:
        return image.mode, np.asarray(image)[0, ::EDGE]


print("Pillow", PIL.__version__)
SHADES = [0, 32768, 65280, 65407, 65408, 65535]
mode, seen = by_pillow(jpeg_2000([[each] * 3 for each in SHADES], "rgb48le"))
print("  in the file (16 bits):", *SHADES)
print(f"  by Pillow ({mode}):", *seen[:, 0])
assert mode == "RGB" and seen[:, 0].tolist() == [0, 128, 255, 255, 0, 0], "this has changed"
assert (seen == seen[:, :1]).all()

TWELVE = [0, 2048, 4080, 4087, 4088, 4095]
mode, seen = by_pillow(jpeg_2000([[each] * 3 for each in TWELVE], "gbrp12le"))
print("  in the file (12 bits):", *TWELVE)
print(f"  by Pillow ({mode}):", *seen[:, 0])
assert mode == "RGB" and seen[:, 0].tolist() == [0, 128, 255, 255, 0, 0], "this has changed"

sky = [[60000, 65000, 65535]]
(blue,) = by_pillow(jpeg_2000(sky, "rgb48le"))[1].tolist()
print(f"  a sky of {sky[0]}: {blue} instead of [234, 254, 255]")
assert blue == [234, 254, 0], "this has changed"

mode, seen = by_pillow(jpeg_2000([[20000, 30000, 40000, 65535]], "rgba64le"))
print(f"  opaque colour {[20000, 30000, 40000, 65535]}: {mode} {seen[0].tolist()}")
assert seen[0].tolist() == [78, 117, 156, 0], "this has changed"

mode, seen = by_pillow(jpeg_2000(SHADES, "gray16le"))
print(f"  grey ({mode}):", *seen)
assert seen.tolist() == SHADES, "this has changed"
PY
