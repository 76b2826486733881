#!/usr/bin/env bash
# One would guess: gif-encoder-2 with the algorithm "octree" does with setTransparent(colour) what it does with
# "neuquant", and what gifencoder, from which it comes, documents: the colour nearest to that one becomes clear, and
# so does each pixel whose alpha is 0.
#
# What is so: with "octree" the colour is not heeded. Always the first entry of the palette becomes clear, whichever
# it is, mostly the darkest colour: a sticker with black outlines gets holes along all of them. Pixels whose alpha is
# 0 keep the colour that lies unseen below: if that is white, they come out as opaque white. If it is black, and
# nothing in the picture is black, all is right by chance, which is what a first test shows. No error, no warning.
#
# Who meets it: who makes GIFs of stickers, logos or drawings on a canvas, and takes "octree" for its flat colours,
# which NeuQuant bends. Take "neuquant", or another encoder.
#
# Source: run here; gif-encoder-2, src/GIFEncoder.js, analyzePixels(): the part for octree never marks a colour as
# used, as findClosest() asks, and its count of pixels, nPix, is a constant of that block only, so the loop that looks
# at alpha ends at once. The README does not name setTransparent().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund gif-encoder-2@1.0.5 omggif@1.0.10
cat > try.js <<'JS'
const GIFEncoder = require("gif-encoder-2");
const { GifReader } = require("omggif");

const WIDTH = 32;
const RED = [255, 0, 0, 255], BLUE = [0, 0, 255, 255], BLACK = [0, 0, 0, 255], HIDDEN_WHITE = [255, 255, 255, 0];

// Four stripes, as a GIF and back again: what one sees of each.
function seen(algorithm, key, stripes) {
  const picture = new Uint8ClampedArray(WIDTH * WIDTH * 4);
  for (let at = 0; at < WIDTH * WIDTH; at += 1) picture.set(stripes[((at % WIDTH) * 4) / WIDTH | 0], at * 4);
  const encoder = new GIFEncoder(WIDTH, WIDTH, algorithm);
  encoder.setTransparent(key);
  encoder.start();
  encoder.addFrame(picture);
  encoder.finish();
  const shown = new Uint8Array(picture.length);
  new GifReader(encoder.out.getData()).decodeAndBlitFrameRGBA(0, shown);
  return stripes.map((_, stripe) => [...shown.subarray(stripe * WIDTH, stripe * WIDTH + 4)])
    .map((pixel) => (pixel[3] === 0 ? "clear" : pixel.slice(0, 3).join(",")));
}

console.log("gif-encoder-2", require("gif-encoder-2/package.json").version);
const green = [0, 255, 0, 255];
const found = {};
for (const algorithm of ["neuquant", "octree"]) {
  const keyed = seen(algorithm, 0x00ff00, [BLACK, RED, BLUE, green]);
  const drawn = seen(algorithm, 0xffffff, [HIDDEN_WHITE, RED, BLUE, BLACK]);
  console.log(`  ${algorithm}: black, red, blue and the key's green become ${keyed.join(" | ")}`);
  console.log(`  ${algorithm}: clear (white below), red, blue and black become ${drawn.join(" | ")}`);
  found[algorithm] = { keyed, drawn };
}
const { neuquant, octree } = found;
const right = neuquant.keyed[3] === "clear" && neuquant.keyed[0] !== "clear" && neuquant.drawn[0] === "clear" &&
  neuquant.drawn[3] !== "clear" &&
  octree.keyed.join(" ") === "clear 255,0,0 0,0,255 0,255,0" &&
  octree.drawn.join(" ") === "255,255,255 255,0,0 0,0,255 clear";
if (!right) console.log("this has changed");
process.exit(right ? 0 : 1);
JS
node try.js
