#!/usr/bin/env bash
# One would guess: MNN's converter takes ONNX's GridSample (PyTorch's grid_sample(), by which pictures are warped along
# a flow, turned, and straightened) with its filter and its padding, or refuses what MNN cannot do.
#
# What is so: mode="bicubic" (or "cubic") runs as linear, and padding_mode="reflection" as "border": bit by bit the
# same numbers as of a file that asks for those. The six cases of linear and nearest with zeros and border are right. No
# word while converting or running. A point that is asked for half a picture beyond the edge is, instead of the mirrored
# picture, the edge's pixel drawn out to a streak.
#
# Who meets it: clips whose frames are warped onto each other (a painting that sticks to what moves), warps that mirror
# the rim so as not to show it, and spatial transformers, on phones. Where a warp stays inside, only sharpness is lost.
#
# Source: run here; github.com/alibaba/MNN, tools/converter/source/onnx/GridSampleOnnx.cpp and the CPU's GridSample.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    mnn==3.6.1 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
cd "$folder"
cat > try.py <<'PY'
from importlib.metadata import version

import _tools  # MNN's converter
import MNN
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

SHAPE = [1, 1, 12, 12]
rng = np.random.default_rng(0)
picture = rng.uniform(0, 1, SHAPE).astype(np.float32)
centres = (np.arange(12, dtype=np.float32) + 0.5) / 6 - 1
straight = np.stack(np.meshgrid(centres, centres), axis=2)
grid = (straight * 1.5 + rng.uniform(-0.1, 0.1, straight.shape)).astype(np.float32)[None]  # reaches beyond the edges


def by_both(mode, padding):
    """The warped picture by MNN and by ONNX Runtime."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, SHAPE) for name in "xy"]
    table = helper.make_tensor("grid", TensorProto.FLOAT, grid.shape, grid.ravel())
    node = helper.make_node("GridSample", ["x", "grid"], ["y"], mode=mode, padding_mode=padding, align_corners=0)
    graph = helper.make_graph([node], "warp", ends[:1], ends[1:], [table])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "net.onnx")
    _tools.mnnconvert(["", "-f", "ONNX", "--modelFile", "net.onnx", "--MNNModel", "net.mnn", "--bizCode", "none"])
    net = MNN.nn.load_module_from_file("net.mnn", ["x"], ["y"])
    given = MNN.expr.placeholder(SHAPE, MNN.expr.NCHW)
    given.write(picture.copy())
    found = np.array(MNN.expr.convert(net.forward([given])[0], MNN.expr.NCHW).read()).reshape(SHAPE)
    return found, onnxruntime.InferenceSession("net.onnx").run(None, {"x": picture})[0]


print("MNN", version("mnn"), "onnxruntime", version("onnxruntime"))
found = {}
for mode in ("nearest", "bilinear", "bicubic"):
    for padding in ("zeros", "border", "reflection"):
        found[mode, padding], right = by_both(mode, padding)
        far = np.abs(found[mode, padding] - right)
        print(f"  {mode}, {padding}: wrong by up to {far.max():.2f} and by {far.mean():.2f} on average")
        known = mode != "bicubic" and padding != "reflection"
        assert (far.max() < 1e-4) == known and (known or far.max() > 0.1), "this has changed"
for (mode, padding), result in found.items():
    instead = ("bilinear" if mode == "bicubic" else mode), ("border" if padding == "reflection" else padding)
    assert np.array_equal(result, found[instead]), "this has changed"
PY
"$folder/venv/bin/python" try.py > out.txt 2>&1 || { cat out.txt; exit 1; }
grep -E "^(MNN [0-9]|  (nearest|bi))" out.txt
