#!/usr/bin/env bash
# One would guess: an engine that takes an ONNX file whose Resize has antialias=1 reduces the picture so, or refuses
# the file. The attribute came with opset 18, and is what PyTorch's interpolate(..., antialias=True) becomes.
#
# What is so: OpenVINO 2026.4 and OpenCV 4.14 take the file and ignore the attribute. Each new pixel is made of the two
# nearest old ones on each axis, however many it stands for. A quarter of the size keeps four of sixteen pixels: even
# stripes of black and white, which onnxruntime, tract and Pillow make an even grey of (within 0.07), come out as
# stripes of full contrast that were not there (0 to 1). No warning. OpenVINO does so with cubic, too.
#
# Who meets it: whose file reduces the picture itself: preprocessing put into the network, losses and pyramids at
# several sizes, CLIP-like encoders. A test on smooth pictures, or one that enlarges, does not show it. Reduce before
# the engine, or write the reduction as a convolution or an average pooling.
#
# Source: run here; onnx.ai/onnx/operators/onnx__Resize.html. OpenVINO's src/frontends/onnx/frontend/src/op/resize.cpp
# does pass antialias on, but makes the mode LINEAR_ONNX, whose CPU kernel does not heed it. PyTorch 2.15
# writes this node for interpolate(..., mode="bilinear", antialias=True).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 \
    opencv-python-headless==4.14.0.94 openvino==2026.4.1 pillow==13.0.0 tract==0.23.9
cd "$folder"
venv/bin/python - <<'PY'
from importlib.metadata import version

import cv2
import numpy as np
import onnx
import onnxruntime
import openvino
import tract
from onnx import TensorProto, helper
from PIL import Image

OLD, NEW = 96, 24


def save(antialias):
    """A file that makes a picture four times smaller."""
    attributes = {"mode": "linear", "coordinate_transformation_mode": "half_pixel", "antialias": antialias}
    graph = helper.make_graph(
        [helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], **attributes)],
        "reduce",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, OLD, OLD])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, NEW, NEW])],
        [helper.make_tensor("sizes", TensorProto.INT64, [4], [1, 1, NEW, NEW])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "reduce.onnx")


def by_onnxruntime(picture):
    return onnxruntime.InferenceSession("reduce.onnx").run(None, {"x": picture})[0]


def by_tract(picture):
    return tract.onnx().load("reduce.onnx").into_model().into_runnable().run([picture])[0].to_numpy()


def by_openvino(picture):
    model = openvino.Core().compile_model("reduce.onnx", "CPU")
    return np.array(model({"x": picture})[0])


def by_opencv(picture):
    network = cv2.dnn.readNetFromONNX("reduce.onnx")
    network.setInput(picture)
    return network.forward()


stripes = np.tile(np.float32([1, 0, 0, 1, 1, 0]), OLD // 6)[None, None, None].repeat(OLD, 2).copy()
expected = np.asarray(Image.fromarray(stripes[0, 0]).resize((NEW, NEW), Image.Resampling.BILINEAR))
packages = {"onnxruntime": by_onnxruntime, "tract": by_tract}
packages |= {"openvino": by_openvino, "opencv-python-headless": by_opencv}
print(f"Pillow {version('pillow')}: {expected.min():.2f} to {expected.max():.2f}")
for name, function in packages.items():
    save(antialias=0)
    plain = function(stripes)
    save(antialias=1)
    smooth = function(stripes)
    print(f"{name} {version(name)}: {smooth.min():.2f} to {smooth.max():.2f}", end="; ")
    print(f"without antialias {plain.min():.2f} to {plain.max():.2f}")
    assert plain.min() < 0.01 and plain.max() > 0.99
    if name in ("onnxruntime", "tract"):
        assert np.abs(smooth[0, 0, 2:-2, 2:-2] - expected[2:-2, 2:-2]).max() < 0.01
    else:
        assert np.array_equal(smooth, plain), "this has changed"
PY
