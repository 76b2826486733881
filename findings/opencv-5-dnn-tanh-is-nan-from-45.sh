#!/usr/bin/env bash
# One would guess: OpenCV's dnn gives the tanh of 100 as 1, as each engine does and as OpenCV 4.14 did.
#
# What is so: in OpenCV 5.0, tanh of 45 or more is NaN, in each tensor that is long enough for its vector code (48
# values are; a single one is right). 45 is about where exp(2x) is no longer a number of float32; below -45 it gives -1.
# The sigmoid is right everywhere. No warning.
#
# Who meets it: networks that end in tanh, as the classic ones for style transfer do, and many that make pictures from
# drawings or noise: where a colour is far beyond white, the pixel is NaN. One such value inside a network, and the
# normalisation behind it makes NaN of the whole channel.
#
# Source: run here on x86-64, both versions; github.com/opencv/opencv, branch 5.x, the dnn's activation kernels.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/write.py" <<'PY'
from onnx import TensorProto, checker, helper, save


def model(operator, path):
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 4, 4]) for name in "xy"]
    graph = helper.make_graph([helper.make_node(operator, ["x"], ["y"])], "net", ends[:1], ends[1:])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(made, full_check=True)
    save(made, path)


model("Tanh", "tanh.onnx")
model("Sigmoid", "sigmoid.onnx")
PY
cat > "$folder/try.py" <<'PY'
import cv2
import numpy as np


def by_opencv(name, value):
    """What becomes of 48 equal values; NaN if it is so of any."""
    net = cv2.dnn.readNetFromONNX(f"{name}.onnx")
    net.setInput(np.full((1, 3, 4, 4), value, np.float32))
    return float(net.forward().max())


print("OpenCV", cv2.__version__)
found = {}
for name, values in {"tanh": (-100, 1, 44, 45, 100), "sigmoid": (-100, 1, 100)}.items():
    found[name] = {value: by_opencv(name, value) for value in values}
    print(f"  {name}:", ", ".join(f"of {value} {result:.4f}" for value, result in found[name].items()))
broken = [(name, value) for name in found for value, result in found[name].items() if np.isnan(result)]
for name, function in (("tanh", np.tanh), ("sigmoid", lambda x: 1 / (1 + np.exp(-x)))):
    for value, result in found[name].items():
        assert np.isnan(result) or abs(result - function(value)) < 1e-4
if cv2.__version__.startswith("4."):
    assert not broken
else:
    assert broken == [("tanh", 45), ("tanh", 100)], "this has changed"
PY
cd "$folder"
python3 -m venv four
python3 -m venv five
four/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 onnx==1.23.2 opencv-python-headless==4.14.0.94
five/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
four/bin/python write.py
four/bin/python try.py
five/bin/python try.py
