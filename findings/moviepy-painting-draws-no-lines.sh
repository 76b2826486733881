#!/usr/bin/env bash
# One would guess: moviepy's effect Painting(saturation, black) makes a painting of a clip, as it says: flashy colours,
# and black lines along the edges, the stronger the edge and the larger `black` ("the amount of black lines wanted").
#
# What is so: since moviepy 2 there are no lines. The strength of the edges, bytes from 0 to 255, is multiplied by 255
# as bytes, and wraps around: the strongest edge, 255, becomes 1, and the weakest, 1, becomes 255. With black=0.006, the
# default, no pixel is darkened by more than two shades, where the same formula in floats draws black; a larger `black`
# darkens the faint edges, as of noise and of skies, and leaves the strong ones as they are. No error, no warning.
#
# Who meets it: who brings the usual example from moviepy 1 along, and turns `black` up and up. Make the lines oneself:
# a function of image_transform(), with the edges as floats.
#
# Source: run here; moviepy/video/fx/Painting.py: 255 * np.dstack(3 * [edges]), where edges are of uint8; before,
# moviepy/video/fx/painting.py, which took scikit-image's sobel() in floats.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check moviepy==2.2.1 numpy==2.4.6 pillow==11.3.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from moviepy import ImageClip, vfx
from PIL import Image, ImageFilter

# Bars beside grey, from a faint one to black: each is an edge, the last ones the strongest there are.
picture = np.full((40, 180, 3), 255, np.uint8)
STEPS = (1, 4, 16, 64, 255)
for place, step in enumerate(STEPS):
    picture[:, 20 + 32 * place : 36 + 32 * place] -= np.uint8(step)


def lines(black: float) -> list[float]:
    """By how many shades the lines darken the light side of each bar's edge, at most."""
    with_lines, without = (
        ImageClip(picture).with_effects([vfx.Painting(saturation=1.0, black=each)]).get_frame(0).astype(float)
        for each in (black, 0.0)
    )
    change = (without - with_lines)[20, :, 0]
    return [float(change[16 + 32 * place : 40 + 32 * place].max()) for place in range(len(STEPS))]


def as_floats(black: float) -> list[float]:
    """The same by the effect's own formula, computed in floats."""
    grey = Image.fromarray(picture).filter(ImageFilter.EDGE_ENHANCE_MORE).convert("L")
    row = black * 255 * np.array(grey.filter(ImageFilter.FIND_EDGES), float)[20]
    return [min(255, round(float(row[16 + 32 * place : 40 + 32 * place].max()), 1)) for place in range(len(STEPS))]


print("moviepy", version("moviepy"), "numpy", version("numpy"))
print(f"  edges of {STEPS} shades: how many shades the lines take off beside them")
for black in (0.006, 0.1, 1.0):
    print(f"  black={black}: {lines(black)}; by the same formula in floats {as_floats(black)}")
assert as_floats(0.006)[-1] == 255
assert max(lines(0.006)) <= 2, "this has changed"
faint, strong = lines(0.1)[0], lines(0.1)[-1]
assert faint > 20 and strong < 2, "this has changed"
PY
