#!/usr/bin/env bash
# One would guess: ISONoise of Albumentations ("Applies camera sensor noise to the input image, simulating high ISO
# settings") makes pixels lighter and darker by chance, as a sensor does, and keeps a photo's brightness.
#
# What is so: it adds numbers from a Poisson distribution, which are never below 0, and whose mean it does not take
# away. So nothing becomes darker by it: a photo gets lighter, by more the larger the intensity; at the largest, 1, by
# 20 of 255. And as the distribution's mean is a fraction of 1, most pixels get nothing, and
# the others one and the same step towards white: not grain, but light specks. How many, depends on how much the whole
# photo's lights differ, so a plain grey wall has no noise at all, where a sensor's is seen best.
#
# Who meets it: who makes photos noisy to train a denoiser, or to give a painting grain: the pairs differ in brightness,
# which is what the network then learns. AlbumentationsX 2.5, which goes on from it, has the same lines.
#
# Source: run here; albumentations/augmentations/pixel/functional.py, iso_noise(): add_array(hls[..., 1],
# luminance_noise * intensity * (1.0 - hls[..., 1])).
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

y, x = np.mgrid[:256, :256]
photo = (110 + 80 * np.sin(x / 40) * np.cos(y / 30)).round().astype(np.uint8)[..., None].repeat(3, 2)
wall = np.full((256, 256, 3), 110, np.uint8)
print("Albumentations", version("albumentations"))
for intensity in (0.2, 0.5, 1):
    noise = albumentations.Compose([albumentations.ISONoise(color_shift=(0, 0), intensity=(intensity, intensity), p=1)],
                                   seed=0)
    change = noise(image=photo)["image"].astype(int) - photo
    of_wall = noise(image=wall)["image"].astype(int) - wall
    darker, lighter = (change < -1).mean(), (change > 1).mean()
    print(f"  intensity {intensity}: {lighter:.0%} lighter, {darker:.0%} darker, the mean {change.mean():+.1f} of "
          f"{photo.mean():.0f}; a grey wall changes by {of_wall.min()} to {of_wall.max()}")
    assert darker == 0 and lighter > 0.02 and change.mean() > 0.5, "this has changed"
    assert np.abs(of_wall).max() <= 1, "this has changed"
assert change.mean() > 15
PY
