#!/usr/bin/env bash
# One would guess: sharp("a.gif").negate().gif() has negative colours, and sharp("a.gif").linear(1.8, 0).gif() lighter ones,
# as both have when they are saved as PNG. The option reuse ("re-use existing palette") saves time where the palette fits.
#
# What is so: reuse is true by default, and takes the palette of the file that was read whether it fits or not. Each new
# colour becomes the nearest of the old ones: a picture that is made lighter stays as it was, bit by bit; a negative of red
# and blue is yellow all over; grey of red stays red. Nothing is raised. It is so where the GIF has one palette for all, as
# still GIFs have, and animations made by FFmpeg. Where frames have palettes of their own, sharp makes a new one, and the
# colours are right. With reuse: false they always are.
#
# Who meets it: bots and sites that put a filter, a tint or a watermark on what people send, and give GIF back for GIF.
#
# Source: run here; libvips' foreign/cgifsave.c takes the palette of the image's metadata ("gif-palette");
# github.com/lovell/sharp, issue 4410 (grey gets a tinge of green). The documentation of gif() names the option and its
# default, and does not say that the colours are then the old ones.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat > try.js <<'JS'
const sharp = require("sharp");

const RED = [120, 20, 20], BLUE = [20, 20, 120], YELLOW = [200, 180, 30], GLOBAL = [RED, BLUE, YELLOW, YELLOW];
const SIZE = 32;

// A GIF (89a) of one frame: red on the left, blue on the right, a yellow line above. Codes are written without
// compression: 3 bits each, with a "clear" before the table would grow.
function gif() {
  let bits = 0, held = 0;
  const data = [];
  const put = (code) => {
    held |= code << bits;
    for (bits += 3; bits >= 8; bits -= 8, held >>= 8) data.push(held & 255);
  };
  for (let at = 0; at < SIZE * SIZE; at += 1) {
    if (at % 2 === 0) put(4);
    put(at < SIZE ? 2 : at % SIZE < SIZE / 2 ? 0 : 1);
  }
  put(5);
  if (bits) data.push(held & 255);
  const blocks = [];
  for (let at = 0; at < data.length; at += 255) blocks.push(Math.min(255, data.length - at), ...data.slice(at, at + 255));
  const size = [SIZE, 0, SIZE, 0];
  return Buffer.from([..."GIF89a"].map((each) => each.charCodeAt(0)).concat(
    size, [0x91, 0, 0], GLOBAL.flat(), [0x2c, 0, 0, 0, 0], size, [0, 2], blocks, [0, 0x3b]));
}

async function leftAndRight(image) {
  const raw = await sharp(await image.toBuffer()).toColourspace("srgb").removeAlpha().raw().toBuffer();
  const at = (x) => [...raw.subarray((16 * SIZE + x) * 3, (16 * SIZE + x) * 3 + 3)];
  return [at(8), at(24)];
}
const near = (one, other) => one.flat().every((value, at) => Math.abs(value - other.flat()[at]) <= 3);
const isOld = (pair) => pair.every((color) => GLOBAL.some((old) => near([old], [color])) || near([[0, 0, 0]], [color]));

(async () => {
  console.log("sharp", sharp.versions.sharp, "libvips", sharp.versions.vips);
  const file = gif();
  let asSaid = near(await leftAndRight(sharp(file).png()), [RED, BLUE]);
  for (const [name, change] of Object.entries({
    "linear(1.8, 0)": (image) => image.linear(1.8, 0),
    "negate()": (image) => image.negate({ alpha: false }),
    "greyscale()": (image) => image.greyscale(),
    "tint(blue)": (image) => image.tint("#0000ff"),
  })) {
    const right = await leftAndRight(change(sharp(file)).png());
    const made = await leftAndRight(change(sharp(file)).gif());
    const fresh = await leftAndRight(change(sharp(file)).gif({ reuse: false }));
    const [png, plain, renewed] = [right, made, fresh].map((pair) => pair.join(" | "));
    console.log(`  ${name}: ${png} as PNG, ${plain} as GIF, ${renewed} with reuse: false`);
    asSaid &&= near(fresh, right) && !near(made, right) && isOld(made);
  }
  asSaid &&= near(await leftAndRight(sharp(file).linear(1.8, 0).gif()), [RED, BLUE]);
  if (!asSaid) console.log("this has changed");
  process.exit(asSaid ? 0 : 1);
})();
JS
node try.js
