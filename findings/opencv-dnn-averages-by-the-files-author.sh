#!/usr/bin/env bash
# One would guess: what OpenCV's dnn computes of an ONNX file follows from the file's operators. Of an average over a
# window that reaches over the edge, the operator itself says by count_include_pad whether the padding counts.
#
# What is so: OpenCV 4.14 does not read count_include_pad. It counts the padding if the file's producer_name is "pytorch",
# and does not if it is anything else. So it is right for PyTorch's default, as long as nobody saves the file again under
# another name; and wrong, along the edges, for PyTorch's count_include_pad=False, and for what other programs write that
# count the padding. OpenCV 5.0.0 reads count_include_pad.
#
# Who meets it: who merges, simplifies or builds ONNX files before OpenCV runs them, and finds other values at the edges
# (Inception's blocks have such pooling), while onnxruntime gives the same as before.
#
# Source: run here; OpenCV's modules/dnn/src/onnx/onnx_importer.cpp, parseAveragePool: framework_name == "pytorch".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 opencv-python-headless==4.14.0.94
"$folder/venv/bin/python" - <<'PY'
import cv2
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

print("OpenCV", cv2.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
ones = np.ones((1, 1, 4, 4), np.float32)


def corner(producer, counted):
    """The corner of a picture of ones, averaged over 3x3 pixels, by OpenCV and by onnxruntime."""
    pool = helper.make_node("AveragePool", ["x"], ["y"], kernel_shape=[3, 3], pads=[1] * 4, count_include_pad=counted)
    ends = [[helper.make_tensor_value_info(name, TensorProto.FLOAT, ones.shape)] for name in "xy"]
    graph = helper.make_graph([pool], "pool", *ends)
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, producer_name=producer, opset_imports=opset, ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString()
    net = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
    net.setInput(ones)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return float(net.forward()[0, 0, 0, 0]), float(session.run(None, {"x": ones})[0][0, 0, 0, 0])


for counted in (0, 1):
    for producer in ("pytorch", "onnx-simplifier", ""):
        found, right = corner(producer, counted)
        print(f"count_include_pad={counted}, producer {producer!r}: OpenCV {found:.3f}, onnxruntime {right:.3f}")
        assert abs(right - (4 / 9 if counted else 1)) < 1e-6
        assert abs(found - (4 / 9 if producer == "pytorch" else 1)) < 1e-6, "this has changed"
PY
