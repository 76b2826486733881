#!/usr/bin/env bash
# One would guess: torchmetrics' VisualInformationFidelity takes pictures of 0..1, as PyTorch's tensors of pictures are
# and as its other measures of pictures take them; it has no data_range, so the scale does not matter.
#
# What is so: it compares the variances in the picture with a fixed noise of the eye, of variance 2, which is meant for
# shades of 0..255. In pictures of 0..1 no variance comes near 2, and what is left ranks them backwards: heavy noise
# gets 0.98 and half the contrast 0.25, where the measure is 0.21 and 0.74. All values lie between 0 and 1, and
# identical pictures get 1, so nothing looks wrong. Multiplied by 255 the same pictures get the same as from sewar.
#
# Who meets it: who compares restorations, or style transfers of one photo, by several measures at once on pictures of
# 0..1: this one prefers the noisy one. Multiply by 255 before, or set sigma_n_sq to 2 / 255**2.
#
# Source: run here; torchmetrics/functional/image/vif.py, `_vif_per_channel`: sigma_n_sq = 2.0. The documentation calls
# it the variance of the visual noise, says nothing of the range, and shows an example with randn().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 sewar==0.4.10 torch==2.13.0 torchmetrics==1.9.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
import sewar
import torch
from torchmetrics.image import VisualInformationFidelity

y, x = np.mgrid[:128, :128] / 128
noise = np.random.default_rng(0)
picture = 0.5 + 0.25 * np.sin(9 * x + 5 * y) + 0.15 * np.sin(31 * x * y + 3) + noise.normal(0, 0.05, x.shape)
picture = (picture.clip(0, 1) * 255).round().astype(np.uint8)
noisy = (picture + noise.normal(0, 25, x.shape)).clip(0, 255).round().astype(np.uint8)
pale = (picture.mean() + 0.5 * (picture - picture.mean())).round().astype(np.uint8)


def by_torchmetrics(changed, scale):
    pair = [torch.tensor(each, dtype=torch.float32)[None, None] * scale for each in (changed, picture)]
    return float(VisualInformationFidelity()(*pair))


print("torchmetrics", version("torchmetrics"), "sewar", version("sewar"))
found = {}
for name, changed in (("the same", picture), ("with noise", noisy), ("with half the contrast", pale)):
    right = float(sewar.vifp(picture, changed))
    found[name] = by_torchmetrics(changed, 1 / 255)
    large = by_torchmetrics(changed, 1)
    print(f"{name}: {found[name]:.3f} of 0..1, {large:.3f} of 0..255, {right:.3f} by sewar")
    assert abs(large - right) < 0.01
    assert (right > 0.99) == (name == "the same")
    if name == "with noise":
        least = right
assert right > least + 0.3, "half the contrast is the better one"
assert found["the same"] > 0.999 and found["with noise"] > found["with half the contrast"] + 0.3, "this has changed"
PY
