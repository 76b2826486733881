#!/usr/bin/env bash
# One would guess: jimp's normalize() ("Normalizes the image") and image-js' level() ("allow to increase the image's
# contrast") stretch each channel to 0..255, and leave alone what cannot be stretched: a channel with one value.
#
# What is so: such a channel becomes 0. A red drawing on white paper, which has the red 255 everywhere, comes out black
# on cyan, a yellow note on white black on blue, and a white sheet, or a grey one, black. jimp divides by zero and
# stores the NaN as a byte; image-js puts 0 for it. No error, no warning. One pixel that differs by one level is enough
# to get it right, so photos and JPEGs of drawings are fine, and what fails are drawings, logos and screenshots.
#
# Who meets it: bots that bring what people send to full contrast, before tracing, thresholding or painting it.
#
# Source: run here; @jimp/plugin-color, normalize(); image-js, src/filters/level.ts (Number.isNaN(ratio)).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund jimp@1.6.1 image-js@1.7.0
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { Image } from "image-js";
import { Jimp } from "jimp";

const SIZE = 16;
const PAPER = [255, 255, 255];
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const ink = (at) => at % SIZE < 4; // the four columns on the left

/** The colours of the ink and of the paper after each library's stretching. */
function stretched(inkColour, paperColour, change = () => {}) {
  const colours = Array.from({ length: SIZE * SIZE }, (_, at) => [...(ink(at) ? inkColour : paperColour)]);
  change(colours);
  const drawing = new Jimp({ width: SIZE, height: SIZE });
  colours.forEach((colour, at) => drawing.bitmap.data.set([...colour, 255], at * 4));
  drawing.normalize();
  const byJimp = [1, 12].map((at) => [...drawing.bitmap.data.subarray(at * 4, at * 4 + 3)]);
  const image = new Image(SIZE, SIZE, { data: Uint8Array.from(colours.flat()), colorModel: "RGB" }).level();
  return { jimp: byJimp, "image-js": [image.getPixel(1, 0), image.getPixel(12, 0)] };
}

const oneLevelLess = (colours) => colours.at(-1).forEach((value, at) => (colours.at(-1)[at] = Math.max(value - 1, 0)));
const cases = {
  "black on white": [[[20, 20, 20], PAPER], [[0, 0, 0], PAPER]],
  "red on white": [[[255, 0, 0], PAPER], [[0, 0, 0], [0, 255, 255]]],
  "yellow on white": [[[255, 255, 0], PAPER], [[0, 0, 0], [0, 0, 255]]],
  "white alone": [[PAPER, PAPER], [[0, 0, 0], [0, 0, 0]]],
  "red on white, one pixel a level darker": [[[255, 0, 0], PAPER, oneLevelLess], [[255, 0, 0], PAPER]],
};
console.log("jimp", version("jimp"), "image-js", version("image-js"));
let asSaid = true;
for (const [name, [drawing, expected]] of Object.entries(cases)) {
  for (const [library, colours] of Object.entries(stretched(...drawing))) {
    console.log(`  ${name}, by ${library}: the ink is ${colours[0]}, the paper ${colours[1]}`);
    asSaid &&= String(colours) === String(expected);
  }
}
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
