#!/usr/bin/env bash
# One would guess: image-js, which reads PNG and BMP, shows a PNG of few colours and a BMP with a palette as they are,
# or refuses them.
#
# What is so: where several pixels share a byte, it loses its place. Of a PNG of 1 bit without a palette, as of scans
# and masks, the bits of each row's first byte are dropped, all 8 where the width is a multiple of 8, else so many as
# pad the row's end. Of a PNG with a palette of 16 colours or fewer, as pngquant writes drawings and logos, the padding
# at each row's end is taken for pixels, unless there is none. In both cases each row begins where the one above has not
# ended, and the picture is sheared to stripes. Of a BMP with a palette, one gets the numbers of the colours as shades
# of grey: four colours are 0 to 3, black. No error, no warning. PNGs of 8 bits, and BMPs of 24 and of 1 bit, are right.
#
# Who meets it: who traces, measures or paints scans and drawings in a browser. Read them by another library, as jimp.
#
# Source: run here; image-js, src/load/decodePng.ts: decodeBinary() takes the padding from byte 0 of each line, and
# loadPalettePng() knows no lines; src/load/decodeBmp.ts does not look at the palette.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0
venv/bin/python - <<'PY'
from PIL import Image, ImageDraw

for width in (64, 60):
    page = Image.new("1", (width, 48), 1)
    ImageDraw.Draw(page).rectangle((8, 8, 39, 39), fill=0)
    page.save(f"page-{width}.png")
    page.convert("RGB").quantize(2).save(f"palette-{width}.png", bits=1)
    page.convert("L").save(f"grey-{width}.png")
    page.save(f"page-{width}.bmp")
colours = Image.new("RGB", (64, 48), "white")
ImageDraw.Draw(colours).rectangle((8, 8, 39, 39), fill="black")
colours.save("full-64.bmp")
colours.quantize(4).save("palette-64.bmp")
PY
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund image-js@1.7.0 jimp@1.6.1
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { decode } from "image-js";
import { Jimp } from "jimp";

/** How many pixels are not what was drawn: a black square on white. */
function wrong(width, height, shadeAt) {
  let count = 0;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const drawn = x >= 8 && x < 40 && y >= 8 && y < 40 ? 0 : 255;
    count += shadeAt(x, y) !== drawn;
  }
  return count;
}

for (const name of ["image-js", "jimp"]) {
  console.log(" ", name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version);
}
const cases = {
  "page-64.png": true, "page-60.png": true, "palette-64.bmp": true, "palette-60.png": true, "palette-64.png": false,
  "grey-64.png": false, "page-64.bmp": false, "page-60.bmp": false, "full-64.bmp": false,
};
let asSaid = true;
for (const [name, garbled] of Object.entries(cases)) {
  const file = readFileSync(name);
  const image = decode(new Uint8Array(file));
  const other = await Jimp.read(file);
  const found = wrong(image.width, image.height, (x, y) => image.getPixel(x, y)[0]);
  const right = wrong(image.width, image.height, (x, y) => other.bitmap.data[(y * image.width + x) * 4]);
  const colours = `${image.colorModel} of ${image.bitDepth} bits`;
  console.log(`  ${name}: ${found} of ${image.size} pixels are wrong in image-js (${colours}), ${right} in jimp`);
  asSaid &&= garbled === found > 400 && (garbled || found === 0) && right === 0;
}
if (!asSaid) console.log("this has changed");
process.exit(asSaid ? 0 : 1);
JS
node try.mjs
