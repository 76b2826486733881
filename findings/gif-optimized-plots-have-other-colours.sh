#!/usr/bin/env bash
# One would guess: gif.save(frames, "a.gif", optimize=True) of Python's package gif makes a smaller file with the same
# colours, and with overlapping=False each frame is seen by itself, without the one before.
#
# What is so: the table of colours is read four bytes a colour where there are three, so nearly all colours are others:
# red becomes turquoise, yellow becomes cream. Only what has the first place in the table is right, so white paper stays
# white. And what does not change from one frame to the next is made clear, also with overlapping=False, where the frame
# before is taken away: of axes, titles and all that stands still nothing is left from the second frame on. No error, no
# warning. Without optimize=True both are right.
#
# Who meets it: who shows by an animation how a painting, a loss or a palette goes on, drawn by matplotlib, which the
# package is for.
#
# Source: run here; gif.py, _optimize_frames(): of frames with opacities, as savefig() writes PNG, Pillow's quantize()
# gives a table in mode RGBA, which is handed on as one in RGB.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gif==23.3.0 matplotlib==3.11.2 numpy==2.4.6 pillow==13.0.0
MPLBACKEND=agg venv/bin/python - <<'PY'
from importlib.metadata import version

import gif
import numpy as np
from matplotlib import pyplot
from PIL import Image

COLOURS = {"red": (220, 40, 40), "green": (40, 180, 60), "blue": (40, 60, 200), "yellow": (240, 200, 20)}
PLACES = (20, 15), (80, 15), (20, 85), (80, 85)
fields = np.array(list(COLOURS.values()), np.uint8).reshape(2, 2, 3)


@gif.frame
def plot(at):
    """Four fields of colour, and a black dot that goes on."""
    pyplot.figure(figsize=(2, 2), dpi=50)
    pyplot.axes([0, 0, 1, 1])
    pyplot.axis("off")
    pyplot.imshow(fields)
    pyplot.plot([at / 4], [0.5], "k.", ms=20)


frames = [plot(at) for at in range(4)]
print("gif", version("gif"), "matplotlib", version("matplotlib"), "Pillow", version("pillow"))
print("  fields of", list(COLOURS.values()))
for optimize in (False, True):
    for overlapping in (True, False):
        gif.save(frames, "a.gif", duration=100, optimize=optimize, overlapping=overlapping)
        image = Image.open("a.gif")
        image.seek(3)
        seen = [image.convert("RGBA").getpixel(place) for place in PLACES]
        shown = [pixel[:3] if pixel[3] else "clear" for pixel in seen]
        print(f"  optimize={optimize}, overlapping={overlapping}: in the last frame {shown}")
        away = [max(abs(a - b) for a, b in zip(pixel, colour)) for pixel, colour in zip(seen, COLOURS.values())]
        if not optimize:
            assert max(away) <= 2
        elif overlapping:
            assert max(away) > 150 and all(pixel[3] for pixel in seen), "this has changed"
        else:
            assert not any(pixel[3] for pixel in seen), "this has changed"
PY
