#!/usr/bin/env bash
# One would guess: keras.layers.Solarization(threshold_factor=(0.5, 0.5)) solarises at the middle shade, 127.5, in
# every picture; threshold_factor=(0.8, 1.0) at one between 204 and 255, so that only highlights are turned round. A
# tuple is the range from which a factor is drawn, as documented, and a factor is a part of value_range.
#
# What is so: the upper bound is multiplied by 255, the lower one is not. So (0.5, 0.5) draws from 0.5 to 127.5, and
# (0.8, 1.0) from 0.8 to 255, nearly any shade. With a threshold near 0 the whole picture becomes its negative. So it
# is with addition_factor: (0.2, 0.2), to make all lighter by 51, adds anything from 0.2 to 51. A single number, whose
# range begins at 0, is right. No error, no warning; it is random either way.
#
# Who meets it: who wants the effect by itself, or mild: RandAugment and the like set both ends of a range for
# strength. Draw a threshold oneself, or take a single number.
#
# Source: run here; keras/src/layers/preprocessing/image_preprocessing/solarization.py, get_random_transformation():
# minval=self.threshold_factor[0], maxval=self.threshold_factor[1] * 255.
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

COUNT = 200
ramps = np.broadcast_to(np.arange(256, dtype=np.float32)[None, None, :, None], (COUNT, 1, 256, 1))


def thresholds(**factors: object) -> np.ndarray:
    """The first shade that is turned round, of each of so many pictures (256 where none is)."""
    made = np.asarray(keras.layers.Solarization(seed=0, **factors)(ramps, training=True))[:, 0, :, 0]
    return np.where((made != ramps[:, 0, :, 0]).any(axis=1), (made != ramps[:, 0, :, 0]).argmax(axis=1), 256)


print("Keras", version("keras"), "on", keras.backend.backend())
for factor, low, high in (((0.5, 0.5), 127, 128), ((0.8, 1.0), 204, 256)):
    found = thresholds(addition_factor=0.0, threshold_factor=factor)
    print(f"  threshold_factor={factor}: shades are turned round from {found.min()} to {found.max()} on, "
          f"and ought to be from {low} to {high} on")
    assert found.max() <= high and found.min() < low / 4, "this has changed"

layer = keras.layers.Solarization(addition_factor=(0.2, 0.2), threshold_factor=(1.0, 1.0), seed=0)
added = np.asarray(layer.get_random_transformation(np.zeros((COUNT, 4, 4, 3), np.float32))["additions"]).ravel()
print(f"  addition_factor=(0.2, 0.2): {added.min():.1f} to {added.max():.1f} is added, and ought to be {0.2 * 255:.1f}")
assert added.max() <= 51 and added.min() < 10, "this has changed"
PY
for each in jax numpy; do KERAS_BACKEND=$each venv/bin/python try.py 2> /dev/null; done
