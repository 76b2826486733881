#!/usr/bin/env bash
# One would guess: Tensor(array) of tinygrad either copies the array, as torch.tensor() does, or shares its memory for
# good, as torch.from_numpy() does.
#
# What is so: it does the one, and later the other. tinygrad computes nothing until a result is asked for, and copies
# the array no sooner. If the array is filled with the next frame before, all that was made of the first frame (sums,
# whole networks' outputs, read by nobody yet) is made of the next one; what was asked for before stays. So a print() of
# a value in the loop mends the program. bytes and lists are copied at once.
#
# Who meets it: who decodes clips into one buffer (cv2's read(frame), readinto()) and gathers the frames or their
# features in a list: all are of the last frame. Tensor(frame.copy()), or .realize() at once; it does not help to cast
# or to stack.
#
# Source: run here (on its device PYTHON, which needs no compiler; the rule is the same for all); tinygrad/tensor.py,
# _fromnp(): the array becomes the buffer of a device NPY, copied from when it is first needed. Its documentation calls
# tensors lazy, and says nothing of arrays that change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tinygrad==0.14.0
DEV=PYTHON "$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from tinygrad import Tensor, dtypes

buffer = np.zeros((8, 8, 3), np.uint8)


def frames(read):
    """What is made of three frames, 10, 20 and 30, that are decoded into one buffer."""
    made = []
    for shade in (10, 20, 30):
        buffer[:] = shade
        made.append(read(buffer))
    return [float(each.numpy().mean()) for each in made]


WAYS = {
    "Tensor(buffer)": lambda array: Tensor(array),
    "Tensor(buffer).cast(float32)": lambda array: Tensor(array).cast(dtypes.float32),
    "Tensor(buffer).mean()": lambda array: Tensor(array).mean(),
    "Tensor(buffer), stacked": lambda array: Tensor.stack(Tensor(array), Tensor(array)),
    "Tensor(buffer).realize()": lambda array: Tensor(array).realize(),
    "Tensor(buffer.copy())": lambda array: Tensor(array.copy()),
    "Tensor(bytes(buffer))": lambda array: Tensor(bytes(array)),
    "Tensor(buffer.tolist())": lambda array: Tensor(array.tolist()),
}
print("tinygrad", version("tinygrad"))
found = {}
for name, read in WAYS.items():
    found[name] = frames(read)
    print(f"  {name}: {found[name]}")
assert list(found.values()) == [[30.0, 30.0, 30.0]] * 4 + [[10.0, 20.0, 30.0]] * 4, "this has changed"


def looked_at(array):
    tensor = Tensor(array)
    tensor.mean().item()  # as by a print()
    return tensor


seen = frames(looked_at)
print(f"  Tensor(buffer), with a look at its mean: {seen}")
assert seen == [10.0, 20.0, 30.0], "this has changed"
PY
