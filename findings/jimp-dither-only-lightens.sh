#!/usr/bin/env bash
# One would guess: jimp's dither() ("Apply a ordered dithering effect") brings a picture to few shades, by a pattern
# that keeps its brightness, as Pillow's and sharp's dithering do.
#
# What is so: it adds the pattern, from 1 to 16, and that is all. No shade is rounded, so there are more of them than
# before: of a flat grey of 100 it makes 16 greys from 101 to 116, of two shades 32. And as nothing is taken away, all
# is lighter by 8.5. Black becomes a dark grey pattern; only white stays. What is meant to follow, the cut to 5 and 6
# bits of RGB565, is not there. No error, no warning.
#
# Who meets it: who prepares pictures for e-paper, thermal printers, badges or a GIF in Node or a browser: the file
# becomes larger than before, instead of smaller, and is pale when it is cut to few colours later.
#
# Source: run here; @jimp/plugin-dither, its dither() adds the matrix to each channel and cuts at 255. Jimp's
# documentation says no more than the sentence above.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund jimp@1.6.1
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { Jimp } from "jimp";

const SIZE = 64;

// The shades of a picture, and their mean, before and after.
function dithered(shade) {
  const image = new Jimp({ width: SIZE, height: SIZE, color: 0x000000ff });
  const red = () => Array.from({ length: SIZE * SIZE }, (_, at) => image.bitmap.data[at * 4]);
  for (let at = 0; at < SIZE * SIZE; at += 1) image.bitmap.data.fill(shade(at % SIZE), at * 4, at * 4 + 3);
  const of = (values) => ({
    shades: new Set(values).size,
    mean: values.reduce((sum, each) => sum + each) / values.length,
  });
  const before = of(red());
  image.dither();
  return { before, after: of(red()) };
}

console.log("jimp", JSON.parse(readFileSync("node_modules/jimp/package.json")).version);
const cases = { "a flat grey of 100": () => 100, "two greys": (x) => (x < SIZE / 2 ? 60 : 160), black: () => 0,
  white: () => 255, "a slope of 64 shades": (x) => 60 + 2 * x };
const found = {};
for (const [name, shade] of Object.entries(cases)) {
  const { before, after } = (found[name] = dithered(shade));
  console.log(`  ${name}: ${before.shades} shades of mean ${before.mean} become ${after.shades} of mean ${after.mean}`);
}
const right = found["a flat grey of 100"].after.shades === 16 && found["two greys"].after.shades === 32 &&
  ["a flat grey of 100", "two greys", "black", "a slope of 64 shades"].every(
    (name) => Math.abs(found[name].after.mean - found[name].before.mean - 8.5) < 0.1 &&
      found[name].after.shades > found[name].before.shades) && found.white.after.shades === 1;
if (!right) console.log("this has changed");
process.exit(right ? 0 : 1);
JS
node try.mjs
