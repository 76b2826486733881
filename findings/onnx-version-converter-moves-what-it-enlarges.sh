#!/usr/bin/env bash
# One would guess: onnx.version_converter brings a file to a newer opset, and it computes the same as before. What
# became an attribute there gets the value that the old operator had built in.
#
# What is so: Resize of opset 10 and Upsample of opset 9 place pixels by their upper left corners (x / scale). Opset 11
# can do so ("asymmetric"), but its default is "half_pixel", by centres, and the converter (onnx 1.23.2) leaves the
# attribute out. So a picture that is enlarged linearly moves to the right and down: by half a pixel if it is doubled,
# by three and a half if it is made eight times as large. (0, 2, 4, 6), doubled, is 0 1 2 3 4 5 6 6 before, and 0 0.5
# 1.5 2.5 3.5 4.5 5.5 6 after. Doubled by nearest neighbours it stays the same. The converted file passes the checker.
#
# Who meets it: who brings old networks of style transfer, segmentation or super-resolution to an opset that a newer
# engine asks for: each enlargement moves, and seams show where a path around it (a skip connection) does not.
#
# Source: run here; onnx/version_converter/adapters/resize_10_11.h; github.com/onnx/onnx, issue 8480 (open).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, version_converter

print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
ROW = np.array([[[[0, 2, 4, 6]]]], np.float32)


def doubled(model):
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": ROW})[0].ravel().tolist()


for operator, opset, mode, kept in (
    ("Upsample", 9, "linear", False),
    ("Resize", 10, "linear", False),
    ("Resize", 10, "nearest", True),
):
    node = helper.make_node(operator, ["x", "scales"], ["y"], mode=mode)
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 1, 1, w)) for name, w in (("x", 4), ("y", 8))]
    scales = numpy_helper.from_array(np.array([1, 1, 1, 2], np.float32), "scales")
    graph = helper.make_graph([node], "double", ends[:1], ends[1:], [scales])
    old = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=6)
    new = version_converter.convert_version(old, 13)
    (resize,) = (each for each in new.graph.node if each.op_type == "Resize")
    attributes = [attribute.name for attribute in resize.attribute]
    print(f"{operator} {mode}: opset {opset} {doubled(old)}, opset 13 {doubled(new)}, with attributes {attributes}")
    assert "coordinate_transformation_mode" not in attributes, "this has changed"
    assert (doubled(old) == doubled(new)) == kept, "this has changed"
PY
