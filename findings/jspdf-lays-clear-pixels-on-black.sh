#!/usr/bin/env bash
# One would guess: jsPDF's addImage() draws a picture of pixels with opacity ({data, width, height}, "RGBA array (like
# output from canvas.getImageData)") as it draws a PNG of the same pixels: what is clear lets the page shine through.
#
# What is so: it takes the opacities out, keeps them under a name by which nobody asks for them (`alpha`; the writer
# looks for `sMask`), and writes opaque colours. Of a canvas each pixel on which nothing was drawn is black, so a sticker
# or a signature stands in a black box; a soft edge gets a hard black or bright rim. No error, no warning. The same
# pixels as a PNG come out right.
#
# Who meets it: who puts what was drawn on a canvas, a cut-out person or a decoded sticker into a document without
# making a file of it first. Encode it as PNG, or lay it on white before.
#
# Source: run here; jspdf/src/modules/rgba_support.js, "jsPDF takes alpha data separately so extract that", and
# addimage.js, putImage(), which knows `sMask`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund jspdf@4.2.1 pngjs@7.0.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pypdfium2==5.15.2
cat > make.js <<'JS'
const fs = require("fs");
const { jsPDF } = require("jspdf");
const { PNG } = require("pngjs");

const SIZE = 64;

// a sticker: red in the middle, a half clear ring of red, and nothing around
const png = new PNG({ width: SIZE, height: SIZE });
for (let y = 0; y < SIZE; y++) {
  for (let x = 0; x < SIZE; x++) {
    const far = Math.hypot(x - SIZE / 2, y - SIZE / 2);
    const opacity = far < 12 ? 255 : far < 24 ? 128 : 0;
    png.data.set(opacity ? [255, 0, 0, opacity] : [0, 0, 0, 0], 4 * (y * SIZE + x));
  }
}
const WAYS = {
  pixels: [{ data: new Uint8ClampedArray(png.data), width: SIZE, height: SIZE }, "RGBA"],
  png: [new Uint8Array(PNG.sync.write(png)), "PNG"],
};
for (const [way, [data, format]] of Object.entries(WAYS)) {
  const document = new jsPDF({ unit: "pt", format: [SIZE, SIZE] });
  document.addImage(data, format, 0, 0, SIZE, SIZE);
  fs.writeFileSync(`${way}.pdf`, Buffer.from(document.output("arraybuffer")));
}
console.log("jsPDF", require("jspdf/package.json").version);
JS
node make.js
venv/bin/python - <<'PY'
import numpy as np
import pypdfium2

print("  a red sticker on a white page: its middle, its half clear ring, and beside it")
for way, name in (("pixels", "given as pixels"), ("png", "given as a PNG")):
    page = np.asarray(pypdfium2.PdfDocument(f"{way}.pdf")[0].render().to_pil().convert("RGB")).astype(int)
    middle, ring, beside = (page[32, x] for x in (32, 50, 2))
    print(f"  {name}: {middle.tolist()}, {ring.tolist()}, {beside.tolist()}")
    assert abs(middle - [255, 0, 0]).max() < 4
    right = [255, 255, 255], [255, 127, 127]
    black = [0, 0, 0], [255, 0, 0]
    for found, expected in zip((beside, ring), right if way == "png" else black):
        assert abs(found - expected).max() < 4, "this has changed"
PY
