#!/usr/bin/env bash
# One would guess: torch.nn.functional.group_norm gives the same result, to float32's rounding, whichever way its input
# lies in memory: channels_last is a matter of speed. It is so for instance_norm.
#
# What is so: on a CPU, group_norm has a kernel of its own for channels_last, which takes as variance the mean of the
# squares minus the square of the mean, added up one by one in float32. Of an even picture of 512x512 (0.8 +- 0.004, one
# thread) it makes one of the deviation 0.14 instead of 0.78, and of 200 +- 1 one of 274 instead of 1. With more threads,
# each of which adds up a part, errors are smaller: up to 0.3 with four. The same tensor, contiguous, is right to 0.00002.
#
# Who meets it: who runs a network with GroupNorm on a CPU in channels_last, as is advised for speed: even areas (sky,
# walls, masks) and features with an offset come out wrong, the more the larger the picture. No NaN tells of it.
#
# Source: run here; PyTorch's aten/src/ATen/native/cpu/group_norm_kernel.cpp: the contiguous path takes RowwiseMoments
# since github.com/pytorch/pytorch, issue 54293; GroupNormKernelImplChannelsLast does not. Seen with 2.15.0, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 torch==2.13.0
"$folder/venv/bin/python" - <<'PY'
import torch
from torch.nn.functional import group_norm, instance_norm

print("torch", torch.__version__)
torch.manual_seed(0)
torch.set_num_threads(1)
ways = {"group_norm": lambda x: group_norm(x, 4), "instance_norm": instance_norm}
for size, mean, deviation, wrong in ((64, 0.0, 1.0, 0.0), (512, 0.8, 0.004, 0.3), (512, 200.0, 1.0, 0.3)):
    picture = mean + deviation * torch.randn(1, 32, size, size)
    for name, way in ways.items():
        right = way(picture.double())
        errors = []
        for layout in (torch.contiguous_format, torch.channels_last):
            found = way(picture.to(memory_format=layout))
            errors.append(float((found - right).abs().max()))
        print(
            f"{name}, {size}x{size}, {mean} +- {deviation}: largest error {errors[0]:.2g}, in channels_last",
            f"{errors[1]:.2g}; deviation {float(right.std()):.3f}, in channels_last {float(found.std()):.3f}",
        )
        assert errors[0] < 1e-3, "this has changed"
        assert errors[1] > wrong if name == "group_norm" else errors[1] < 1e-3, "this has changed"
PY
