#!/usr/bin/env bash
# One would guess: OpenVINO computes ONNX's ReduceL1 over the axes that the file names, as it does ReduceL2 and
# ReduceMean.
#
# What is so: of ReduceL1, ReduceLogSum and ReduceLogSumExp in files of opset 13 to 17, where the axes stand in an
# attribute, it does not read that attribute, and reduces over all axes. The result is one number; where it meets the
# picture again, it is broadcast, so all shapes fit. A picture divided by its channels' sum of magnitudes, which ought
# to be 1 for each pixel, is here about 1/64 of that, evenly. Opset 11, and 18 and later, are right, and so are the
# seven other reductions at each opset. No warning, though the file says which shape comes out.
#
# Who meets it: whose network normalises by L1 (weights of attention, of blended styles, of filters) or takes a
# logsumexp, and was exported at 13 to 17, which PyTorch's exporters did for years (17 was the default until 2025).
# onnx.version_converter or a newer export helps: at 18 the axes became an input.
#
# Source: run here; src/frontends/onnx/frontend/src/op/reduce.cpp of github.com/openvinotoolkit/openvino.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1
cd "$folder"
venv/bin/python - <<'PY'
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper

SHAPE = [1, 3, 8, 8]
KINDS = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"]


def save(kind, opset):
    """A file that divides a picture by what a reduction over its channels gives."""
    reduce, constants = ["x"], []
    attributes = {"axes": [1]} if opset < 18 else {}
    if opset >= 18:
        constants = [helper.make_tensor("axes", TensorProto.INT64, [1], [1])]
        reduce = ["x", "axes"]
    nodes = [helper.make_node("Reduce" + kind, reduce, ["r"], **attributes), helper.make_node("Div", ["x", "r"], ["y"])]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, SHAPE) for name in "xy"]
    graph = helper.make_graph(nodes, "divide", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "divide.onnx")


picture = np.random.default_rng(0).uniform(0.2, 0.9, SHAPE).astype(np.float32)
print("openvino", openvino.__version__.split("-")[0], "onnxruntime", version("onnxruntime"))
wrong = []
for opset in (11, 13, 17, 18):
    for kind in KINDS:
        save(kind, opset)
        right = onnxruntime.InferenceSession("divide.onnx").run(None, {"x": picture})[0]
        network = openvino.Core().compile_model("divide.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        found = np.array(network(picture)[0])
        assert found.shape == right.shape
        if np.abs(found - right).max() > 0.001 * np.abs(right).max():
            wrong.append((opset, kind))
            print(f"  opset {opset}, Reduce{kind}: the mean is {found.mean():.4f} and not {right.mean():.4f}")
assert wrong == [(opset, kind) for opset in (13, 17) for kind in ("L1", "LogSum", "LogSumExp")], "this has changed"
PY
