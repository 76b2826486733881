#!/usr/bin/env bash
# One would guess: keras.ops.image.ssim(one, other, max_val=255) takes pictures of bytes, for which max_val=255 is
# ("Use 255.0 for images with pixel values in [0, 255]"), and gives their likeness, a number up to 1.
#
# What is so: it computes in floats, and at the end turns the likeness into the type of the pictures. In uint8 each
# likeness below 1 is 0: a photo and the same as a good JPEG are as unlike as a photo and its negative. Only two equal
# pictures have 1. As float32 the JPEG has 0.94, the negative -0.2. No error, no warning.
#
# Who meets it: who measures what was lost by compressing, resizing or painting on pictures as Pillow, OpenCV and
# tf.data give them; and as a metric, which then stands at 0 for all epochs. Cast to "float32" before.
#
# Source: run here; keras/src/ops/image.py, _ssim(): `return ops.cast(ssim_result, original_dtype)`. The documentation
# says nothing of types.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 keras==3.15.1 numpy==2.4.6 pillow==13.0.0
KERAS_BACKEND=jax JAX_PLATFORMS=cpu venv/bin/python - <<'PY'
import io

import keras
import numpy as np
from PIL import Image

y, x = np.mgrid[:128, :128] / 128
noise = np.random.default_rng(0)
photo = np.stack([0.5 + 0.25 * np.sin(9 * x + 5 * y + each) + 0.15 * np.sin(31 * x * y) for each in range(3)], -1)
photo = (255 * photo + noise.normal(0, 3, photo.shape)).clip(0, 255).round().astype(np.uint8)
file = io.BytesIO()
Image.fromarray(photo).save(file, "JPEG", quality=90)
others = {"itself": photo, "its JPEG": np.asarray(Image.open(file)),
          "with noise": (photo + noise.normal(0, 25, photo.shape)).clip(0, 255).round().astype(np.uint8),
          "its negative": 255 - photo}

print("Keras", keras.__version__)
print("  the likeness of a photo to")
for name, other in others.items():
    of_bytes = float(keras.ops.image.ssim(photo, other, max_val=255))
    of_floats = float(keras.ops.image.ssim(photo.astype(np.float32), other.astype(np.float32), max_val=255))
    print(f"    {name}: {of_bytes:g} of bytes, {of_floats:.3f} of the same as floats")
    if name == "its JPEG":
        assert 0.9 < of_floats < 1
    assert of_bytes == (name == "itself"), "this has changed"
PY
