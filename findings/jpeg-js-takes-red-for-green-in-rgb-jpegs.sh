#!/usr/bin/env bash
# One would guess: jpeg-js, by which jimp and image-js read JPEGs and many programs in a browser do, shows a JPEG whose
# three components are red, green and blue themselves as every other program does.
#
# What is so: it takes all JPEGs of three components for YCbCr. Adobe's segment says by its transform of 0 that there is
# nothing to transform, but only a transform that is not 0 is heeded. So red comes out as green, green as blue, and
# white as a pink. The three letters R, G, B as the components' names, which libjpeg writes as well, do not help. With
# the option {colorTransform: false} it is right, but then each ordinary JPEG is wrong, and jimp and image-js do not
# offer it. No error, no warning. Pillow, libvips (sharp), Skia and the Rust crate image (photon) are right.
#
# Who meets it: JPEGs that are to keep fine coloured lines, as Pillow's keep_rgb, mozjpeg's and libjpeg-turbo's cjpeg
# -rgb write them: drawings, scans, and what comes out of TIFFs and DICOM.
#
# Source: run here; jpeg-js, lib/decoder.js: "The adobe transform marker overrides any previous setting", and below `if
# (this.adobe && this.adobe.transformCode)`, which of 0 is false.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0
venv/bin/python - <<'PY'
from PIL import Image

picture = Image.new("RGB", (64, 16))
for at, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]):
    picture.paste(colour, (at * 16, 0, at * 16 + 16, 16))
picture.save("ycc.jpg", quality=95, subsampling=0)
picture.save("rgb.jpg", quality=95, subsampling=0, keep_rgb=True)
again = Image.open("rgb.jpg")
assert again.info["adobe_transform"] == 0 and again.getpixel((8, 8)) == (255, 0, 0)
PY
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund \
    @silvia-odwyer/photon-node@0.3.4 image-js@1.7.0 jimp@1.6.1 jpeg-js@0.4.4 sharp@0.35.5
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import photon from "@silvia-odwyer/photon-node";
import { decode } from "image-js";
import { Jimp } from "jimp";
import jpeg from "jpeg-js";
import sharp from "sharp";

const readers = { // the bytes of the pixels, and how many each has
  "jpeg-js": async (file) => [jpeg.decode(file).data, 4],
  jimp: async (file) => [(await Jimp.read(file)).bitmap.data, 4],
  "image-js": async (file) => [decode(new Uint8Array(file)).getRawImage().data, 4],
  "jpeg-js, colorTransform: false": async (file) => [jpeg.decode(file, { colorTransform: false }).data, 4],
  sharp: async (file) => [await sharp(file).raw().toBuffer(), 3],
  photon: async (file) => [photon.PhotonImage.new_from_byteslice(file).get_raw_pixels(), 4],
};
const wanted = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]];
let asSaid = true;
for (const name of ["jpeg-js", "jimp", "image-js", "sharp", "@silvia-odwyer/photon-node"]) {
  console.log(" ", name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version);
}
for (const [reader, read] of Object.entries(readers)) {
  const right = {};
  for (const kind of ["ycc", "rgb"]) {
    const [data, step] = await read(readFileSync(`${kind}.jpg`));
    const colours = [8, 24, 40, 56].map((x) => [...data.slice((8 * 64 + x) * step, (8 * 64 + x) * step + 3)]);
    const near = (colour, at) => colour.every((value, channel) => Math.abs(value - wanted[at][channel]) < 3);
    right[kind] = colours.every(near);
    const list = colours.map((colour) => `(${colour})`).join(" ");
    console.log(`  ${kind}.jpg by ${reader}: red, green, blue and white are ${list}`);
  }
  const js = reader in { "jpeg-js": 1, jimp: 1, "image-js": 1 };
  asSaid &&= right.ycc === !reader.includes("false") && right.rgb === !js;
}
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
