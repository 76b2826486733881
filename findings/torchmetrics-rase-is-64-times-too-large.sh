#!/usr/bin/env bash
# One would guess: torchmetrics' RelativeAverageSpectralError is the published measure: a hundred times the root mean
# square error of the bands by their mean, so a percentage. A picture that is a tenth too light everywhere has 10.
#
# What is so: it has 640. The mean of each window is divided by the number of the window's pixels once more, after it
# has become a mean, so all values are too large by window_size squared: 64 by default, 256 with window_size=16, for
# which nothing in the numbers shows a reason. sewar's rase(), which has windows as well, gives 10, as does the ERGAS of
# torchmetrics itself, which is nearly the same measure.
#
# Who meets it: who quotes it beside published values, or compares two with other windows. The order of two methods
# stays, which is why it is hard to see.
#
# Source: run here; torchmetrics/functional/image/rase.py: _uniform_filter(target, window_size) / (window_size**2),
# where the filter is a mean already. The measure: Gonzalez-Audicana et al., IEEE TGRS 42 (2004).
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
from torchmetrics.functional.image import error_relative_global_dimensionless_synthesis as ergas
from torchmetrics.image import RelativeAverageSpectralError

rng = np.random.default_rng(0)
flat = np.full((3, 64, 64), 100.0)
fine = rng.uniform(90, 110, flat.shape)
noisy = fine + rng.normal(0, 8, flat.shape)
CASES = {"a flat grey, 10 % lighter": (flat * 1.1, flat), "a fine pattern, with noise": (noisy, fine)}
print("torchmetrics", version("torchmetrics"), "sewar", version("sewar"))
for name, (changed, picture) in CASES.items():
    right = 100 / picture.mean() * np.sqrt(np.square(changed - picture).mean())
    pair = [torch.tensor(each, dtype=torch.float64)[None] for each in (changed, picture)]
    print(f"  {name}: {right:.2f} by the formula, ERGAS of ratio 1 {float(ergas(*pair, ratio=1)):.2f}", end="")
    for size in (8, 16):
        found = float(RelativeAverageSpectralError(window_size=size)(*pair))
        other = float(sewar.rase(*(each.transpose(1, 2, 0) for each in (picture, changed)), ws=size))
        print(f"; window {size}: {found:.1f}, which is {found / right:.1f} times that; sewar {other:.1f}", end="")
        assert abs(other / right - 1) < 0.05
        assert abs(found / right / size**2 - 1) < 0.05, "this has changed"
    print()
PY
