#!/usr/bin/env bash
# One would guess: of a picture of Pillow's mode LAB, numpy.asarray() shows the numbers that getpixel() and split() show.
#
# What is so: the channels a and b differ by 128. getpixel(), split(), getchannel(), getextrema() and point() have them with
# neutral grey at 128; asarray(), tobytes(), fromarray() and frombytes() as signed bytes, with grey at 0 and -1 at 255. So
# an array's mean is no colour (greys that waver about 0 are 0 and 255), and an array's channels, put together again by
# merge(), turn grey into a glaring blue-green. L is the same in both. There and back by arrays alone is right.
#
# Who meets it: who moves the colours of one picture to another by means and deviations in Lab, with Pillow and NumPy.
#
# Source: run here; Pillow's src/libImaging/Pack.c, ImagingPackLAB() ("signed in outside world"), and Unpack.c,
# ImagingUnpackLAB(); single bands are copied as they are. The page on modes says only that LAB is 3x8 bits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import PIL
from PIL import Image, ImageCms

print("Pillow", PIL.__version__)
srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
to_lab = ImageCms.buildTransform(srgb, lab, "RGB", "LAB")
to_rgb = ImageCms.buildTransform(lab, srgb, "LAB", "RGB")


def shown(image):
    return to_rgb.apply(image).getpixel((0, 0))


for name, color in (("red", (200, 60, 30)), ("grey", (119, 119, 119)), ("green", (40, 160, 60))):
    image = to_lab.apply(Image.new("RGB", (4, 4), color))
    array = np.asarray(image)
    pixel, of_array = image.getpixel((0, 0)), tuple(array[0, 0].tolist())
    of_bands = tuple(int(np.asarray(band)[0, 0]) for band in image.split())
    print(f"  {name} {color}: getpixel {pixel}, split {of_bands}, asarray {of_array}")
    assert pixel == of_bands and pixel == image.convert("LAB").getpixel((0, 0))
    assert of_array == (pixel[0], pixel[1] ^ 128, pixel[2] ^ 128), "this has changed"
    assert image.tobytes()[:3] == bytes(of_array)
    again = shown(Image.frombytes("LAB", image.size, array.tobytes()))
    merged = shown(Image.merge("LAB", [Image.fromarray(np.ascontiguousarray(array[..., i])) for i in range(3)]))
    print(f"    shown: by frombytes() of the array {again}, by merge() of its channels {merged}")
    assert max(abs(a - b) for a, b in zip(again, color)) <= 4
    assert max(abs(a - b) for a, b in zip(merged, color)) > 60, "this has changed"

warm_and_cold = Image.new("RGB", (64, 8), (124, 119, 112))
warm_and_cold.paste((114, 120, 127), (32, 0, 64, 8))
image = to_lab.apply(warm_and_cold)
of_array, of_band = np.asarray(image)[..., 2].mean(), np.asarray(image.getchannel("B")).mean() - 128
print(f"  half warm, half cold grey: mean of b by the array {of_array:.1f}, by the channel {of_band:+.1f}")
assert of_array > 100 and abs(of_band) < 3, "this has changed"
PY
