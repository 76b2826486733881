#!/usr/bin/env bash
# One would guess: a Lottie file is JSON, so the order of an object's keys means nothing; and a layer that does not say
# "ddd": 1 (it is in space) is flat, as the specification has it: ddd is optional, and 0 if it is not there.
#
# What is so: for rlottie, from which Telegram's players of animated stickers come, a layer is in space until it has
# read "ddd": 0. If the layer's movement ("ks") comes before that, or ddd is left out, as it may be, rlottie waits for
# turns about three axes (rx, ry, rz), and passes over the plain turn "r": the layer is never turned, neither by a fixed
# angle nor by an animated one. Places, sizes and opacity are right, and a turn of a group in the layer, too. After
# Effects' exporter writes ddd first, so such files work, until something rewrites them.
#
# Who meets it: tools that write stickers themselves, drop values that are the default to stay below Telegram's 64 KB,
# or build layers from parts: wheels that stand still in Telegram, and turn in every preview in a browser.
#
# Source: run here by rlottie-python; rlottie's src/lottie/lottieparser.cpp, parseLayer() (ddd is true at first) and
# parseTransformObject(); the Lottie specification's layer ("ddd", not required, default 0).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 pillow==13.0.0 rlottie-python==1.3.8
"$folder/venv/bin/python" - <<'PY'
import json
from importlib.metadata import version

import numpy as np
from rlottie_python import LottieAnimation


def constant(value):
    return {"a": 0, "k": value}


def placed(turn, centre):
    return {"a": constant([0, 0]), "p": constant(centre), "s": constant([100, 100]), "o": constant(100), "r": turn}


STILL = constant(0)
QUARTER = constant(90)
EVENLY = {"i": {"x": [1], "y": [1]}, "o": {"x": [0], "y": [0]}}
TURNING = {"a": 1, "k": [{"t": 0, "s": [0], **EVENLY}, {"t": 60, "s": [180]}]}


def film(order, turn, group_turn=STILL):
    """A broad bar in the middle, in a layer whose keys stand in this order."""
    bar = [
        {"ty": "rc", "d": 1, "s": constant([400, 100]), "p": constant([0, 0]), "r": STILL},
        {"ty": "fl", "c": constant([1, 0, 0, 1]), "o": constant(100), "r": 1},
        {"ty": "tr", **placed(group_turn, [0, 0]), "sk": STILL, "sa": STILL},
    ]
    layer = {"ty": 4, "ind": 1, "ip": 0, "op": 60, "st": 0, "sr": 1, "shapes": [{"ty": "gr", "it": bar}]}
    parts = {"ddd": 0, "ks": placed(turn, [256, 256])}
    layer |= {key: parts[key] for key in order}
    return {"v": "5.5.2", "fr": 60, "ip": 0, "op": 60, "w": 512, "h": 512, "ddd": 0, "assets": [], "layers": [layer]}


def seen(made):
    """How the bar lies in the middle of the film."""
    with LottieAnimation.from_data(json.dumps(made)) as played:
        alpha = np.asarray(played.render_pillow_frame(frame_num=30).resize((512, 512)))[..., 3]
    rows, columns = np.nonzero(alpha > 127)
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    assert {round(int(side), -1) for side in (height, width)} == {100, 400}
    return "upright" if height > width else "lying"


print("rlottie-python", version("rlottie-python"), "a bar that is turned by 90 degrees:")
found = {}
for order in (("ddd", "ks"), ("ks", "ddd"), ("ks",)):
    fixed, animated, group = film(order, QUARTER), film(order, TURNING), film(order, STILL, QUARTER)
    found[order] = [seen(each) for each in (fixed, animated, group)]
    lies = "by a fixed angle {}, animated {}, its group {}".format(*found[order])
    print(f"  {', '.join(order)}: {lies}")
    assert seen(film(order, STILL)) == "lying"
assert film(("ddd", "ks"), QUARTER) == film(("ks", "ddd"), QUARTER), "the same JSON but for the order"
assert found["ddd", "ks"] == ["upright"] * 3
assert found["ks", "ddd"] == found["ks",] == ["lying", "lying", "upright"], "this has changed"
PY
