#!/usr/bin/env bash
# One would guess: rlottie, from which Telegram's players of animated stickers come, does not paint what the file
# marks as hidden ("hd": true): a layer, a group of shapes, a shape, a fill.
#
# What is so: hidden layers, shapes and fills are not painted, hidden groups are. So a sketch, a guide, or a variant
# that its author switched off stands in the sticker, in front of or behind what was meant. Skottie, Skia's player,
# hides all four. A test with a hidden layer shows nothing, and nothing is said.
#
# Who meets it: whose programs write the eye of each group into the file, as editors of Lottie files do; a group is
# what one switches off in them, as each drawn thing is one. Delete what is hidden before making a sticker.
#
# Source: run here by rlottie-python, beside canvaskit-wasm; the Lottie specification's graphic elements ("hd" of
# each, groups included); rlottie's src/lottie/lottieparser.cpp. Its README has no word of hidden things.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0 rlottie-python==1.3.8
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund canvaskit-wasm@0.42.0

cat > skottie.js <<'JS'
// What Skia's player paints of each file at the places given.
const fs = require("node:fs");
const initialize = require("canvaskit-wasm/bin/full/canvaskit.js");

initialize({ locateFile: (file) => require.resolve(`canvaskit-wasm/bin/full/${file}`) }).then((kit) => {
  const { size, places, files } = JSON.parse(fs.readFileSync("asked.json", "utf8"));
  const info = { width: size, height: size, colorType: kit.ColorType.RGBA_8888, alphaType: kit.AlphaType.Unpremul,
    colorSpace: kit.ColorSpace.SRGB };
  const found = files.map((file) => {
    const animation = kit.MakeAnimation(JSON.stringify(file));
    animation.seek(0);
    const surface = kit.MakeSurface(size, size);
    surface.getCanvas().clear(kit.TRANSPARENT);
    animation.render(surface.getCanvas(), kit.LTRBRect(0, 0, size, size));
    const pixels = surface.makeImageSnapshot().readPixels(0, 0, info);
    return places.map(([x, y]) => [...pixels.subarray((y * size + x) * 4, (y * size + x) * 4 + 4)]);
  });
  console.log(JSON.stringify(found));
});
JS

cat > try.py <<'PY'
import json
import subprocess
from importlib.metadata import version

from PIL import Image
from rlottie_python import LottieAnimation

SIZE = 512


def fixed(value):
    return {"a": 0, "k": value}


def still(opacity=100):
    return {"o": fixed(opacity), "r": fixed(0), "p": fixed([0, 0]), "a": fixed([0, 0]), "s": fixed([100, 100])}


def rectangle(centre, size):
    return {"ty": "rc", "p": fixed(centre), "s": fixed(size), "r": fixed(0)}


def fill(colour):
    return {"ty": "fl", "c": fixed(colour), "o": fixed(100)}


def group(*items, opacity=100, **more):
    return {"ty": "gr", "it": [*items, {"ty": "tr", **still(opacity)}], **more}


def layer(*shapes, opacity=100):
    return {"ddd": 0, "ind": 1, "ty": 4, "ip": 0, "op": 60, "st": 0, "sr": 1, "ao": 0, "ks": still(opacity),
            "shapes": list(shapes)}


def painted(layers, places):
    """What rlottie and what Skottie paint at the places."""
    animation = {"v": "5.5.2", "fr": 60, "ip": 0, "op": 60, "w": SIZE, "h": SIZE, "layers": layers}
    with open("asked.json", "w") as file:
        json.dump({"size": SIZE, "places": places, "files": [animation]}, file)
    (theirs,) = json.loads(subprocess.run(["node", "skottie.js"], check=True, capture_output=True, text=True).stdout)
    image = LottieAnimation.from_data(json.dumps(animation)).render_pillow_frame(0)
    straight = Image.frombuffer("RGBa", image.size, image.tobytes()).convert("RGBA")  # its colours are premultiplied
    return [straight.getpixel(place) for place in places], [tuple(pixel) for pixel in theirs]


RED, GREEN = [1, 0, 0], [0, 1, 0]
print("rlottie-python", version("rlottie-python"))

SQUARE = rectangle([256, 256], [200, 200])
files = {
    "nothing": [layer(group(SQUARE, fill(RED)))],
    "the layer": [{**layer(group(SQUARE, fill(RED))), "hd": True}],
    "the group": [layer(group(SQUARE, fill(RED), hd=True))],
    "the shape": [layer(group({**SQUARE, "hd": True}, fill(RED)))],
    "the fill": [layer(group(SQUARE, {**fill(RED), "hd": True}))],
}
found = {}
for name, layers in files.items():
    (ours,), (theirs,) = painted(layers, [(256, 256)])
    found[name] = ours[3], theirs[3]
    print(f"  hidden is {name}: rlottie's opacity in the middle is {ours[3]}, Skottie's {theirs[3]}")
assert found["nothing"] == (255, 255)
assert all(found[name] == (0, 0) for name in ("the layer", "the shape", "the fill"))
assert found["the group"] == (255, 0), "this has changed"
PY
venv/bin/python try.py
