#!/usr/bin/env bash
# One would guess: jsPDF's addImage() puts each picture that it is given into the document, and one that is given twice
# only once.
#
# What is so: whether it had a picture before, it tells by a number of 32 bits that is computed of the first half of the
# picture's bytes; it halves the count of bytes, as if each value had two. So of two pictures whose first halves are
# equal, the first is drawn twice, and the second is nowhere in the file: two notes on the same letterhead, two tickets
# that differ in the code at the bottom, two paintings of one sky. It is so for pixels ({data, width, height}, as
# getImageData() gives them) and for a file's bytes (Uint8Array); as a string of base64 the same file is drawn right, as
# there all characters count.
#
# Who meets it: who makes a document of many pictures by jsPDF: tickets, certificates, comics, contact sheets, the steps
# of a painting. All pages look alike, without an error. Give each picture a name of its own as the alias.
#
# Source: run here; jspdf/src/modules/addimage.js, sHashCode(): len = data.byteLength / 2. The documentation calls the
# alias "alias of the image (if used multiple times)".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund jspdf@4.2.1 pngjs@7.0.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pypdfium2==5.15.2
venv/bin/python - <<'PY'
import numpy as np
from PIL import Image

SIZE = 256
sky = np.full((SIZE, SIZE, 3), (100, 150, 220)) + np.random.default_rng(0).integers(0, 32, (SIZE, SIZE, 3))
for at, ground in enumerate([(200, 30, 30), (30, 200, 30)]):
    picture = sky.astype(np.uint8)
    picture[SIZE * 3 // 5 :] = ground
    Image.fromarray(picture).save(f"{at}.png")
PY
cat > make.js <<'JS'
const fs = require("fs");
const { jsPDF } = require("jspdf");
const { PNG } = require("pngjs");

const files = [0, 1].map((at) => fs.readFileSync(`${at}.png`));
const pixels = (file) => {
  const { data, width, height } = PNG.sync.read(file);
  return { data: new Uint8ClampedArray(data), width, height };
};
const SIZE = pixels(files[0]).width;
const KINDS = {
  pixels: (file) => [pixels(file), "RGBA"],
  bytes: (file) => [new Uint8Array(file), "PNG"],
  base64: (file) => [file.toString("base64"), "PNG"],
  alias: (file, at) => [pixels(file), "RGBA", `picture ${at}`],
};
for (const [kind, give] of Object.entries(KINDS)) {
  const document = new jsPDF({ unit: "pt", format: [SIZE, SIZE] });
  files.forEach((file, at) => {
    if (at > 0) document.addPage();
    const [data, format, alias] = give(file, at);
    document.addImage(data, format, 0, 0, SIZE, SIZE, alias);
  });
  fs.writeFileSync(`${kind}.pdf`, Buffer.from(document.output("arraybuffer")));
}
console.log("jsPDF", require("jspdf/package.json").version);
JS
node make.js
venv/bin/python - <<'PY'
import numpy as np
import pypdfium2

print("  of two pictures, both with one sky: the middle of the ground on either page")
for kind, name in (("pixels", "given as pixels"), ("bytes", "given as a PNG's bytes"),
                   ("base64", "given as a PNG in base64"), ("alias", "given as pixels, each with an alias")):
    document = pypdfium2.PdfDocument(f"{kind}.pdf")
    pages = [np.asarray(page.render().to_pil().convert("RGB"))[-20, 128].astype(int) for page in document]
    print(f"  {name}: {[tuple(page.tolist()) for page in pages]}")
    one, other = pages
    assert one[0] > 150 > one[1] + 50
    if kind in ("base64", "alias"):
        assert other[1] > 150 > other[0] + 50
    else:
        assert (one == other).all(), "this has changed"
PY
