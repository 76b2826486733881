#!/usr/bin/env bash
# One would guess: sharp(file, {animated: true}) treats each frame of a GIF or WebP as a picture of its own: blur, sharpen
# and resize see no other frame.
#
# What is so: the frames lie below each other in one tall picture, and what looks at neighbouring pixels looks across the
# seam. The upper rows of a frame take colour from the end of the frame before, the lower ones from the next frame's
# beginning; with blur(3) up to 43 % of it. Enlarging does it, too: half of the first row is the frame before. What would
# be quite wrong, as turning by 45 degrees, is refused, so the rest looks safe; extract() and halving are.
#
# Who meets it: bots that enlarge, blur or sharpen stickers and GIFs: a thin line that flickers at the upper and lower edge.
#
# Source: run here; of enlarging: github.com/libvips/libvips, issue 4014 (open).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat > try.js <<'JS'
const sharp = require("sharp");

const SIZE = 32, FRAMES = 4; // red, blue, red, blue; each of one colour
const pixels = Buffer.alloc(SIZE * SIZE * FRAMES * 3);
for (let at = 0; at < pixels.length; at += 3) pixels[at + (Math.floor(at / (SIZE * SIZE * 3)) % 2 ? 2 : 0)] = 255;

async function redOfTheBlueFrame(file, change) {
  const changed = await change(sharp(file, { animated: true })).webp({ lossless: true }).toBuffer();
  const { pages, pageHeight, width } = await sharp(changed, { animated: true }).metadata();
  const raw = await sharp(changed, { animated: true }).removeAlpha().raw().toBuffer();
  if (pages !== FRAMES) throw new Error("frames are lost");
  const red = (row) => raw[((pageHeight + row) * width + (width >> 1)) * 3];
  return [red(0), red(pageHeight >> 1), red(pageHeight - 1)];
}

(async () => {
  const raw = { width: SIZE, height: SIZE * FRAMES, channels: 3, pageHeight: SIZE };
  const file = await sharp(pixels, { raw }).webp({ lossless: true, delay: Array(FRAMES).fill(100) }).toBuffer();
  console.log("sharp", sharp.versions.sharp, "libvips", sharp.versions.vips);
  const ways = {
    unchanged: [(image) => image, false],
    "half as large": [(image) => image.resize(SIZE / 2), false],
    "its middle": [(image) => image.extract({ left: 0, top: 8, width: SIZE, height: 16 }), false],
    "twice as large": [(image) => image.resize(2 * SIZE), true],
    "blur(3)": [(image) => image.blur(3), true],
    "blur()": [(image) => image.blur(), true],
  };
  let asSaid = true;
  for (const [name, [change, mixed]] of Object.entries(ways)) {
    const [top, middle, bottom] = await redOfTheBlueFrame(file, change);
    console.log(`  ${name}: in a blue frame, red is ${top} in the first row, ${middle} in the middle, ${bottom} in the last`);
    asSaid &&= middle === 0 && mixed === Math.max(top, bottom) > 60;
  }
  if (!asSaid) console.log("this has changed");
  process.exit(asSaid ? 0 : 1);
})();
JS
node try.js
