#!/usr/bin/env bash
# One would guess: get-pixels, which gives an animated GIF as one array of [frames, width, height, 4], gives each
# frame as one sees it.
#
# What is so: it gives what is stored for the frame: only the rectangle that changed, and in that only the pixels that
# did. All else is 0, clear black. Nearly every GIF is stored so, as encoders leave out what stays. So the first frame
# is right, and of the others a moving spot on nothing is left. A GIF whose frames are all whole, as a test makes one,
# is right. Its code for browsers does the same. No error, no warning.
#
# Who meets it: who paints, counts or compares the frames of a GIF, and whose package builds on it, as
# gif-extract-frames does: all frames but one are nearly black. sharp(file, {animated: true}) gives what is seen.
#
# Source: run here; get-pixels, node-pixels.js, handleGIF(): each frame is drawn by omggif into room of its own, which
# is empty. The README says that each frame is a slice of the array, and nothing of what is in it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund get-pixels@3.3.3 omggif@1.0.10 sharp@0.35.5 2> /dev/null
cat > try.js <<'JS'
const getPixels = require("get-pixels");
const { GifWriter } = require("omggif");
const sharp = require("sharp");

const SIZE = 16, SPOT = 4, SAND = 0, RED = 1, PALETTE = [0xe0c090, 0xd02020];

// A red spot appears on sand; the second frame stores the spot alone, as all encoders do that look at the frame before.
const data = Buffer.alloc(4096);
const writer = new GifWriter(data, SIZE, SIZE, { palette: PALETTE, loop: 0 });
writer.addFrame(0, 0, SIZE, SIZE, new Array(SIZE * SIZE).fill(SAND), { delay: 10 });
writer.addFrame(6, 6, SPOT, SPOT, new Array(SPOT * SPOT).fill(RED), { delay: 10, disposal: 1 });
const gif = data.subarray(0, writer.end());

function count(pixels) {
  const found = { sand: 0, red: 0, clear: 0 };
  for (let at = 0; at < pixels.length; at += 4) {
    found[pixels[at + 3] === 0 ? "clear" : pixels[at] === 0xe0 ? "sand" : "red"] += 1;
  }
  return found;
}
const say = (found) => `${found.sand} of sand, ${found.red} red, ${found.clear} clear`;

getPixels(gif, "image/gif", async (error, pixels) => {
  if (error) throw error;
  const length = SIZE * SIZE * 4;
  const given = [0, 1].map((frame) => count(pixels.data.subarray(frame * length, (frame + 1) * length)));
  const { data: raw } = await sharp(gif, { animated: true }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const seen = [0, 1].map((frame) => count(raw.subarray(frame * length, (frame + 1) * length)));
  console.log("get-pixels", require("get-pixels/package.json").version, "shape", pixels.shape.join(" x "));
  for (const frame of [0, 1]) {
    console.log(`  frame ${frame}: ${say(given[frame])}; by sharp ${say(seen[frame])}`);
  }
  const spot = SPOT * SPOT, all = SIZE * SIZE;
  const right = given[0].sand === all && seen[0].sand === all && seen[1].red === spot && seen[1].sand === all - spot &&
    given[1].red === spot && given[1].clear === all - spot;
  if (!right) console.log("this has changed");
  process.exit(right ? 0 : 1);
});
JS
node try.js
