#!/usr/bin/env bash
# One would guess: photon's sharpen(), box_blur(), noise_reduction() and emboss() treat the pixels at the edge as best
# they can (repeated, mirrored, or left as they are), and keep the transparency; so does adjust_contrast().
#
# What is so: what is a 3x3 kernel in photon leaves out the outermost row and column on each side, and these pixels come
# out as (0, 0, 0, 0): a frame of one pixel that is clear in a PNG, and black in a JPEG. Even identity(), whose kernel
# changes nothing, does so. The other way round, adjust_contrast() and tint() make the picture opaque, so that what was
# clear shows the colours that were hidden there. gaussian_blur(), which is no such kernel, invert(), sepia() and
# adjust_brightness() do neither. No error, no warning.
#
# Who meets it: web workers and Node programs that sharpen photos after making them smaller, or give stickers another
# contrast. Pad by a pixel before and crop after; keep the alpha and put it back.
#
# Source: run here; github.com/silvia-odwyer/photon, crate/src/conv.rs (the image crate's filter3x3(), whose loops begin
# at 1) and crate/src/effects.rs (Rgba of alpha 255). The documentation does not name either.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @silvia-odwyer/photon-node@0.3.4
cat > try.js <<'JS'
const photon = require("@silvia-odwyer/photon-node");

const SIZE = 16;
const COLOUR = [200, 120, 40];

function changed(change, alpha) {
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let at = 0; at < SIZE * SIZE; at++) data.set([...COLOUR, alpha], at * 4);
  const image = new photon.PhotonImage(data, SIZE, SIZE);
  change(image);
  return image;
}

const pixel = (image, x, y) => [...image.get_raw_pixels().subarray((y * SIZE + x) * 4, (y * SIZE + x) * 4 + 4)];
const kernels = ["identity", "sharpen", "box_blur", "noise_reduction", "emboss"];
const ways = Object.fromEntries(kernels.map((name) => [name, photon[name]]));
ways.gaussian_blur = (image) => photon.gaussian_blur(image, 2);
ways.adjust_contrast = (image) => photon.adjust_contrast(image, 10);
ways.tint = (image) => photon.tint(image, 5, 5, 5);
ways.adjust_brightness = (image) => photon.adjust_brightness(image, 10);
ways.invert = photon.invert;
ways.sepia = photon.sepia;

console.log("photon-node", require("@silvia-odwyer/photon-node/package.json").version);
let asSaid = true;
for (const [name, change] of Object.entries(ways)) {
  const opaque = changed(change, 255), clear = changed(change, 0);
  let width = 0;
  while (width < SIZE / 2 && pixel(opaque, width, SIZE / 2)[3] === 0) width++;
  const middle = pixel(clear, SIZE / 2, SIZE / 2);
  console.log(`  ${name}: a clear frame of ${width}; in the middle of a clear picture (${middle})`);
  asSaid &&= width === (kernels.includes(name) ? 1 : 0);
  asSaid &&= middle[3] === (["adjust_contrast", "tint"].includes(name) ? 255 : 0);
  if (kernels.includes(name)) asSaid &&= String(pixel(opaque, 1, 1).slice(3)) === "255";
}
const rim = photon.PhotonImage.new_from_byteslice(changed(photon.identity, 255).get_bytes_jpeg(100));
console.log(`  the corner of the JPEG after identity(): (${pixel(rim, 0, 0)})`);
asSaid &&= pixel(rim, 0, 0)[0] < 100;
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.js
