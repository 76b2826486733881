#!/usr/bin/env bash
# One would guess: ncnn.Mat(array) takes a NumPy array as NumPy means it, or refuses one that does not lie in order. So
# image.transpose(2, 0, 1), by which everyone makes planes of a picture, gives the planes.
#
# What is so: ncnn takes the shape and the address, and reads from there in one go. transpose() only renames the axes,
# so the Mat has the planes' shape, filled with the pixels in their old order: of a pure red picture each "plane" holds
# a third of red, green and blue. Mat.from_pixels reads a turned or cropped picture so, too. No error, no warning; a
# network still gives some result. After np.ascontiguousarray() it is right.
#
# Who meets it: who brings Python code from onnxruntime, OpenVINO or torch, which take any array, to ncnn, or crops or
# turns a picture before it goes in.
#
# Source: run here; ncnn's python/src/main.cpp, the constructor of Mat from py::buffer: it asks info.ptr and info.shape,
# and not info.strides; github.com/Tencent/ncnn, issue 3082 (open).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 ncnn==1.0.20261020
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import ncnn
import numpy as np

print(", ".join(f"{name} {version(name)}" for name in ("ncnn", "numpy")))
red = np.zeros((6, 6, 3), np.float32)
red[..., 0] = 1
planes = red.transpose(2, 0, 1)
contiguous = np.ascontiguousarray(planes)  # with a name: a Mat does not keep alive the array that it reads
found = {"as it is": np.array(ncnn.Mat(planes)), "contiguous": np.array(ncnn.Mat(contiguous))}
means = {name: [round(float(plane.mean()), 2) for plane in each] for name, each in found.items()}
print(f"shapes {[each.shape for each in found.values()]}, means of red, green and blue: {means}")
assert all(each.shape == planes.shape for each in found.values())
assert means["contiguous"] == [1, 0, 0]
assert means["as it is"] == [0.33, 0.33, 0.33], "this has changed"

grey = np.arange(16, dtype=np.uint8).reshape(4, 4)
kind = ncnn.Mat.PixelType.PIXEL_GRAY
for name, view in (("turned", grey.T), ("cropped", grey[:, :2])):
    height, width = view.shape
    read = np.array(ncnn.Mat.from_pixels(view, kind, width, height))[0]
    right = np.array(ncnn.Mat.from_pixels(np.ascontiguousarray(view), kind, width, height))[0]
    print(f"{name}: {read[:2].astype(int).tolist()}, contiguous {right[:2].astype(int).tolist()}")
    assert np.array_equal(right, view)
    assert np.array_equal(read.ravel(), np.arange(view.size)), "this has changed"
PY
