#!/usr/bin/env bash
# One would guess: Sharpen(method="gaussian") of Albumentations makes edges stronger, by adding to each pixel what it
# differs from its blurred surroundings: the light side becomes lighter, the dark side darker.
#
# What is so: of a photo in bytes, the difference is computed in bytes as well, so where a pixel is darker than its
# surroundings by 5, it wraps round to 251. The dark side becomes much lighter: a line of 90 on 110 comes out as 217,
# and ink turns white. All noise becomes light, so a grey wall, with a grain of one shade, is full of bright specks.
# The same photo as floats, or method="kernel", comes out as it should. No error, no warning.
#
# Who meets it: who prepares photos for training, where nobody looks at them; in bytes, as OpenCV and Pillow give them.
# This is the last version under the free licence; AlbumentationsX, which goes on from it under another, has mended it.
#
# Source: run here; albumentations/augmentations/pixel/functional.py, sharpen_gaussian(): img + alpha * (img - blurred),
# which has no @float32_io, as unsharp_mask() has.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check albumentations==2.0.8 numpy==2.4.6 \
    opencv-python-headless==5.0.0.93
NO_ALBUMENTATIONS_UPDATE=1 venv/bin/python - <<'PY'
from importlib.metadata import version

import albumentations
import numpy as np

wall = np.full((64, 64, 3), 110, np.uint8)
wall[:, 30:33] = 90
grain = (110 + np.random.default_rng(0).integers(0, 2, (64, 64, 1))).repeat(3, 2).astype(np.uint8)


def sharpened(photo, method):
    sharpen = albumentations.Compose([albumentations.Sharpen(alpha=(0.5, 0.5), lightness=(1, 1), method=method, p=1)])
    out = sharpen(image=photo)["image"]
    return (out * 255).round().astype(int) if photo.dtype == np.float32 else out.astype(int)


print("Albumentations", version("albumentations"))
print("  a line of 90 on a wall of 110; a wall with a grain of 110 and 111")
for kind in ("bytes", "floats"):
    for method in ("gaussian", "kernel"):
        line, specks = (sharpened(each if kind == "bytes" else (each / 255).astype(np.float32), method)
                        for each in (wall, grain))
        beside = line[32, [25, 29, 31, 33], 0].tolist()
        print(f"  {method}, of {kind}: wall, at the line, line, at the line {beside}; the grain is "
              f"{specks.min()} to {specks.max()}")
        if (method, kind) == ("gaussian", "bytes"):
            assert beside[2] > 150 and specks.max() > 200, "this has changed"
        else:
            assert beside[2] <= 90 and specks.max() < 120
PY
