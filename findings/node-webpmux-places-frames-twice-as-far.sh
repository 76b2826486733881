#!/usr/bin/env bash
# One would guess: node-webpmux places a frame of an animated WebP where `x` and `y` say, in pixels: "x, y offset to
# place the frame within the animation".
#
# What is so: it writes the numbers as they are, and reads them so; but in the file they stand for half of the pixels.
# So a frame that is to be 20 pixels from the left is 40 from the left. Of a file that it loads, frames[1].x is half of
# where the frame is; who draws the frames by it has each in the wrong place. Only a frame at 0, 0 is right. No error, no
# warning.
#
# Who meets it: who composes animated stickers of small frames, or takes them apart. Give half, and double what is read.
#
# Source: run here; node-webpmux/parser.js, writeChunk_ANMF() and readChunk_ANMF();
# developers.google.com/speed/webp/docs/riff_container: "The X coordinate of the upper left corner of the frame is
# Frame X * 2".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund node-webpmux@3.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0
cat > place.js <<'JS'
const fs = require("fs");
const { Image } = require("node-webpmux");

(async () => {
  const [x, y] = process.argv.slice(2).map(Number);
  const read = (name) => fs.readFileSync(name);
  const frames = [await Image.generateFrame({ buffer: read("ground.webp") }),
    await Image.generateFrame({ buffer: read("square.webp"), x, y })];
  const animation = await Image.getEmptyImage();
  animation.convertToAnim();
  fs.writeFileSync("placed.webp", await animation.save(null, { frames, width: 64, height: 64 }));
  const other = new Image();
  await other.load(read("by-pillow.webp"));
  console.log(`${other.frames[1].x}, ${other.frames[1].y}`);
})();
JS
cat > try.py <<'PY'
import json
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image

ground = Image.new("RGB", (64, 64), (255, 255, 255))
square = Image.new("RGB", (20, 20), (255, 0, 0))
ground.save("ground.webp", lossless=True)
square.save("square.webp", lossless=True)


def place(name):
    image = Image.open(name)
    image.seek(1)
    red = np.asarray(image.convert("RGB"))[..., 1] < 128
    return tuple(int(np.flatnonzero(red.any(axis))[0]) for axis in (0, 1))


print("node-webpmux", json.loads(Path("node_modules/node-webpmux/package.json").read_text())["version"])
for wanted in ((0, 0), (10, 6), (20, 10)):
    composed = ground.copy()
    composed.paste(square, wanted)
    ground.save("by-pillow.webp", save_all=True, append_images=[composed], duration=100, lossless=True)
    says = subprocess.run(["node", "place.js", *map(str, wanted)], check=True, capture_output=True, text=True).stdout
    found = place("placed.webp")
    print(f"  a square at {wanted}: {found} by node-webpmux, {place('by-pillow.webp')} by Pillow, of whose file "
          f"node-webpmux says {says.strip()}")
    assert place("by-pillow.webp") == wanted
    assert found == (2 * wanted[0], 2 * wanted[1]), "this has changed"
    assert says.strip() == f"{wanted[0] // 2}, {wanted[1] // 2}", "this has changed"
PY
venv/bin/python try.py
