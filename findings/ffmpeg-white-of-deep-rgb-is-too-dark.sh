#!/usr/bin/env bash
# One would guess: FFmpeg's white stays white when a picture becomes one of more bits: 255 becomes 65535 in 16 bits, and
# 1.0 in floating point. The way back gives the same numbers again.
#
# What is so: in its RGB, a level of 8 bits is 256 of 16 bits, and not 257. White becomes 65283, 1020 in 10 bits, 4080 in 12,
# and 0.9962 in floating point, and whatever is bright is too dark by up to 0.4 %, which is a whole level of 8 bits. So it is
# for RGB of 8 bits, and for films in limited range, whether of 8, 10 or 12 bits. White of 10 bits in full range is 65472. On
# the way back, numbers whose white is 65535, such as those of a PNG of 16 bits, come out too bright: 200 is 201, and so with
# nearly all shades from 128 to 254. As grey of 16 bits white is right: 65535. But as floating point grey, grayf32, it is
# 0.918: that is limited range's 235, divided by 256, in a format that has no limited range; of a grey picture it is 1.0.
#
# Who meets it: who asks PyAV for frames of 16 bits or of floats, for training or for HDR, and takes 65535 or 1.0 for white;
# who makes 8 bits of scans and renderings that have 16.
#
# Source: run here; FFmpeg's libswscale/swscale.c, hScale8To15_c() and its like: numbers are shifted, so that 255 becomes
# 255 * 128 in 15 bits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import av
import numpy as np

print("PyAV", av.__version__, "libswscale", *av.library_versions["libswscale"])
white = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 255, np.uint8), "rgb24")
grey = av.VideoFrame.from_ndarray(np.full((64, 64), 255, np.uint8), "gray")


def film(format, luma, chroma, kind, full=False):
    """White of a film, in limited range as most are."""
    frame = av.VideoFrame(64, 64, format)
    for value, plane in zip((luma, chroma, chroma), frame.planes):
        plane.update(np.full(plane.buffer_size // kind().itemsize, value, kind).tobytes())
    frame.colorspace, frame.color_range = 1, 2 if full else 1
    return frame


def value(frame, format):
    return float(frame.reformat(format=format).to_ndarray().reshape(64, 64, -1)[32, 32, 0])


EXPECTED = (
    ("white (RGB)", white, {"rgb24": 255, "gbrp10le": 1020, "gbrp12le": 4080, "gbrp16le": 65283, "rgb48le": 65283}),
    ("white (RGB)", white, {"gbrpf32le": 0.9962, "gray16le": 65535, "grayf32le": 0.918}),
    ("white (grey)", grey, {"gray16le": 65535, "grayf32le": 1.0, "rgb48le": 65280}),
    ("a film's white, 8 bits", film("yuv444p", 235, 128, np.uint8), {"rgb24": 255, "rgb48le": 65283}),
    ("a film's white, 10 bits", film("yuv444p10le", 940, 512, np.uint16), {"rgb24": 255, "rgb48le": 65283}),
    ("a film's white, 12 bits", film("yuv444p12le", 3760, 2048, np.uint16), {"rgb24": 255, "gbrpf32le": 0.9962}),
    ("white in full range, 10 bits", film("yuv444p10le", 1023, 512, np.uint16, full=True), {"rgb48le": 65472}),
)
right = True
for name, frame, formats in EXPECTED:
    for format, expected in formats.items():
        seen = value(frame, format)
        print(f"  {name} as {format}: {seen:.4f}" if "f32" in format else f"  {name} as {format}: {seen:.0f}")
        # The last digit may depend on the processor's instructions.
        right &= abs(seen - expected) <= (0.0005 if "f32" in format else 4 if expected > 5000 else 0)
assert right, "this has changed"

shades = np.arange(256)
deep = np.repeat(shades[None, :, None] * 257, 64, 0).repeat(3, 2).astype(np.uint16)
back = av.VideoFrame.from_ndarray(deep, "rgb48le").to_ndarray(format="rgb24")[32, :, 0].astype(int)
changed = shades[back != shades]
print(f"  200 * 257 of 16 bits is {back[200]} of 8; {len(changed)} shades are others, from {changed[0]} to {changed[-1]}")
assert back[64] == 64 and back[200] == 201 and 115 <= len(changed) <= 127, "this has changed"
PY
