#!/usr/bin/env bash
# One would guess: image-q brings a picture to few colours by Floyd and Steinberg's dithering, its default, so that each
# area keeps its brightness: of black and white, a grey of 60 comes out with a quarter of white pixels.
#
# What is so: it hands on to the neighbours only what a pixel itself is off, and forgets what came to that pixel from
# its own neighbours. So nothing ever adds up: each grey below 64 comes out all black, each above 191 all white, and in
# between there are steps. So are its other kernels (Stucki, Atkinson, Jarvis, Sierra); "riemersma" keeps the brightness.
#
# Who meets it: who makes GIFs, e-ink pictures, cross-stitch and pixel art in JavaScript; jimp's quantize() is made of
# it. It looks like hard contrast, and one blames the palette. Use "riemersma", or ErrorDiffusionArray with
# calculateErrorLikeGIMP.
#
# Source: run here, beside Pillow; image-q/src/image/array.ts: er = originalPoint.r - palettePoint.r, where the error is
# that of correctedPoint. Floyd, R. W. and Steinberg, L., An adaptive algorithm for spatial greyscale (1976).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund image-q@4.0.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0
cat > try.js <<'JS'
const { applyPaletteSync, distance, image, utils } = require("image-q");

const SIZE = 64;
const GREYS = [20, 40, 60, 100, 128, 160, 200, 230];

function palette() {
  const two = new utils.Palette();
  for (const value of [0, 255]) two.add(utils.Point.createByRGBA(value, value, value, 255));
  return two;
}
function area(grey) {
  const pixels = new Uint8Array(4 * SIZE * SIZE).fill(255);
  for (let at = 0; at < SIZE * SIZE; at++) pixels.fill(grey, 4 * at, 4 * at + 3);
  return utils.PointContainer.fromUint8Array(pixels, SIZE, SIZE);
}
const mean = (points) => Math.round(
  points.toUint8Array().reduce((sum, value, at) => sum + (at % 4 === 0 ? value : 0), 0) / SIZE ** 2);

const means = {};
for (const imageQuantization of ["floyd-steinberg", "stucki", "atkinson", "jarvis", "sierra", "riemersma"]) {
  means[imageQuantization] = GREYS.map((grey) => mean(applyPaletteSync(area(grey), palette(), { imageQuantization })));
}
means["by default"] = GREYS.map((grey) => mean(applyPaletteSync(area(grey), palette())));
means["with calculateErrorLikeGIMP"] = GREYS.map((grey) => {
  const kernel = image.ErrorDiffusionArrayKernel.FloydSteinberg;
  const dither = new image.ErrorDiffusionArray(new distance.Euclidean(), kernel, true, 0, true);
  let last;
  for (const step of dither.quantize(area(grey), palette())) last = step.pointContainer ?? last;
  return mean(last);
});
console.log(JSON.stringify({ greys: GREYS, means }));
JS
node try.js > means.json
venv/bin/python - <<'PY'
import json
from pathlib import Path

import numpy as np
from PIL import Image

found = json.loads(Path("means.json").read_text())
greys = found["greys"]
print("image-q", json.loads(Path("node_modules/image-q/package.json").read_text())["version"])
pillow = [round(float(np.asarray(Image.new("L", (64, 64), grey).convert("1")).mean() * 255)) for grey in greys]
print(f"  areas of {greys} in black and white have the means {pillow} by Pillow")
assert np.abs(np.subtract(pillow, greys)).max() < 6
for name, means in found["means"].items():
    print(f"    {name}: {means}")
    if name in ("riemersma", "with calculateErrorLikeGIMP"):
        assert np.abs(np.subtract(means, greys)).max() < 8
    else:
        assert means[:3] == [0, 0, 0] and means[-2:] == [255, 255], "this has changed"
PY
