#!/usr/bin/env bash
# One would guess: sharp's dilate() makes light areas grow, by taking the lightest of the neighbours, and erode() the
# dark ones, as OpenCV's, Pillow's MaxFilter and MATLAB's do; of a photo, dilate() is a lighter one with coarser
# highlights.
#
# What is so: it is the other way round, and it is done bit by bit. A white dot on black is gone after dilate(), and a
# line of ink grows; white grows by erode(). And of greys, the bits are combined: dilate() gives the bits that all
# neighbours have, erode() those that any has. Neighbours of 127 and 128 have none in common, so between them a black
# line appears, by erode() a white one. Of a photo with grain all is black, or all white; of an even slope stripes. An
# anti-aliased edge gets shades that it never had. With 0 and 255 alone it is sound. No error, no warning.
#
# Who meets it: who widens masks before blending (they shrink), thickens or thins lines of scans before tracing, or
# looks for an effect for photos. Make it black and white first by threshold(), and take erode() for white.
#
# Source: run here; sharp calls libvips' morph, whose documentation says that it is for images of 0 and 255; that of
# sharp says "Expand foreground objects", and neither which those are, nor that there must be no greys.
# github.com/lovell/sharp, issue 1719 and pull request 4243.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat > try.js <<'JS'
const sharp = require("sharp");

const SIZE = 32;

async function applied(operation, shade) {
  const pixels = Buffer.from(Array.from({ length: SIZE * SIZE }, (_, at) => shade(at % SIZE, Math.floor(at / SIZE))));
  const image = sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 1 } });
  const { data, info } = await image[operation](1).raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: SIZE * SIZE }, (_, at) => data[at * info.channels]);
}
const count = (pixels, value) => pixels.filter((pixel) => pixel === value).length;
const middle = (pixels) => pixels.slice((SIZE * SIZE) / 2, (SIZE * SIZE) / 2 + SIZE);

(async () => {
  console.log("sharp", sharp.versions.sharp, "libvips", sharp.versions.vips);
  let seed = 1;
  const grain = () => 100 + ((seed = (seed * 16807) % 2147483647) % 60);
  const dot = (x, y) => (x === 16 && y === 16 ? 255 : 0);
  const slope = (x) => 112 + x;
  const found = {};
  for (const operation of ["dilate", "erode"]) {
    const white = count(await applied(operation, dot), 255);
    const row = middle(await applied(operation, slope));
    const photo = await applied(operation, grain);
    found[operation] = { white, row, dark: count(photo, 0), light: count(photo, 255) };
    console.log(`  ${operation}(1): a white dot on black becomes ${white} white pixels`);
    console.log(`    a slope, ${slope(11)} to ${slope(19)}, becomes ${row.slice(11, 20).join(" ")}`);
    console.log(`    greys of 100 to 159: ${found[operation].dark} of ${SIZE * SIZE} pixels are black, ` +
      `${found[operation].light} white`);
  }
  const { dilate, erode } = found;
  const right = dilate.white === 0 && erode.white === 9 && Math.min(...dilate.row) === 0 &&
    Math.max(...erode.row) === 255 && dilate.dark > SIZE * SIZE * 0.8 && erode.light > SIZE * SIZE * 0.8;
  if (!right) console.log("this has changed");
  process.exit(right ? 0 : 1);
})();
JS
node try.js
