#!/usr/bin/env bash
# One would guess: Softmax of an ONNX file below opset 13, with axis=1, is what that opset says: all axes from the first
# on are one row, so the numbers of a picture's every channel and pixel together sum to 1. An engine that only knows the
# newer operator, over one axis alone, says so; the file names its opset for that.
#
# What is so: only ONNX Runtime and tract do that in each case. OpenCV 5.0 takes each old file for a new one, so that
# the channels of each pixel sum to 1; OpenVINO 2026.4 does so at opset 11 and 12, though not at 9, and LogSoftmax it
# does right; MNN 3.6 is right where the axis is written, and takes the last one where it is left out, which then meant
# 1. The values are up to 40 times too large here. No error, no warning. Two axes, as of classifiers, show nothing.
#
# Who meets it: who brings older files along, as nearly all of the public ones are: attention over all places (class
# maps, heat maps of key points, soft masks for blending styles), which then is attention over channels or a line.
# onnx.version_converter to 13 or later writes out what was meant, for all of them.
#
# Source: run here; onnx.ai/onnx/operators/onnx__Softmax.html, versions 1, 11 and 13; OpenVINO's
# src/frontends/onnx/frontend/src/op/softmax.cpp.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mnn==3.6.1 numpy==2.4.6 onnx==1.23.2 \
    onnxruntime==1.32.0 opencv-python-headless==5.0.0.93 openvino==2026.4.1 tract==0.23.9
cd "$folder"
cat > try.py <<'PY'
from importlib.metadata import version

import _tools  # MNN's converter
import cv2
import MNN
import numpy as np
import onnx
import onnxruntime
import openvino
import tract
from onnx import TensorProto, helper

SHAPE = [1, 3, 8, 8]


def save(opset, axis, name="net.onnx"):
    attributes = {} if axis is None else {"axis": axis}
    ends = [helper.make_tensor_value_info(each, TensorProto.FLOAT, SHAPE) for each in "xy"]
    graph = helper.make_graph([helper.make_node("Softmax", ["x"], ["y"], **attributes)], "net", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=4)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, name)
    return model


def by_onnxruntime(picture):
    return onnxruntime.InferenceSession("net.onnx").run(None, {"x": picture})[0]


def by_tract(picture):
    return tract.onnx().load("net.onnx").into_model().into_runnable().run([picture])[0].to_numpy()


def by_openvino(picture):
    return np.array(openvino.Core().compile_model("net.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(picture)[0])


def by_opencv(picture):
    network = cv2.dnn.readNetFromONNX("net.onnx")
    network.setInput(picture)
    return network.forward()


def by_mnn(picture):
    _tools.mnnconvert(["", "-f", "ONNX", "--modelFile", "net.onnx", "--MNNModel", "net.mnn", "--bizCode", "none"])
    net = MNN.nn.load_module_from_file("net.mnn", ["x"], ["y"])
    given = MNN.expr.placeholder(SHAPE, MNN.expr.NCHW)
    given.write(picture.copy())
    return np.array(MNN.expr.convert(net.forward([given])[0], MNN.expr.NCHW).read()).reshape(SHAPE)


def softmax(picture, axes):
    weights = np.exp(picture - picture.max(axes, keepdims=True))
    return weights / weights.sum(axes, keepdims=True)


picture = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
MEANT = {"all": (1, 2, 3), "the channels": 1, "the last": 3}
ENGINES = {"onnxruntime": by_onnxruntime, "tract": by_tract, "openvino": by_openvino}
ENGINES |= {"opencv-python-headless": by_opencv, "mnn": by_mnn}
found = {}
for name, run in ENGINES.items():
    for opset in (9, 11, 12, 13):
        for axis in (None, 1):
            save(opset, axis)
            result = run(picture)
            (axes,) = [key for key, axes in MEANT.items() if np.abs(result - softmax(picture, axes)).max() < 1e-5]
            found[name, opset, axis] = axes
            if axes == "all":
                model = onnx.version_converter.convert_version(save(opset, axis), 17)
                onnx.save(model, "net.onnx")
                for other in ENGINES.values():
                    assert np.abs(other(picture) - result).max() < 1e-5, "a converted file is right everywhere"
    old = [f"{opset} {found[name, opset, None]}, {found[name, opset, 1]}" for opset in (9, 11, 12)]
    print(f"  {name} {version(name)}, with axis left out and with axis=1: at opset", "; ".join(old))
    assert [found[name, 13, axis] for axis in (None, 1)] == ["the last", "the channels"]
top = softmax(picture, 1).max() / softmax(picture, (1, 2, 3)).max()
print(f"  the largest value over the channels is {top:.0f} times that over all")


def old(name, opset):
    return [found[name, opset, axis] for axis in (None, 1)]


for opset in (9, 11, 12):
    assert old("onnxruntime", opset) == old("tract", opset) == ["all", "all"]
    assert old("mnn", opset) == ["the last", "all"], "this has changed"
    assert old("opencv-python-headless", opset)[1] == "the channels", "this has changed"
    assert old("openvino", opset) == (["all"] * 2 if opset == 9 else ["the channels"] * 2), "this has changed"
PY
"$folder/venv/bin/python" try.py > out.txt 2>&1 || { cat out.txt; exit 1; }
grep -E "^  [a-z]" out.txt
