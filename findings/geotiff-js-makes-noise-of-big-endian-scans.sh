#!/usr/bin/env bash
# One would guess: geotiff.js reads a TIFF of 16 bits or of floats with LZW or Deflate and a predictor, which it
# supports, in either byte order, or it says that it cannot.
#
# What is so: of a big-endian file ("MM") it undoes the predictor as if the numbers were little-endian. Each row's first
# pixel is right, and behind it most numbers are noise: two thirds of them in 16 bits, nearly all of 32-bit floats.
# Little-endian files, 8 bits, and files without a predictor are right. No error, no warning, and the size is right, so
# a histogram or a thumbnail is the first to show it.
#
# Who meets it: who reads scans and deep photos in a browser or in Node: Photoshop offers "Macintosh" as the byte order,
# and libtiff's tools write either, with a predictor where one asks for it. libtiff and tifffile read them right.
#
# Source: run here; geotiff.js, src/predictor.js, applyPredictor(): new Uint16Array(block, ...), which has the
# processor's byte order; TIFF 6.0, section 14. tifffile reads each of the files as it was.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6 tifffile==2026.3.3
venv/bin/python - <<'PY'
import numpy as np
import tifffile

y, x = np.mgrid[:48, :64]
deep = np.stack([x * 1000, y * 1300, (x + y) * 500], -1).astype(np.uint16)
PICTURES = {8: (deep // 257).astype(np.uint8), 16: deep, 32: (deep / 65535).astype(np.float32)}
for bits, picture in PICTURES.items():
    for order, mark in (("<", "II"), (">", "MM")):
        for predictor in (False, True):
            name = f"{bits}-{mark}-{'predictor' if predictor else 'plain'}.tif"
            tifffile.imwrite(name, picture, photometric="rgb", byteorder=order, predictor=predictor, compression="zlib")
            assert (tifffile.imread(name) == picture).all()
PY
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund geotiff@3.0.5
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { fromArrayBuffer } from "geotiff";

console.log("geotiff", JSON.parse(readFileSync("node_modules/geotiff/package.json")).version);
let asSaid = true;
const cases = [8, 16, 32].flatMap((bits) => ["II", "MM"].map((order) => [bits, order]));
for (const [bits, order] of cases) for (const kind of ["plain", "predictor"]) {
  const file = new Uint8Array(readFileSync(`${bits}-${order}-${kind}.tif`));
  const image = await (await fromArrayBuffer(file.buffer)).getImage();
  const numbers = await image.readRasters({ interleave: true });
  let wrong = 0;
  for (let y = 0; y < 48; y++) for (let x = 0; x < 64; x++) {
    [1000 * x, 1300 * y, 500 * (x + y)].forEach((deep, band) => {
      const found = numbers[(y * 64 + x) * 3 + band];
      if (bits === 8) wrong += found !== Math.floor(deep / 257);
      else if (bits === 16) wrong += found !== deep;
      else wrong += !(Math.abs(found - deep / 65535) < 1e-6);
    });
  }
  console.log(`  ${bits} bits, ${order}, ${kind}: ${wrong} of ${numbers.length} numbers are wrong`);
  const garbled = bits > 8 && order === "MM" && kind === "predictor";
  asSaid &&= garbled ? wrong > numbers.length / 2 : wrong === 0;
}
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
