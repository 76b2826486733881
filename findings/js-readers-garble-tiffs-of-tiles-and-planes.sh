#!/usr/bin/env bash
# One would guess: jimp and image-js, which read TIFF among others, read one that is stored in planes or tiles, or they
# say that they cannot.
#
# What is so: jimp (by utif2) takes the three planes of a picture (PlanarConfiguration 2) for its pixels, one after the
# other: three grey pictures squeezed into the upper third, and black below. It does the same to a grey JPEG in a TIFF,
# of which it takes three pixels for the three parts of one. image-js takes each number in a tile for a pixel: of
# colours it gives the first third of each tile, drawn out, as red, and green and blue are 0. Tiles in grey are right.
# The size is right each time, and nothing is said. jimp reads the tiles right; image-js refuses the planes and the JPEG
# by an error.
#
# Who meets it: who takes scans, prints' masters or maps in a browser or in Node: libvips and GIS programs write large
# pictures in tiles, printing and microscopes planes, archives grey JPEG. sharp reads all of them.
#
# Source: run here; utif2's UTIF.js (of tag 284 it only logs "PlanarConfiguration 2 should not be used!", if NODE_ENV is
# "development"), and readTileData() of the package tiff, which image-js has.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 tifffile==2025.10.16
venv/bin/python - <<'PY'
import numpy as np
import tifffile
from PIL import Image

y, x = np.mgrid[:48, :80]
picture = np.stack([x * 3, y * 5, 255 - x * 3], axis=2).astype(np.uint8)
Image.fromarray(picture).save("wanted.png")
Image.fromarray(picture[..., 0]).convert("RGB").save("wanted-grey.png")
tifffile.imwrite("strips.tif", picture, photometric="rgb", rowsperstrip=16)
tifffile.imwrite("planes.tif", picture.transpose(2, 0, 1).copy(), photometric="rgb", planarconfig="separate")
tifffile.imwrite("tiles.tif", picture, photometric="rgb", tile=(16, 16))
tifffile.imwrite("grey-tiles.tif", picture[..., 0].copy(), photometric="minisblack", tile=(16, 16))
Image.fromarray(picture[..., 0]).save("grey-jpeg.tif", compression="jpeg", quality=95)
PY
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund image-js@1.7.0 jimp@1.6.1 sharp@0.35.5
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { decode } from "image-js";
import { Jimp } from "jimp";
import sharp from "sharp";

const readers = {
  jimp: async (file) => {
    const { data, width, height } = (await Jimp.read(file)).bitmap;
    return { width, height, at: (x, y) => [...data.slice((y * width + x) * 4, (y * width + x) * 4 + 3)] };
  },
  "image-js": async (file) => {
    const image = decode(new Uint8Array(file));
    return { width: image.width, height: image.height, at: (x, y) => image.getPixel(x, y) };
  },
  sharp: async (file) => {
    const { data, info } = await sharp(file).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const start = (x, y) => (y * width + x) * channels;
    return { width, height, at: (x, y) => [...data.slice(start(x, y), start(x, y) + channels)] };
  },
};

/** The share of pixels that are more than a few shades off; or that it was refused. */
async function wrong(name, read) {
  const wanted = await readers.sharp(readFileSync(name.startsWith("grey") ? "wanted-grey.png" : "wanted.png"));
  let image;
  try {
    image = await read(readFileSync(name));
  } catch {
    return "refused";
  }
  if (image.width !== wanted.width || image.height !== wanted.height) return "of another size";
  let count = 0;
  for (let y = 0; y < wanted.height; y++) for (let x = 0; x < wanted.width; x++) {
    const colour = image.at(x, y);
    count += wanted.at(x, y).some((value, channel) => Math.abs(value - colour[channel % colour.length]) > 8);
  }
  return Math.round(100 * count / (wanted.width * wanted.height));
}

for (const name of Object.keys(readers)) {
  console.log(" ", name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version);
}
const garbled = { jimp: ["planes.tif", "grey-jpeg.tif"], "image-js": ["tiles.tif"], sharp: [] };
let asSaid = true;
for (const name of ["strips.tif", "planes.tif", "tiles.tif", "grey-tiles.tif", "grey-jpeg.tif"]) {
  for (const [reader, read] of Object.entries(readers)) {
    const share = await wrong(name, read);
    console.log(`  ${name} by ${reader}: ${share === "refused" ? share : `${share} % of the pixels are wrong`}`);
    const refused = reader === "image-js" && ["planes.tif", "grey-jpeg.tif"].includes(name);
    asSaid &&= refused ? share === "refused" : garbled[reader].includes(name) ? share > 50 : share === 0;
  }
}
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
