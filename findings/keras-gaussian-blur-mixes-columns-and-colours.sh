#!/usr/bin/env bash
# One would guess: keras.ops.image.gaussian_blur(pictures) blurs each colour along height and width, as documented:
# data_format defaults to keras.config.image_data_format(), which is "channels_last", and kernel_size and sigma are
# those of the height and of the width.
#
# What is so: with the backend JAX, a call without data_format takes the rows for channels. Nothing is blurred from row
# to row, but the three colours of each pixel are blurred into each other: a flat (200, 100, 50) becomes (107, 101, 55)
# in the middle, too. The shape is right. Nine other functions of keras.ops.image heed the default, and the backend
# NumPy is right. And on both, height and width change places: kernel_size=(1, 7) blurs up and down. No error, no
# warning.
#
# Who meets it: who smooths pictures or masks in a model or a loss, or moves from TensorFlow to JAX for its speed, which
# is what Keras 3 is for. Say data_format="channels_last", and give both sizes alike.
#
# Source: run here; keras/src/backend/jax/image.py, gaussian_blur(), which only asks data_format == "channels_last" of a
# None, and _get_gaussian_kernel2d(), which takes size[0] for x. The layer RandomGaussianBlur hands data_format over.
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


def blur(picture: np.ndarray, **options: object) -> np.ndarray:
    return np.asarray(keras.ops.image.gaussian_blur(picture, sigma=(1.0, 1.0), **options)).round(1)


name = keras.backend.backend()
print("Keras", version("keras"), "on", name, version(name), "and by default", keras.config.image_data_format())
flat = np.full((1, 32, 32, 3), (200, 100, 50), np.float32)
plain, said = (blur(flat, kernel_size=(5, 5), **options)[0, 16, 16].astype(int).tolist()
               for options in ({}, {"data_format": "channels_last"}))
print(f"  a flat [200, 100, 50], in the middle: {plain}; with data_format {said}")

point = np.zeros((1, 9, 9, 1), np.float32)
point[0, 4, 4] = 100
spread = blur(point, kernel_size=(1, 7), data_format="channels_last")[0, ..., 0]
rows, columns = (int(np.any(spread > 0, axis=axis).sum()) for axis in (1, 0))
print(f"  kernel_size=(1, 7), a height of 1: a point becomes {rows} rows and {columns} columns")

assert said == [200, 100, 50]
assert (plain == said) == (name == "numpy"), "this has changed"
assert name == "numpy" or plain == [107, 101, 55], "this has changed"
assert (rows, columns) == (7, 1), "this has changed"
PY
for each in jax numpy; do KERAS_BACKEND=$each venv/bin/python try.py 2> /dev/null; done
