#!/usr/bin/env bash
# One would guess: keras.layers.Equalization spreads the shades of each picture over the whole range, "independently
# on each color channel"; a picture in a batch comes out as it does alone. It is so with all other layers for
# pictures.
#
# What is so: it counts the shades of the whole batch in one histogram for each colour. So a dark picture beside light
# ones stays dark: alone its mean goes from 32 to 127, beside three light ones it stays at 31, and beside seven it
# becomes 16. What a picture becomes depends on who happens to stand beside it, differently in each epoch, and at
# inference, where the layer is meant to be at work ("At inference time, the equalization is consistently applied"),
# on the batch size. No error, no warning.
#
# Who meets it: who puts the layer into a model, or behind batch() in a pipeline, and wonders that the model is better
# with a batch of one, or worse. In front of batch() it is right.
#
# Source: run here; keras/src/layers/preprocessing/image_preprocessing/equalization.py, transform_images():
# _equalize_channel(images[..., i]), of the batch as of one picture.
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

random = np.random.default_rng(0)
dark, light = (random.integers(*bounds, (64, 64, 3)).astype(np.float32) for bounds in ((0, 64), (128, 256)))
layer = keras.layers.Equalization()


def equalized(*pictures: np.ndarray) -> np.ndarray:
    """What becomes of the first one."""
    return np.asarray(layer(np.stack(pictures)))[0]


print("Keras", version("keras"), "on", keras.backend.backend())
alone = equalized(dark)
for others in (0, 1, 3, 7):
    made = equalized(dark, *[light] * others)
    print(f"  a dark picture beside {others} light ones: mean {dark.mean():.0f} becomes {made.mean():.0f}, "
          f"the lightest shade {dark.max():.0f} becomes {made.max():.0f}")
    assert others or (made.max() == 255 and abs(made.mean() - 127) < 3)
    assert not others or abs(made.mean() - alone.mean()) > 50, "this has changed"
assert np.array_equal(equalized(dark, dark), alone)
PY
for each in jax numpy; do KERAS_BACKEND=$each venv/bin/python try.py 2> /dev/null; done
