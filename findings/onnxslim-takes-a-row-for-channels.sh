#!/usr/bin/env bash
# One would guess: onnxslim joins a convolution with the multiplication behind it only where that is one factor a
# channel, as of shape (C, 1, 1). A factor for each column (W), as a vignette or a window has, cannot be joined, and is
# kept.
#
# What is so: onnxslim 0.1.98 looks at the number of factors alone. If there are as many columns as channels, it takes
# column i's factor for channel i's, and multiplies the weights by it; so with rows. Then the first channel is
# multiplied by the first factor everywhere. With another number of columns, all is right. What follows the convolution
# as an addition is checked, a multiplication is not; ConvTranspose has the same fault.
#
# Who meets it: feature maps of 64x64 with 64 channels, 32x32 with 32, with windows, position weights or masks that fade
# towards the borders. Tools call onnxslim by themselves (exporters of detectors do), and the file loads as before.
#
# Source: run here; onnxslim/core/pattern/fusion/convmul.py, ConvMulMatcher.rewrite: it squeezes the factors, and
# compares their number with the weights' output channels. convadd.py has a check for this.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 onnxslim==0.1.98
"$folder/venv/bin/python" - <<'PY'
import contextlib
import io
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import onnxslim
from onnx import TensorProto, helper, numpy_helper

print(", ".join(f"{name} {version(name)}" for name in ("onnx", "onnxruntime", "onnxslim")))
CHANNELS = 8


def outputs(operator, factors, width):
    """Of a convolution that copies one channel to eight, and an operator with constants: as it is, and by onnxslim."""
    nodes = [helper.make_node("Conv", ["x", "w"], ["t"]), helper.make_node(operator, ["t", "factors"], ["y"])]
    ends = [
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 1, 5, width))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, CHANNELS, 5, width))],
    ]
    constants = {"w": np.ones((CHANNELS, 1, 1, 1), np.float32), "factors": factors.astype(np.float32)}
    graph = helper.make_graph(nodes, "graph", *ends, [numpy_helper.from_array(v, k) for k, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    with contextlib.redirect_stdout(io.StringIO()):
        slim = onnxslim.slim(onnx.ModelProto.FromString(model.SerializeToString()))
    found = []
    for each in (model, slim):
        session = onnxruntime.InferenceSession(each.SerializeToString(), providers=["CPUExecutionProvider"])
        found.append(session.run(None, {"x": np.ones((1, 1, 5, width), np.float32)})[0])
    return found


for operator, shape, width, kept in (
    ("Mul", (CHANNELS, 1, 1), CHANNELS, True),
    ("Mul", (CHANNELS + 1,), CHANNELS + 1, True),
    ("Mul", (CHANNELS,), CHANNELS, False),
    ("Add", (CHANNELS,), CHANNELS, True),
):
    factors = np.arange(1, 1 + np.prod(shape)).reshape(shape)
    before, after = outputs(operator, factors, width)
    first = [picture[0, 0, 0].astype(int).tolist() for picture in (before, after)]
    print(f"{operator} of shape {shape}, {width} columns: the first channel is {first[0]}, by onnxslim {first[1]}")
    assert np.array_equal(before, after) == kept, "this has changed"
PY
