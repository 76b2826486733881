#!/usr/bin/env bash
# One would guess: an engine that takes an ONNX file whose Resize has keep_aspect_ratio_policy="not_larger" fits the
# picture into the size that is given, its sides' ratio kept, or refuses the file.
#
# What is so: OpenVINO 2026.4 and MNN 3.6 take the file and stretch the picture to that size, with "not_larger" and with
# "not_smaller". So circles become ellipses, and the result has another shape than the file itself says. No warning. MNN
# passes over axes=[3, 2], too: width and height are swapped. ONNX Runtime and tract are right.
#
# Who meets it: files that bring any photo to the network's size themselves (the policy came with opset 18 for that),
# and are run on a server by ONNX Runtime and by one of these two elsewhere. A test with square pictures shows nothing.
#
# Source: run here; onnx.ai/onnx/operators/onnx__Resize.html; src/frontends/onnx/frontend/src/op/resize.cpp of
# github.com/openvinotoolkit/openvino and tools/converter/source/onnx/ResizeOnnx.cpp of github.com/alibaba/MNN.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mnn==3.6.1 numpy==2.4.6 onnx==1.23.2 \
    onnxruntime==1.32.0 openvino==2026.4.1 tract==0.23.9
cd "$folder"
cat > try.py <<'PY'
from importlib.metadata import version

import _tools  # MNN's converter
import MNN
import numpy as np
import onnx
import onnxruntime
import openvino
import tract
from onnx import TensorProto, helper

HEIGHT, WIDTH = 40, 80
y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
disc = ((x - 40) ** 2 + (y - 20) ** 2 < 15**2).astype(np.float32)[None, None]


def save(policy, size, axes, result):
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, HEIGHT, WIDTH])]
    ends += [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, *result])]
    sizes = helper.make_tensor("sizes", TensorProto.INT64, [2], size)
    node = helper.make_node(
        "Resize", ["x", "", "", "sizes"], ["y"], mode="linear", keep_aspect_ratio_policy=policy, axes=axes
    )
    graph = helper.make_graph([node], "fit", ends[:1], ends[1:], [sizes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "net.onnx")


def by_onnxruntime():
    return onnxruntime.InferenceSession("net.onnx").run(None, {"x": disc})[0]


def by_tract():
    return tract.onnx().load("net.onnx").into_model().into_runnable().run([disc])[0].to_numpy()


def by_openvino():
    return np.array(openvino.Core().compile_model("net.onnx", "CPU")(disc)[0])


def by_mnn():
    _tools.mnnconvert(["", "-f", "ONNX", "--modelFile", "net.onnx", "--MNNModel", "net.mnn", "--bizCode", "none"])
    net = MNN.nn.load_module_from_file("net.mnn", ["x"], ["y"])
    given = MNN.expr.placeholder([1, 1, HEIGHT, WIDTH], MNN.expr.NCHW)
    given.write(disc.copy())
    result = MNN.expr.convert(net.forward([given])[0], MNN.expr.NCHW)
    return np.array(result.read()).reshape(result.shape)


CASES = {  # policy, the size that is given, its axes; then the result as meant, and as stretched
    "not_larger": ([80, 80], [2, 3], (40, 80), (80, 80)),
    "not_smaller": ([80, 80], [2, 3], (80, 160), (80, 80)),
    "stretch": ([120, 80], [3, 2], (80, 120), (80, 120)),
}
ENGINES = {"onnxruntime": by_onnxruntime, "tract": by_tract, "openvino": by_openvino, "mnn": by_mnn}
for name, run in ENGINES.items():
    print(f"{name} {version(name)}")
    for policy, (size, axes, meant, stretched) in CASES.items():
        save(policy, size, axes, meant)
        result = run()[0, 0]
        wide, high = (result > 0.5).any(0).sum(), (result > 0.5).any(1).sum()
        print(f"  {policy} {size} of axes {axes}: {result.shape}, the disc is {wide} wide and {high} high")
        if name == "mnn" and policy == "stretch":
            stretched = (120, 80)
        right = name in ("onnxruntime", "tract")
        assert result.shape == (meant if right else stretched), "this has changed"
PY
"$folder/venv/bin/python" try.py > out.txt 2>&1 || { cat out.txt; exit 1; }
grep -E "^(onnxruntime [0-9]|tract|openvino|mnn [0-9]|  (not|stretch))" out.txt
