#!/usr/bin/env bash
# One would guess: a program that simplifies an ONNX file keeps what the file computes. Two nodes RandomNormalLike
# without a seed are two noises, so it keeps both, as onnxruntime's own optimizer does.
#
# What is so: onnxoptimizer, onnxsim and onnxslim, each with its default settings, take the second for a repetition of
# the first, as both have the same input and attributes, and leave one. Their difference, more than 5 in some pixels of
# the untouched file, is then 0 in every pixel. RandomUniformLike and Multinomial go the same way. Nothing fails, and
# who compares outputs before and after cannot find it, as random values differ anyhow.
#
# Who meets it: grain or dither for each colour by itself (it becomes grey), or several samples of an autoencoder at
# once: exported from PyTorch (randn_like), then simplified as usual. A seed for each node, all different, keeps them
# apart.
#
# Source: run here; onnx.ai/onnx/operators/onnx__RandomNormalLike.html (where no seed is given, one is generated);
# onnxoptimizer's passes/eliminate_common_subexpression.h, onnxslim's core/optimization/subexpression_elimination.py.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 onnx==1.23.2 onnxoptimizer==0.4.2 onnxruntime==1.32.0 onnxsim==0.8.1 onnxslim==0.1.98
"$folder/venv/bin/python" - <<'PY'
import contextlib
import io
from importlib.metadata import version

import numpy as np
import onnx
import onnxoptimizer
import onnxruntime
import onnxsim
import onnxslim
from onnx import TensorProto, helper

print(", ".join(f"{name} {version(name)}" for name in ("onnx", "onnxruntime")))


def two_noises(**seeds):
    """The difference of two noises, each of the size of a picture."""
    nodes = [
        helper.make_node("RandomNormalLike", ["x"], ["first"], **({"seed": seeds["first"]} if seeds else {})),
        helper.make_node("RandomNormalLike", ["x"], ["second"], **({"seed": seeds["second"]} if seeds else {})),
        helper.make_node("Sub", ["first", "second"], ["y"]),
    ]
    ends = [[helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 3, 64, 64))] for name in "xy"]
    graph = helper.make_graph(nodes, "noise", *ends)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def seen(model):
    """How many noises a file has, and how large their difference is, as onnxruntime computes it."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (difference,) = session.run(None, {"x": np.zeros((1, 3, 64, 64), np.float32)})
    return sum(node.op_type == "RandomNormalLike" for node in model.graph.node), float(np.abs(difference).max())


TOOLS = {
    "onnxoptimizer": onnxoptimizer.optimize,
    "onnxsim": lambda model: onnxsim.simplify(model)[0],
    "onnxslim": onnxslim.slim,
}
count, largest = seen(two_noises())
print(f"as it is: {count} noises, which differ by up to {largest:.1f}")
assert count == 2 and largest > 2
for tool, simplified in TOOLS.items():
    with contextlib.redirect_stdout(io.StringIO()):
        without, apart = seen(simplified(two_noises())), seen(simplified(two_noises(first=1.0, second=2.0)))
    print(f"{tool} {version(tool)}: {without[0]} noise, difference {without[1]}; with seeds {apart[0]}, {apart[1]:.1f}")
    assert without == (1, 0.0), "this has changed"
    assert apart[0] == 2 and apart[1] > 2
PY
