#!/usr/bin/env bash
# One would guess: an animated sticker that is opened and saved by python-lottie (parse_tgs(), export_tgs()) moves as
# before; where its author moved x and y apart ("Separate Dimensions" in After Effects, as for each bouncing ball), too.
#
# What is so: at loading it makes one path of the two, and where both have a keyframe, the easing of x holds for both. A
# thing that goes to the side evenly and falls ever faster goes down evenly: here it is 134 of 512 pixels too low
# half-way. At the keyframes all is right, so a look at the first and the last picture shows nothing.
#
# Who meets it: tools that change the size, the colours or the length of stickers, or make GIFs and videos of them.
# rlottie, Telegram's own player, moves the original as it is meant.
#
# Source: run here; lottie/objects/properties.py, PositionValue._load_split(). Nothing is printed, and the package's
# documentation says nothing of it. Lottie's specification calls such a position a split one ("s": true).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    lottie==0.7.2 numpy==2.4.6 pillow==13.0.0 rlottie-python==1.3.8
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import gzip
import json
from importlib.metadata import version

import numpy as np
from lottie.exporters.core import export_tgs
from lottie.parsers.tgs import parse_tgs
from rlottie_python import LottieAnimation


def constant(value):
    return {"a": 0, "k": value}


def moved(end, **easing):
    """From 56 to `end` in sixty frames."""
    tangents = {side: {"x": [x], "y": [y]} for side, (x, y) in easing.items()}
    return {"a": 1, "k": [{"t": 0, "s": [56], **tangents}, {"t": 60, "s": [end]}]}


def sticker(position):
    """A black square of 64 pixels that moves."""
    still = {"a": constant([0, 0]), "p": constant([0, 0]), "s": constant([100, 100]), "r": constant(0)}
    still["o"] = constant(100)
    square = [
        {"ty": "rc", "d": 1, "s": constant([64, 64]), "p": constant([0, 0]), "r": constant(0)},
        {"ty": "fl", "c": constant([0, 0, 0, 1]), "o": constant(100), "r": 1},
        {"ty": "tr", **still, "sk": constant(0), "sa": constant(0)},
    ]
    layer = {"ty": 4, "ind": 1, "ip": 0, "op": 61, "st": 0, "sr": 1, "ks": {**still, "p": position}}
    layer["shapes"] = [{"ty": "gr", "it": square}]
    film = {"v": "5.5.2", "tgs": 1, "fr": 60, "ip": 0, "op": 61, "w": 512, "h": 512, "ddd": 0, "assets": []}
    return {**film, "layers": [layer]}


def centres(path):
    """Where rlottie shows the square at five times."""
    with LottieAnimation.from_tgs(path) as film:
        found = []
        for frame in (0, 15, 30, 45, 60):
            alpha = np.asarray(film.render_pillow_frame(frame_num=frame).resize((512, 512)))[..., 3]
            rows, columns = np.nonzero(alpha > 127)
            found.append((round(float(columns.mean())), round(float(rows.mean()))))
        return found


EVEN, FALL = {"o": (0, 0), "i": (1, 1)}, {"o": (0.6, 0), "i": (0.9, 0.6)}
TOGETHER = {"t": 0, "s": [56, 56, 0], "o": {"x": [0.6], "y": [0]}, "i": {"x": [0.9], "y": [0.6]}}
POSITIONS = {
    "x and y together": {"a": 1, "k": [TOGETHER, {"t": 60, "s": [456, 456, 0]}]},
    "apart, of one pace": {"s": True, "x": moved(456, **FALL), "y": moved(456, **FALL)},
    "apart, x evenly, y ever faster": {"s": True, "x": moved(456, **EVEN), "y": moved(456, **FALL)},
}
print(", ".join(f"{name} {version(name)}" for name in ("lottie", "rlottie-python")))
far = {}
for name, position in POSITIONS.items():
    with gzip.open("before.tgs", "wt") as file:
        json.dump(sticker(position), file)
    export_tgs(parse_tgs("before.tgs"), "after.tgs")
    before, after = centres("before.tgs"), centres("after.tgs")
    print(f"  {name}: {before} becomes {after}")
    far[name] = int(np.abs(np.subtract(before, after)).max())
    assert np.abs(np.subtract(before, after))[[0, -1]].max() <= 1
assert far["x and y together"] <= 1 and far["apart, of one pace"] <= 1
assert far["apart, x evenly, y ever faster"] > 60, "this has changed"
PY
