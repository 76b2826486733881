#!/usr/bin/env bash
# One would guess: kornia's center_crop() of a 320x480 photo to 255x255 gives 255x255 of its pixels, as torchvision's
# and Albumentations' do; where the middle lies between two pixels, it takes the one side or the other.
#
# What is so: it warps, by bilinear interpolation, onto the exact middle. Where a side and its new size are one even and
# one odd, that is half a pixel beside the grid, and each new pixel is the mean of two old ones, or of four: a pattern
# of single pixels becomes one even grey, and noise loses half of its deviation. With both even, or both odd, the pixels
# are the old ones. So how sharp a photo is depends on whether its size is odd. kornia.augmentation.CenterCrop, of the
# same name, slices, unless cropping_mode="resample" is set; that one rounds as well.
#
# Who meets it: who crops photos of all sizes to one size before a loss on textures, such as Gram matrices, a sharpness
# measure, or training for restoration, and gets a mixture of sharp and soft ones.
#
# Source: run here; kornia/geometry/transform/crop2d.py, center_crop() and crop_by_boxes(). The documentation has mode
# ("interpolation mode to calculate output values", bilinear by default) and an example of even sizes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check kornia==0.9.0 numpy==2.4.6 torch==2.13.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import kornia
import torch

torch.manual_seed(0)
HEIGHT, WIDTH = 320, 480
noise = torch.rand(1, 1, HEIGHT, WIDTH)
board = ((torch.arange(HEIGHT)[:, None] + torch.arange(WIDTH)) % 2).float()[None, None]
print("kornia", kornia.__version__, "torch", torch.__version__.split("+")[0])


def measured(crop, size):
    """The contrast of a board of single pixels, and the noise, as shares of what they were."""
    return [float(crop(picture, size).std() / picture.std()) for picture in (board, noise)]


def augmentation(mode):
    return lambda picture, size: kornia.augmentation.CenterCrop(size, cropping_mode=mode)(picture)


for size, factor in (((256, 256), 1), ((255, 256), 2**-0.5), ((255, 255), 0.5)):
    contrast, left = measured(kornia.geometry.center_crop, size)
    print(f"  to {size}: {contrast:.2f} of the board's contrast, {left:.2f} of the noise", end="")
    assert abs(left - factor) < 0.02 and (contrast > 0.99) == (factor == 1), "this has changed"
    assert factor == 1 or contrast < 0.01, "this has changed"
    for mode in ("slice", "resample"):
        contrast, left = measured(augmentation(mode), size)
        print(f"; CenterCrop, {mode}: {contrast:.2f}, {left:.2f}", end="")
        assert contrast > 0.99 and left > 0.98
    print()
PY
