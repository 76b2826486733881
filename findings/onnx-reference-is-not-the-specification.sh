#!/usr/bin/env bash
# One would guess: ReferenceEvaluator, which comes with the package onnx and runs each operator in NumPy, is the
# specification made to run. Slow, but right: where an engine differs from it, the engine is wrong.
#
# What is so: LRN, in a batch of one picture, leaves all channels but the first unscaled (it counts the pictures where
# it should count the channels). Softmax of opset 1 to 12, which the specification defines over the axis and all behind
# it together, is that of opset 13, over the axis alone. LpNormalization with p=1 divides by the plain sum instead of
# that of the absolute values, so rows whose sum is near 0 become huge. Each is shown here by a simple formula; ONNX
# Runtime has all three right. Nothing is raised.
#
# Who meets it: who checks a converter, an optimizer or a quantised file against it, above all of older networks (LRN is
# in AlexNet and GoogLeNet), and then mends what was right.
#
# Source: run here; onnx/reference/ops/op_lrn.py (a loop over x.shape[0]), op_softmax.py (one class for all opsets),
# op_lp_normalization.py; the operators' pages at onnx.ai. The page of the evaluator allows that "mismatches may
# remain"; it names none.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

X = np.random.default_rng(0).normal(size=(1, 4, 5, 5)).astype(np.float32)


def lrn(x, size=3, alpha=0.5, beta=0.75, bias=1.0):
    windows = [x[:, max(0, c - 1) : c + 2] for c in range(x.shape[1])]
    squares = np.stack([(window**2).sum(axis=1) for window in windows], axis=1)
    return x / (bias + alpha / size * squares) ** beta


def softmax(x):
    powers = np.exp(x)
    return powers / powers.sum(axis=(1, 2, 3), keepdims=True)


CASES = {
    "LRN": (17, {"size": 3, "alpha": 0.5, "beta": 0.75, "bias": 1.0}, lrn),
    "Softmax": (11, {"axis": 1}, softmax),
    "LpNormalization": (17, {"axis": 1, "p": 1}, lambda x: x / np.abs(x).sum(axis=1, keepdims=True)),
    "InstanceNormalization": None,
}
print("onnx", onnx.__version__, "onnxruntime", version("onnxruntime"))
far = {}
for operator, case in CASES.items():
    inputs, constants = ["x"], []
    if case is None:  # one that is right
        inputs, constants = ["x", "scale", "bias"], []
        for name, value in (("scale", 1.0), ("bias", 0.0)):
            constants.append(helper.make_tensor(name, TensorProto.FLOAT, [4], [value] * 4))
        mean, variance = X.mean(axis=(2, 3), keepdims=True), X.var(axis=(2, 3), keepdims=True)
        case = 17, {}, lambda x: (x - mean) / np.sqrt(variance + 1e-5)
    opset, attributes, formula = case
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, X.shape)]
    ends.append(helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 4))
    node = helper.make_node(operator, inputs, ["y"], **attributes)
    graph = helper.make_graph([node], "one", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    results = [engine.run(None, {"x": X})[0] for engine in (ReferenceEvaluator(model), session)]
    far[operator], by_runtime = (float(np.abs(result - formula(X)).max()) for result in results)
    print(f"  {operator} of opset {opset}: wrong by {far[operator]:.6f} here, by {by_runtime:.6f} in ONNX Runtime")
    assert by_runtime < 1e-5
assert [error > 0.05 for error in far.values()] == [True, True, True, False], "this has changed"
PY
