#!/usr/bin/env bash
# One would guess: rlottie, from which Telegram's players of animated stickers come, cuts a layer out by the matte
# that the file names for it ("tp", the index of that layer), or says that it does not know "tp". Its list of what it
# supports has all mattes.
#
# What is so: it passes over "tp", and takes the layer that stands right above, whichever that is. That one is taken
# out of the picture and becomes the matte, and the real matte, which nobody was to see, is painted. Here a blue
# square that was to be seen is gone, a green pane that was not to be seen covers the left, and the red shows through
# the square instead of through the pane. Where the matte stands right above, as it had to until After Effects 23,
# both are the same. Nothing is said. Skottie, Skia's player, shows both files alike.
#
# Who meets it: whose stickers are made or changed by programs of after 2022: After Effects lets one choose any layer
# as the matte, and one matte for several layers, and its exporter writes that as "tp"; previews in browsers show it
# right.
#
# Source: run here by rlottie-python, beside canvaskit-wasm; the Lottie specification of a layer ("tp", matte parent);
# github.com/LottieFiles/dotlottie-web, issue 219, was about the same in ThorVG, which has it since.
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

from rlottie_python import LottieAnimation

SIZE = 512
PLACES = {"on the left": (60, 300), "on the right": (450, 300), "in the square": (256, 100)}
COLOURS = {"clear": (0, 0, 0, 0), "red": (255, 0, 0, 255), "green": (0, 255, 0, 255), "blue": (0, 0, 255, 255)}


def fixed(value):
    return {"a": 0, "k": value}


STILL = {"o": fixed(100), "r": fixed(0), "p": fixed([0, 0]), "a": fixed([0, 0]), "s": fixed([100, 100])}


def pane(index, centre, size, colour, **more):
    """A layer with a rectangle."""
    shapes = [{"ty": "gr", "it": [{"ty": "rc", "p": fixed(centre), "s": fixed(size), "r": fixed(0)},
                                  {"ty": "fl", "c": fixed(colour), "o": fixed(100)}, {"ty": "tr", **STILL}]}]
    return {"ddd": 0, "ind": index, "ty": 4, "ip": 0, "op": 60, "st": 0, "sr": 1, "ao": 0, "ks": STILL,
            "shapes": shapes, **more}


matte = pane(1, [100, 256], [200, SIZE], [0, 1, 0], td=1)
square = pane(2, [256, 100], [60, 60], [0, 0, 1])
cut_out = pane(3, [256, 256], [SIZE, SIZE], [1, 0, 0], tt=1, tp=1)
files = {
    "the matte right above": [square, matte, cut_out],
    "a layer between": [matte, square, cut_out],
}


def named(pixel):
    return min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(COLOURS[name], pixel)))


asked = [{"v": "5.5.2", "fr": 60, "ip": 0, "op": 60, "w": SIZE, "h": SIZE, "layers": layers}
         for layers in files.values()]
with open("asked.json", "w") as file:
    json.dump({"size": SIZE, "places": list(PLACES.values()), "files": asked}, file)
skottie = json.loads(subprocess.run(["node", "skottie.js"], check=True, capture_output=True, text=True).stdout)
print("rlottie-python", version("rlottie-python"))
found = {}
for name, animation, theirs in zip(files, asked, skottie):
    image = LottieAnimation.from_data(json.dumps(animation)).render_pillow_frame(0)
    shown = [named(image.getpixel(place)) for place in PLACES.values()]
    right = [named(pixel) for pixel in theirs]
    print(f"  {name}: rlottie {dict(zip(PLACES, shown))}, Skottie {right}")
    assert right == ["red", "clear", "blue"]
    found[name] = shown
assert found["the matte right above"] == ["red", "clear", "blue"]
assert found["a layer between"] == ["green", "clear", "red"], "this has changed"
PY
venv/bin/python try.py
