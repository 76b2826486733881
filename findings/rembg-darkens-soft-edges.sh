#!/usr/bin/env bash
# One would guess: rembg cuts somebody out by making clear what its network takes for the background; a pixel at the
# edge of the hair, which is to be half clear, keeps the photo's colour: on a new ground it is half of that colour and
# half of the ground.
#
# What is so: by default it lays the photo on black by the mask, and keeps the mixture with the mask as opacity. So the
# colour is multiplied by the opacity, and is multiplied again by whoever shows it: of a half clear (200, 160, 120)
# there is (100, 80, 60) in the PNG. On a white ground a light edge becomes a dark line, hair gets a dark halo, and with
# bgcolor=(255, 255, 255, 255) rembg itself lays it so. Hard masks show nothing of it. No error, no warning.
#
# Who meets it: who makes stickers, portraits on a new ground, and product photos. Pass putalpha=True, which only sets
# the opacity, or decontaminate=True.
#
# Source: run here, with a mask of our own in place of the network's; rembg/bg.py, naive_cutout(): Image.composite(img,
# empty, mask), where empty is (0, 0, 0, 0).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile numpy==2.4.6 pillow==13.0.0 "rembg[cpu]==2.0.86"
venv/bin/python - <<'PY'
from importlib.metadata import version

import numpy as np
from PIL import Image
from rembg import remove

COLOUR = (200, 160, 120)
photo = Image.new("RGB", (256, 8), COLOUR)


class Session:
    """A mask in place of a network's: from clear at the left to opaque at the right."""

    def predict(self, image, *_, **__):
        return [Image.fromarray(np.arange(256, dtype=np.uint8)[None].repeat(image.height, 0))]


def shown(cutout):
    """The half clear pixel, and how light it is on white."""
    pixel = cutout.getpixel((128, 4))
    white = Image.new("RGBA", cutout.size, (255, 255, 255, 255))
    white.alpha_composite(cutout)
    return pixel, white.getpixel((128, 4))[:3]


print("rembg", version("rembg"))
print(f"  a half clear {COLOUR} is on white", [round((each * 128 + 255 * 127) / 255) for each in COLOUR])
for name, options in (("by default", {}), ("with putalpha=True", {"putalpha": True})):
    pixel, on_white = shown(remove(photo.copy(), session=Session(), **options))
    print(f"  {name}: {pixel}, on white {on_white}")
    right = COLOUR if options else tuple(each // 2 for each in COLOUR)
    assert max(abs(a - b) for a, b in zip(pixel, right)) <= 1 and pixel[3] == 128, "this has changed"
ground = remove(photo.copy(), session=Session(), bgcolor=(255, 255, 255, 255)).getpixel((128, 4))
print(f"  with a white bgcolor: {ground}")
assert ground[2] < 160, "this has changed"
PY
