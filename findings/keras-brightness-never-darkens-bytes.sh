#!/usr/bin/env bash
# One would guess: keras.layers.RandomBrightness makes pictures of bytes lighter and darker, cut off at 0 and 255, as
# it does with floats: it takes a "tensor, with float or int dtype", and its example is one of integers.
#
# What is so: the change is made a byte before it is added. With the backend JAX, a byte cannot be less than 0, so a
# picture that is to become darker stays as it is, and one that is to become lighter wraps around: white becomes a
# dark grey. With NumPy both wrap: shadows become white. Of floats, both are right. RandomContrast, and nearly all
# others, turn bytes into floats first. No error, no warning.
#
# Who meets it: who reads pictures by a loader that gives bytes, as those of data sets and of Pillow do, and puts
# augmentation first: half of the changes do nothing, the others make holes in what is light. A model learns from it
# all the same. Cast to float32 in front of the layer.
#
# Source: run here; keras/src/layers/preprocessing/image_preprocessing/random_brightness.py, transform_images():
# rgb_delta is cast to images.dtype. Its documentation: "By default, the layer will output floats" (of bytes it gives
# bytes).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 keras==3.15.1 numpy==2.4.6
cat > try.py <<'PY'
from importlib.metadata import version

import keras
import numpy as np

SHADES = [0, 30, 100, 200, 250]
picture = np.broadcast_to(np.array(SHADES, np.uint8)[None, None, :, None], (1, 4, len(SHADES), 3))


def changed(pixels: np.ndarray, factor: float) -> list[int]:
    """What becomes of the shades."""
    made = keras.layers.RandomBrightness((factor, factor))(pixels, training=True)
    return np.asarray(made)[0, 0, :, 0].astype(int).tolist()


backend = keras.backend.backend()
print("Keras", version("keras"), "on", backend, "of the shades", SHADES)
found = {}
for factor in (-0.2, 0.2):
    given, right = changed(picture.copy(), factor), changed(picture.astype(np.float32), factor)
    print(f"  {factor:+}: of bytes {given}, of floats {right}")
    found[factor] = given, right
assert found[-0.2][1] == [0, 0, 49, 149, 199] and found[0.2][1] == [51, 81, 151, 251, 255]
assert backend != "jax" or found[-0.2][0] == SHADES, "this has changed"
assert found[-0.2][0] != found[-0.2][1] and found[0.2][0][-1] < 60, "this has changed"
PY
for each in jax numpy; do KERAS_BACKEND=$each venv/bin/python try.py 2> /dev/null; done
