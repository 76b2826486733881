#!/usr/bin/env bash
# One would guess: diffusers' VaeImageProcessor, which brings the photo that one hands a pipeline to the network's size,
# resizes a photo in the same way whether it comes as Pillow's image, as an array or as a tensor: by Lanczos' filter, as
# its setting resample="lanczos" says.
#
# What is so: only Pillow's images are resized by that filter. Of arrays and tensors F.interpolate is asked for a size
# and no mode, which is the nearest pixel. Of a photo that is reduced to a half three of four pixels are never looked
# at: a fine pattern of black and white, whose mean is grey, is all black, or all white if it is moved by a pixel. The
# setting changes nothing there, whatever it is, and nothing is said.
#
# Who meets it: who keeps photos as tensors on the way to image-to-image, inpainting or ControlNet: fabrics, hair and
# drawn lines are frayed before the network sees them. The same pipeline with Pillow's images is right.
#
# Source: run here; diffusers/image_processor.py, VaeImageProcessor.resize(). Its documentation says of resample:
# "Resampling filter to use when resizing the image", and that images may be tensors.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    diffusers==0.42.1 numpy==2.4.6 pillow==13.0.0 torch==2.13.0
"$folder/venv/bin/python" - <<'PY' 2> "$folder/stderr" || { cat "$folder/stderr"; exit 1; }
from importlib.metadata import version

import numpy as np
import torch
from diffusers.image_processor import VaeImageProcessor
from PIL import Image

y, x = np.mgrid[:128, :128]
checks = ((x + y) % 2 * 255).astype(np.uint8)


def grey(plane):
    return np.repeat(plane[..., None], 3, axis=2)


FORMS = {
    "Pillow's image": lambda picture: Image.fromarray(picture),
    "array": lambda picture: (picture / 255).astype(np.float32),
    "tensor": lambda picture: torch.tensor(picture / 255, dtype=torch.float32).permute(2, 0, 1)[None],
}
print("diffusers", version("diffusers"), "torch", torch.__version__, "a fine pattern of black and white, halved:")
for resample in ("lanczos", "bilinear", "bicubic"):
    processor = VaeImageProcessor(vae_scale_factor=8, resample=resample)
    for form, made in FORMS.items():
        shades = []
        for moved in (0, 1):
            reduced = processor.preprocess(made(grey(np.roll(checks, moved, axis=1))), height=64, width=64)
            assert reduced.shape == (1, 3, 64, 64)
            inner = (reduced[:, :, 8:-8, 8:-8] + 1) * 127.5
            assert inner.max() - inner.min() < 1, "an even grey"
            shades.append(round(float(inner.mean())))
        print(f"  {resample}, {form}: {shades[0]}, and moved by a pixel {shades[1]}")
        if form == "Pillow's image":
            assert all(abs(shade - 127.5) < 2 for shade in shades)
        else:
            assert shades == [0, 255], "this has changed"
PY
