#!/usr/bin/env bash
# One would guess: torchmetrics.image.PeakSignalNoiseRatioWithBlockedEffect says the same of a picture, whether it is
# shown to it once or a hundred times, alone or as a batch of equal ones, as PeakSignalNoiseRatio does.
#
# What is so: the squared error is divided by the pixels of all pictures; what is added to it for the visible blocks is
# summed up over all pictures and divided by those of one only. So a hundred pictures weigh a hundred times as much as
# one: a JPEG of quality 10 that gets 32 dB alone (PSNR: 34) gets 16 dB as one of a hundred, and the value of a test
# set says how many pictures it has rather than how good they are. Batches in the function for it go the same way.
#
# Who meets it: who measures filters against the blocks of JPEG and video on more than one picture, or compares numbers
# from sets or batches of different sizes. Calling the function once for each picture, and averaging, is right.
#
# Source: run here; torchmetrics/functional/image/psnrb.py: `_compute_bef` sums over the batch, and divides by height
# and width; `_psnrb_update` and the class add that up, and `_psnrb_compute` divides only the squared error. The paper
# (Yim and Bovik, Quality assessment of deblocked images) has means of both, over one picture.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 pillow==13.0.0 torch==2.13.0 torchmetrics==1.9.0
"$folder/venv/bin/python" - <<'PY'
import io

import numpy as np
import torch
import torchmetrics
from PIL import Image
from torchmetrics.functional.image import peak_signal_noise_ratio_with_blocked_effect
from torchmetrics.image import PeakSignalNoiseRatio, PeakSignalNoiseRatioWithBlockedEffect


def by_hand(decoded, original):
    """Of any number of equal pictures: means of the squared error and of the squared steps, at blocks' edges or not."""
    across, down = np.diff(decoded, axis=1) ** 2, np.diff(decoded, axis=0) ** 2
    edge = np.arange(SIZE - 1) % 8 == 7
    at_edges = np.concatenate([across[:, edge].ravel(), down[edge].ravel()]).mean()
    within = np.concatenate([across[:, ~edge].ravel(), down[~edge].ravel()]).mean()
    assert at_edges > within, "blocks are to be seen"
    blocks = np.log2(8) / np.log2(SIZE) * (at_edges - within)
    return 10 * np.log10(255**2 / (np.mean((decoded - original) ** 2) + blocks))


SIZE = 256
y, x = np.mgrid[:SIZE, :SIZE] / SIZE
shades = 128 + 60 * np.sin(5 * x + 3 * y) + 40 * np.sin(9 * x * y) + np.random.default_rng(1).normal(0, 3, x.shape)
original = shades.clip(0, 255).round().astype(np.uint8)
file = io.BytesIO()
Image.fromarray(original).save(file, "JPEG", quality=10)
decoded = np.asarray(Image.open(file))
pair = [torch.tensor(each, dtype=torch.float32)[None, None] for each in (decoded, original)]
print("torchmetrics", torchmetrics.__version__)
right = by_hand(decoded.astype(float), original.astype(float))
print(f"PSNR-B by hand, of any number of these: {right:.2f}")
found = {}
for count in (1, 10, 100):
    plain, with_blocks = PeakSignalNoiseRatio(data_range=255.0), PeakSignalNoiseRatioWithBlockedEffect(data_range=255.0)
    for _ in range(count):
        plain.update(*pair)
        with_blocks.update(*pair)
    batch = [each.expand(count, -1, -1, -1) for each in pair]
    found[count] = [
        float(plain.compute()),
        float(with_blocks.compute()),
        float(peak_signal_noise_ratio_with_blocked_effect(*batch, data_range=255.0)),
    ]
    plain_value, with_blocks_value, of_batch = found[count]
    print(f"{count:3} times: PSNR {plain_value:.2f}, PSNR-B {with_blocks_value:.2f}, as a batch {of_batch:.2f}")
assert abs(found[1][1] - right) < 0.2 and abs(found[1][2] - right) < 0.2, "of one picture it is right"
assert abs(found[100][0] - found[1][0]) < 0.01, "PSNR stays as it is"
for count, least in ((10, 3), (100, 10)):
    assert found[1][1] - found[count][1] > least and abs(found[count][1] - found[count][2]) < 0.01, "this has changed"
PY
