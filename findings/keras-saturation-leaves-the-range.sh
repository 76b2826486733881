#!/usr/bin/env bash
# One would guess: keras.layers.RandomSaturation does to pictures of 0 to 255, for which its value_range of (0, 255)
# is the default, what it does to the same pictures as 0 to 1 with value_range=(0, 1): "factor=1.0 makes the image
# fully saturated".
#
# What is so: the saturation is a number from 0 to 1 in either case, but it is cut off at the upper end of
# value_range. So with (0, 255) it grows to up to 255 instead of 1, and colours leave the range: with factor=0.8 an
# orange of (220, 140, 60) gets -420 of blue, and with 1.0 a blue of -55880. With value_range=(0, 1) it is as
# documented. RandomColorJitter, which has the layer in it, does the same. Nothing is said; saved as bytes, -420
# becomes a number like any other, and in a network one such picture outweighs the batch.
#
# Who meets it: who trains on pictures of 0 to 255, as Keras's own loaders give them, with factors above 0.5. Set
# value_range=(0, 1) and divide, or clip behind the layer.
#
# Source: run here; keras/src/layers/preprocessing/image_preprocessing/random_saturation.py: clip(s_channel,
# self.value_range[0], self.value_range[1]). The documentation's example is with numbers of 0 to 255.
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

layers = keras.layers
orange = np.full((1, 8, 8, 3), (220, 140, 60), np.float32)


def colour(layer: layers.Layer, scale: int) -> list[int]:
    """What becomes of orange, in 0..255."""
    out = np.asarray(layer(orange / (255 / scale), training=True))[0, 4, 4] * (255 / scale)
    return out.round().astype(int).tolist()


print("Keras", version("keras"), "on", keras.backend.backend())
for factor in (0.3, 0.5, 0.8, 1.0):
    bytes_, unit = (colour(layers.RandomSaturation((factor, factor), value_range=(0, scale)), scale)
                    for scale in (255, 1))
    print(f"  RandomSaturation, factor {factor}: {bytes_} of 0..255, {unit} of 0..1")
    assert min(unit) >= 0 and max(unit) <= 255
    assert (bytes_ == unit) == (factor <= 0.5) and (min(bytes_) < -100) == (factor > 0.5), "this has changed"
jitter = {scale: colour(layers.RandomColorJitter(value_range=(0, scale), saturation_factor=(0.8, 0.8)), scale)
          for scale in (255, 1)}
print(f"  RandomColorJitter, saturation_factor 0.8: {jitter[255]} of 0..255, {jitter[1]} of 0..1")
assert min(jitter[255]) < -100 and min(jitter[1]) >= 0, "this has changed"
PY
for each in jax numpy; do KERAS_BACKEND=$each venv/bin/python try.py 2> /dev/null; done
