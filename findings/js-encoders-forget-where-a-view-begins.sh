#!/usr/bin/env bash
# One would guess: an encoder that takes a Uint8Array or a Buffer encodes its bytes. frames.subarray(start, end) is
# how one cuts a frame out of a film's raw pixels, and slice() of a Buffer is the same.
#
# What is so: gifenc (applyPalette(), quantize()) and pngjs, of 16 bits, look at the memory behind the array, from its
# beginning, instead of the array. Cut out in this way, every frame is the first one: the GIF stands still, all PNGs
# are the same. gifenc's frames are also as long as the whole film, which readers pass over. A small Buffer of 16 bits
# lies in memory that Node shares among all, so its PNG shows what happens to lie there. Sizes are right, and nothing
# is said. A copy (new Uint8Array(view)) is right, and so is a frame in memory of its own, as tests have it.
#
# Who meets it: who has sharp or FFmpeg give a clip as raw pixels in one piece, which is how they give it, and writes
# a GIF, or deep PNGs, of it frame by frame.
#
# Source: run here; gifenc, src/palettize.js and src/pnnquant2.js: new Uint32Array(rgba.buffer), without byteOffset
# and length; pngjs, lib/bitpacker.js: new Uint16Array(dataIn.buffer). Their READMEs ask for a Uint8Array and for a
# Buffer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund gifenc@1.0.3 pngjs@7.0.0 omggif@1.0.10
cat > try.js <<'JS'
const { GIFEncoder, applyPalette, quantize } = require("gifenc");
const { GifReader } = require("omggif");
const { PNG } = require("pngjs");

const SIZE = 64, COLOURS = [[200, 30, 30], [30, 200, 30], [30, 30, 200]];

// A film of three frames, each of one colour, in one piece; of 8 bits, and of 16, whose values are 257 times as large.
const film = new Uint8Array(COLOURS.length * SIZE * SIZE * 4);
const deep = new Uint16Array(film.length);
COLOURS.forEach((colour, frame) => {
  for (let at = 0; at < SIZE * SIZE; at += 1) {
    const pixel = [...colour, 255];
    film.set(pixel, (frame * SIZE * SIZE + at) * 4);
    deep.set(pixel.map((value) => value * 257), (frame * SIZE * SIZE + at) * 4);
  }
});

function gif(cut) {
  const encoder = GIFEncoder();
  COLOURS.forEach((_, frame) => {
    const pixels = cut(film, frame * SIZE * SIZE * 4, (frame + 1) * SIZE * SIZE * 4);
    const palette = quantize(pixels, 256);
    encoder.writeFrame(applyPalette(pixels, palette), SIZE, SIZE, { palette });
  });
  encoder.finish();
  const reader = new GifReader(encoder.bytes());
  return COLOURS.map((_, frame) => {
    const shown = new Uint8Array(SIZE * SIZE * 4);
    reader.decodeAndBlitFrameRGBA(frame, shown);
    return ["red", "green", "blue"][shown.subarray(0, 3).indexOf(Math.max(...shown.subarray(0, 3)))];
  });
}

function pngs(cut) {
  const bytes = Buffer.from(deep.buffer);
  return COLOURS.map((_, frame) => {
    const data = cut(bytes, frame * SIZE * SIZE * 8, (frame + 1) * SIZE * SIZE * 8);
    const image = new PNG({ width: SIZE, height: SIZE, bitDepth: 16, colorType: 6, inputColorType: 6 });
    image.data = Buffer.from(data.buffer, data.byteOffset, data.length);
    const { data: shown } = PNG.sync.read(PNG.sync.write(image, { bitDepth: 16, colorType: 6, inputColorType: 6 }));
    return ["red", "green", "blue"][shown.subarray(0, 3).indexOf(Math.max(...shown.subarray(0, 3)))];
  });
}

const view = (array, start, end) => array.subarray(start, end);
const copy = (array, start, end) => new Uint8Array(array.subarray(start, end));
const named = (name) => `${name} ${require(`${process.cwd()}/node_modules/${name}/package.json`).version}`;
console.log(named("gifenc"), named("pngjs"), "of frames red, green, blue");
const found = [gif, pngs].map((make) => [make(view), make(copy)].map((each) => each.join(", ")));
found.forEach(([cut, copied], at) => console.log(`  ${["gifenc", "pngjs"][at]}: cut out ${cut}; copied ${copied}`));
const right = found.every(([cut, copied]) => cut === "red, red, red" && copied === "red, green, blue");
if (!right) console.log("this has changed");
process.exit(right ? 0 : 1);
JS
node try.js
