#!/usr/bin/env bash
# One would guess: ONNX Runtime's optimizer keeps what a model computes. (1 / x) * y of integers is 0 wherever x is more
# than 1, as Div of integers drops the fraction: so says the specification, and so compute NumPy and PyTorch.
#
# What is so: from the level "basic" on (the default is "all") it makes y / x of it, as if the numbers were reals. For x
# = 2 and y = 20 a model gives 10 instead of 0; with optimisation switched off it gives 0. The rule asks whether the
# dividend is 1, and its list of types has int32 and int64, too. So one file gives two results, depending on the
# session's options; and on what else is read: where 1 / x is an output as well, nothing is fused, and all is right.
#
# Who meets it: graphs that compute sizes, strides or indices in integers: an "is x equal to 1" written as 1 // x, a
# count of tiles or a mask from it. Cast to float, or Where and Equal, say what is meant.
#
# Source: run here; onnxruntime/core/optimizer/div_mul_fusion.cc, DivMulFusion::SatisfyCondition.
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

X, Y = np.array([1, 2, 3, 7]), np.array([10, 20, 30, 40])
LEVELS = {
    "off": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "default": onnxruntime.SessionOptions().graph_optimization_level,
}


def model(kind, outputs):
    ends = {name: helper.make_tensor_value_info(name, kind, [4]) for name in ("x", "y", "part", "z")}
    nodes = [helper.make_node("Div", ["one", "x"], ["part"]), helper.make_node("Mul", ["part", "y"], ["z"])]
    one = helper.make_tensor("one", kind, [], [1])
    graph = helper.make_graph(nodes, "ratio", [ends["x"], ends["y"]], [ends[name] for name in outputs], [one])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made


def computed(made, level, feeds):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(["z"], feeds)[0].tolist()


print("onnxruntime", version("onnxruntime"), f"(1 / x) * y of x = {X.tolist()}, y = {Y.tolist()}")
right, wrong = ((1 // X) * Y).tolist(), (Y // X).tolist()
for kind, dtype in ((TensorProto.INT32, np.int32), (TensorProto.INT64, np.int64)):
    feeds = {"x": X.astype(dtype), "y": Y.astype(dtype)}
    found = {name: computed(model(kind, ["z"]), level, feeds) for name, level in LEVELS.items()}
    found["part is read, too"] = computed(model(kind, ["part", "z"]), LEVELS["default"], feeds)
    found["by onnx's reference"] = ReferenceEvaluator(model(kind, ["z"])).run(None, feeds)[0].tolist()
    print(f"  {np.dtype(dtype).name}:", ", ".join(f"{name} {values}" for name, values in found.items()))
    assert list(found.values()) == [right, wrong, wrong, right, right], "this has changed"
PY
