#!/usr/bin/env bash
# One would guess: scikit-image's random_noise(photo, mode="poisson") adds the noise of counted light, "generated from
# the data": how strong it is follows from how light a pixel is.
#
# What is so: it counts how many different values there are in the whole picture, takes the next power of two as the
# count of light that stands for 1.0, and draws by that. So a drawing of 5 shades gets a noise of 55 of 255, a photo
# of bytes, with up to 256 shades, one of 11; and the same photo as floats, once it was resized or blurred and has as
# many values as pixels, next to none: 0.7. A photo in colour gets another one than the same in grey, a crop another than
# the whole. It is all the same photo to the eye. No error, no warning.
#
# Who meets it: who trains or tests a denoiser, or gives a painting grain: after resizing, which gives floats, the noise
# is gone. Draw by oneself: rng.poisson(photo * light) / light, with a number for the light.
#
# Source: run here; skimage/util/noise.py, random_noise(): len(np.unique(image)). The documentation says only
# "Poisson-distributed noise generated from the data".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 scikit-image==0.26.0
venv/bin/python - <<'PY'
import numpy as np
import skimage
from skimage.transform import resize
from skimage.util import random_noise

y, x = np.mgrid[:256, :256]
photo = (128 + 80 * np.sin(x / 40) * np.cos(y / 30)).round().astype(np.uint8)
PICTURES = {
    "in 5 shades": (photo // 52 * 52).astype(np.uint8),
    "in bytes": photo,
    "one row of it, repeated": np.repeat(photo[:1], 256, 0),
    "as floats": photo / 255,
    "resized to the same size, as floats": resize(photo, photo.shape, order=3, preserve_range=False) * 0.999
    + 1e-6 * np.random.default_rng(0).random(photo.shape),
}

print("scikit-image", skimage.__version__)
print("  the noise that one photo gets, as a deviation of 255")
found = {}
for name, picture in PICTURES.items():
    clean = picture / 255 if picture.dtype == np.uint8 else picture
    found[name] = 255 * (random_noise(picture, mode="poisson", rng=1) - clean).std()
    print(f"    {name}, {len(np.unique(picture))} values: {found[name]:.1f}")
assert found["in 5 shades"] > 40 and 8 < found["in bytes"] < 20, "this has changed"
assert abs(found["as floats"] - found["in bytes"]) < 1
assert found["resized to the same size, as floats"] < 1.5, "this has changed"
PY
