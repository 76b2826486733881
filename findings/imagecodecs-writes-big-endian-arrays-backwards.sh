#!/usr/bin/env bash
# One would guess: imagecodecs encodes an array of 16 bits by its values, whichever byte order its dtype says; or it
# refuses the order that it does not know, as its PNG, JPEG XL, JPEG XR, JPEG-LS and lossless JPEG do.
#
# What is so: jpeg2k_encode(), htj2k_encode() and tiff_encode() take an array of big-endian numbers and write its bytes
# as if they were little-endian. 256 becomes 1, and 1 becomes 256; a smooth picture becomes noise. The file is valid, and
# lossless as it claims, of the wrong numbers. No error, no warning, whether the encoding is reversible or not.
#
# Who meets it: such arrays are what one gets of FITS, of 16-bit PGM and PNG files that are read by np.frombuffer(),
# and of np.memmap() of scanners' and cameras' raw frames. NumPy calculates with them and shows them right.
#
# Source: run here. The docstrings and the README name no byte order; the encoders that refuse say "invalid data shape,
# strides, or dtype".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import imagecodecs
import numpy as np

native = (np.arange(16 * 20, dtype="<u2") * 200).reshape(16, 20)
big = native.astype(">u2")
assert np.array_equal(native, big)
swapped = native.byteswap()
CODECS = {
    "jpeg2k": {"reversible": True},
    "htj2k": {},
    "tiff": {},
    "png": {},
    "jpegxl": {"lossless": True},
    "jpegxr": {},
    "jpegls": {},
    "ljpeg": {},
}

print("imagecodecs", version("imagecodecs"), "a slope of 16 bits, big-endian:")
for name, options in CODECS.items():
    encode, decode = getattr(imagecodecs, f"{name}_encode"), getattr(imagecodecs, f"{name}_decode")
    assert np.array_equal(decode(encode(native, **options)), native), "lossless"
    try:
        back = decode(encode(big, **options))
    except Exception as refused:
        print(f"  {name}: refused ({type(refused).__name__})")
        assert name not in ("jpeg2k", "htj2k", "tiff"), "this has changed"
        continue
    right, backwards = np.array_equal(back, native), np.array_equal(back, swapped)
    print(f"  {name}: {big[0, 1]} became {back[0, 1]}, {'right' if right else 'its bytes swapped' if backwards else back}")
    assert backwards and name in ("jpeg2k", "htj2k", "tiff"), "this has changed"
PY
