#!/usr/bin/env bash
# One would guess: MNN enlarges a picture by a cubic filter (ONNX's Resize with mode "cubic", as PyTorch's interpolate()
# with mode="bicubic" becomes) as ONNX Runtime does, up to rounding, at its rim, too; it does so by a linear filter.
#
# What is so: the topmost rows and the leftmost columns are wrong, two pixels wide at four times the size. They lie
# before the first pixel's centre, between a pixel -1 that is not there and pixel 0; MNN puts them as far behind pixel 0
# instead. So the first two rows are copies of the fifth and the sixth, and a ramp of 0, 10, 20, ... begins with 5, 8,
# 1, 3 instead of -1, -1, 1, 3: a false line along two edges of each picture. The right and the lower edges are right,
# and so are align_corners and pictures that are reduced by a half. No word while converting or running.
#
# Who meets it: networks that enlarge (they add details to a cubic enlargement of their input) or that paint small and
# enlarge the result, on phones; a test on a crop of the middle, or on the mean error, shows nothing.
#
# Source: run here; github.com/alibaba/MNN, the cubic resizing of source/backend/cpu.
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


def by_both(picture, size, **how):
    """The picture in another size, by MNN and by ONNX Runtime."""
    shapes = (("x", picture.shape), ("y", size))
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 1, *shape)) for name, shape in shapes]
    sizes = helper.make_tensor("size", TensorProto.INT64, [4], [1, 1, *size])
    node = helper.make_node("Resize", ["x", "", "", "size"], ["y"], **how)
    graph = helper.make_graph([node], "enlarge", ends[:1], ends[1:], [sizes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "net.onnx")
    _tools.mnnconvert(["", "-f", "ONNX", "--modelFile", "net.onnx", "--MNNModel", "net.mnn", "--bizCode", "none"])
    net = MNN.nn.load_module_from_file("net.mnn", ["x"], ["y"])
    given = MNN.expr.placeholder([1, 1, *picture.shape], MNN.expr.NCHW)
    given.write(picture.copy())
    found = MNN.expr.convert(net.forward([given])[0], MNN.expr.NCHW).read()
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (right,) = session.run(None, {"x": picture[None, None]})
    return np.array(found).reshape(size), right.reshape(size)


def wrong(found, right):
    """The wrong rows of the last column, and the wrong columns of the last row."""
    far = np.abs(found - right) > 0.1
    return np.nonzero(far[:, -1])[0].tolist(), np.nonzero(far[-1])[0].tolist()


ramp = (np.add.outer(np.arange(6), np.arange(6)) * 10).astype(np.float32)
print("MNN", version("mnn"), "onnxruntime", version("onnxruntime"))
CASES = {
    "cubic, 2 times": ((12, 12), {"mode": "cubic"}),
    "cubic, 4 times": ((24, 24), {"mode": "cubic"}),
    "cubic, a half": ((3, 3), {"mode": "cubic"}),
    "cubic, 4 times, align_corners": ((24, 24), {"mode": "cubic", "coordinate_transformation_mode": "align_corners"}),
    "linear, 4 times": ((24, 24), {"mode": "linear"}),
}
seen = {}
for name, (size, how) in CASES.items():
    found, right = by_both(ramp, size, **how)
    seen[name] = wrong(found, right)
    rows, columns = seen[name]
    print(f"  {name}: wrong in rows {rows} and columns {columns}, by up to {np.abs(found - right).max():.1f}")
found, right = by_both(ramp[:, :1], (24, 1), mode="cubic")
print("  a ramp begins with", found[:4, 0].round().tolist(), "and not with", right[:4, 0].round().tolist())
assert np.abs(found[:2] - right[4:6]).max() < 0.01, "this has changed"
nothing = ([], [])
assert list(seen.values()) == [([0], [0]), ([0, 1], [0, 1]), nothing, nothing, nothing], "this has changed"
PY
"$folder/venv/bin/python" try.py > out.txt 2>&1 || { cat out.txt; exit 1; }
grep -E "^(MNN [0-9]|  (cubic|linear|a ramp))" out.txt
