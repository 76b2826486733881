#!/usr/bin/env bash
# One would guess: node-webpmux, by which bots write a pack's name and author into a sticker, leaves the pictures of a
# WebP as they are when one loads it, sets `exif`, and saves it.
#
# What is so: of an animation that is compressed with loss, as most are, each frame keeps its opacities, but the file's
# header no longer says that there are any. What goes by the header, as Pillow, and all who ask whether a file has
# transparency, takes the stickers for opaque: what was clear is black. Of a lossless animation the header is right. No
# error, no warning; the library itself says hasAlpha true before, and false when it loads what it saved.
#
# Who meets it: bots that make or rename sticker packs (for WhatsApp, above all), and who changes one frame of an
# animation. Set bit 4 of byte 20 of the file afterwards.
#
# Source: run here; node-webpmux/parser.js, writeChunk_ANMF(), which sets `alpha` for TYPE_LOSSLESS and TYPE_EXTENDED,
# and not where it writes ALPH for TYPE_LOSSY. developers.google.com/speed/webp/docs/riff_container, "Alpha (L)".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund node-webpmux@3.2.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0
cat > name.js <<'JS'
const fs = require("fs");
const { Image } = require("node-webpmux");

(async () => {
  const [from, to] = process.argv.slice(2);
  const image = new Image();
  await image.load(fs.readFileSync(from));
  image.exif = Buffer.from("Exif\0\0II*\0\b\0\0\0\0\0\0\0\0\0");
  const saved = await image.save(null);
  fs.writeFileSync(to, saved);
  const again = new Image();
  await again.load(saved);
  console.log(`hasAlpha ${image.hasAlpha}, and ${again.hasAlpha} once it was saved`);
})();
JS
cat > try.py <<'PY'
import json
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw

frames = []
for at in range(3):
    frame = Image.new("RGBA", (96, 96))
    ImageDraw.Draw(frame).ellipse([10 + 10 * at, 20, 60 + 10 * at, 70], fill=(255, 80, 0, 255))
    frames.append(frame)


def seen(name):
    image = Image.open(name)
    image.seek(1)
    corner = image.convert("RGBA").getpixel((2, 2))
    return f"{image.mode}, the corner {'clear' if corner[3] == 0 else corner}"


print("node-webpmux", json.loads(Path("node_modules/node-webpmux/package.json").read_text())["version"])
for name, options in (("lossy", {"quality": 80}), ("lossless", {"lossless": True})):
    frames[0].save("from.webp", save_all=True, append_images=frames[1:], duration=100, **options)
    says = subprocess.run(["node", "name.js", "from.webp", "to.webp"], check=True, capture_output=True, text=True).stdout
    print(f"  {name}: {seen('from.webp')} before, {seen('to.webp')} after; {says.strip()}")
    assert seen("from.webp") == "RGBA, the corner clear"
    assert seen("to.webp") == ("RGB, the corner (0, 0, 0, 255)" if name == "lossy" else seen("from.webp")), "this has changed"
PY
venv/bin/python try.py
