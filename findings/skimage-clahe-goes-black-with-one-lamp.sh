#!/usr/bin/env bash
# One would guess: scikit-image's equalize_adapthist is CLAHE: it raises the contrast of each region by that region's
# own shades, up to a limit, and with a low limit next to nothing. A lamp in one corner changes nothing in the others.
#
# What is so: before and after, it stretches the whole picture so that its darkest pixel is 0 and its brightest 1, and
# no setting turns that off. Fog in greys of 98 to 121 comes out as 21 to 255 with the lowest limit there is; with a
# lamp of four pixels in the far corner, the same fog, whose mean was 110 before, comes out at 19: night. OpenCV's CLAHE
# of the same two pictures gives the same fog, bit by bit, and at a low limit the shades that were there. In a film each
# frame is stretched by itself, so it flickers by its brightest pixel.
#
# Who meets it: who evens out photos before painting them, or the frames of a clip, and looks for the flicker in his own
# code. Give each picture a black and a white pixel, or use OpenCV's.
#
# Source: run here; skimage/exposure/_adapthist.py: rescale_intensity() before and after. The documentation names it
# only in "See Also", and says that local details can be enhanced "even in regions that are darker or lighter".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 opencv-python-headless==5.0.0.93 scikit-image==0.26.0
"$folder/venv/bin/python" - <<'PY'
import cv2
import numpy as np
import skimage
from skimage.exposure import equalize_adapthist

y, x = np.mgrid[:256, :256]
noise = np.random.default_rng(0).normal(0, 1, x.shape)
fog = (110 + 8 * np.sin(x / 20) * np.cos(y / 15) + noise).round().astype(np.uint8)
lamp = fog.copy()
lamp[2:4, 2:4] = 255
FAR = slice(128, None), slice(128, None)  # a quarter, far from the lamp

print("scikit-image", skimage.__version__, "OpenCV", cv2.__version__)
print(f"  the fog: {fog[FAR].min()} to {fog[FAR].max()}, mean {fog[FAR].mean():.0f}")
WAYS = {
    "skimage, clip_limit 0.0001": lambda picture: equalize_adapthist(picture, clip_limit=0.0001) * 255,
    "skimage, clip_limit 0.01 (default)": lambda picture: equalize_adapthist(picture) * 255,
    "OpenCV, clipLimit 0.5": cv2.createCLAHE(0.5, (8, 8)).apply,
    "OpenCV, clipLimit 4": cv2.createCLAHE(4, (8, 8)).apply,
}
for name, equalized in WAYS.items():
    alone, lit = (np.round(equalized(picture)[FAR]).astype(int) for picture in (fog, lamp))
    shades = [f"{part.min()} to {part.max()}, mean {part.mean():.0f}" for part in (alone, lit)]
    print(f"  {name}: {shades[0]}; with a lamp far away {shades[1]}")
    if name.startswith("OpenCV"):
        assert (alone == lit).all()
    else:
        assert alone.max() - alone.min() > 200 and alone.mean() > 100 and lit.mean() < 50, "this has changed"
    if name == "OpenCV, clipLimit 0.5":
        assert alone.max() - alone.min() < 40
PY
