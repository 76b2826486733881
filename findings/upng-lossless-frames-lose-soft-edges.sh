#!/usr/bin/env bash
# One would guess: UPNG.encode(frames, width, height, 0, delays) of upng-js writes an animated PNG whose frames are the
# ones given: the README says of the fourth value "0: all colors (lossless PNG)".
#
# What is so: from the second frame on, a pixel that changes to an opacity between 220 and 254 is not put in the place
# of the one before but laid upon it, as long as no pixel of the frame that changes is clearer than that. What was
# opaque there stays so: black at 220 upon white comes back as an opaque dark grey of 34, and the soft rim of a figure
# that moves over nothing keeps a part of what it passed. A frame with one pixel below 220 is written right, so
# it hits some frames and spares others. No error, no warning, and UPNG's own decoder shows it, too.
#
# Who meets it: who makes animated stickers or overlays in a browser or in Node: the almost opaque edge pixels that a
# renderer's antialiasing gives leave trails behind them, and a test with hard edges or with glass shows nothing.
#
# Source: run here; UPNG.js, UPNG._copyTile() in mode 3 ("check if can be blended": fa<220 && ba>20) and
# UPNG.encode.compress(), which writes the frame with blend = 1 then; the README of upng-js on `cnum`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund upng-js@2.1.0
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import UPNG from "upng-js";

const SIZE = 8;

/** A frame with one square of 4x4 in a colour, the rest white. */
function framed(square) {
  const pixels = new Uint8Array(SIZE * SIZE * 4).fill(255);
  for (let y = 2; y < 6; y += 1) for (let x = 2; x < 6; x += 1) pixels.set(square, (y * SIZE + x) * 4);
  return pixels;
}

/** What comes back of a square in the second frame, which was opaque white in the first, as RGBA. */
function back(square, change = () => {}) {
  const frames = [framed([255, 255, 255, 255]), framed(square)];
  change(frames[1]);
  const file = UPNG.encode(frames.map((frame) => frame.slice().buffer), SIZE, SIZE, 0, [100, 100]);
  const shown = UPNG.toRGBA8(UPNG.decode(file)).map((frame) => new Uint8Array(frame));
  if (String(shown[0]) !== String(frames[0])) throw new Error("the first frame has changed");
  const middle = (3 * SIZE + 3) * 4;
  return [...shown[1].subarray(middle, middle + 4)];
}

const version = JSON.parse(readFileSync("node_modules/upng-js/package.json")).version;
console.log(`upng-js ${version}: black at an opacity that takes the place of opaque white`);
let asSaid = true;
const say = (name, found, expected) => {
  console.log(`  ${name}: ${found}`);
  asSaid &&= String(found) === String(expected);
};
for (const opacity of [0, 100, 219, 255]) say(opacity, back([0, 0, 0, opacity]), [0, 0, 0, opacity]);
say(220, back([0, 0, 0, 220]), [34, 34, 34, 255]);
say(240, back([0, 0, 0, 240]), [15, 15, 15, 255]);
const clear = (frame) => frame.set([0, 0, 0, 100], 0);
say("220, in a frame in which another pixel becomes one of 100", back([0, 0, 0, 220], clear), [0, 0, 0, 220]);
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
