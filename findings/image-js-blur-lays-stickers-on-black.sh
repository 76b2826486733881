#!/usr/bin/env bash
# One would guess: image-js blurs a picture with transparency so that what was clear stays clear, or, as some libraries
# do, blurs its four channels one by one.
#
# What is so: blur() and gaussianBlur() first paste the picture into a larger one, whose ground is opaque black, and
# pasting blends. So the result is opaque: a sticker comes back as a sticker on black, a half transparent white as an
# opaque grey. Only a rim as wide as half the kernel keeps something of its transparency, as what is mirrored there is
# not pasted, and it mixes both: where nothing was, and a red hidden below it, is a dark red of 60 %. medianFilter() and
# resize() keep the transparency. No error, no warning.
#
# Who meets it: who softens stickers, masks with a colour, or drawings of a transparent ground in a browser or in Node,
# for a shadow or before enlarging. Blur the channels apart (split(), merge()), the colours premultiplied.
#
# Source: run here; src/operations/extendBorders.ts, which calls image.copyTo(), and src/filters/blur.ts of
# github.com/image-js/image-js. The documentation names no limit for RGBA.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund image-js@1.7.0
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { Image } from "image-js";

const SIZE = 32;

function picture(colourAt) {
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let at = 0; at < SIZE * SIZE; at++) data.set(colourAt(at % SIZE), at * 4);
  return new Image(SIZE, SIZE, { data, colorModel: "RGBA" });
}

const sticker = picture((x) => (x < SIZE / 2 ? [255, 255, 255, 255] : [255, 0, 0, 0])); // white, and nothing
const veil = picture(() => [255, 255, 255, 128]);
const ways = {
  "blur()": (image) => image.blur({ width: 5, height: 5 }),
  "gaussianBlur()": (image) => image.gaussianBlur({ sigma: 1.5 }),
  "medianFilter()": (image) => image.medianFilter({ cellSize: 3 }),
  "resize()": (image) => image.resize({ width: SIZE / 2, height: SIZE / 2 }),
};
console.log("image-js", JSON.parse(readFileSync("node_modules/image-js/package.json")).version);
let asSaid = true;
for (const [name, change] of Object.entries(ways)) {
  const [a, b] = [sticker, veil].map(change);
  const clear = a.getPixel(Math.round(a.width * 0.75), a.height >> 1);
  const rim = a.getPixel(a.width - 1, a.height >> 1);
  const half = b.getPixel(b.width >> 1, b.height >> 1);
  console.log(`  ${name}: what was clear is ${clear}, at the right edge ${rim}; the half transparent white is ${half}`);
  const blurs = name.toLowerCase().includes("blur");
  asSaid &&= clear[3] === (blurs ? 255 : 0) && half[3] === (blurs ? 255 : 128) && half[0] === (blurs ? 128 : 255);
  asSaid &&= blurs ? rim[0] > 20 && rim[3] > 20 && rim[3] < 235 : rim[3] === 0;
}
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
