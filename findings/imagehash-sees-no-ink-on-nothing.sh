#!/usr/bin/env bash
# One would guess: ImageHash's hashes of two pictures are far apart where the pictures look quite different, as on any
# ground one can see them.
#
# What is so: each of its hashes first calls convert("L"), which drops the transparency. Drawings in black ink on a
# transparent ground, whose clear pixels are black, too, as nearly all programs write them, are black all over then: all
# of them have one hash, with the distance 0, by whichever of seven functions. And two files of one drawing, whose clear
# pixels are black here and white there, have hashes as far apart as two drawings. Laid on white first, the same files
# have the distances that one would guess.
#
# Who meets it: who leaves out pictures that came twice (stickers, logos, line drawings, masks), or looks one up by its
# hash: of all stickers in black ink, the second is thrown away already. Image.alpha_composite() on white before helps.
#
# Source: run here; imagehash/__init__.py, image.convert('L') in each function (of colorhash, 'HSV', too); the README
# does not speak of transparency.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imagehash==4.3.2 numpy==2.4.6 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import imagehash
from PIL import Image, ImageDraw

NAMES = ["average_hash", "phash", "phash_simple", "dhash", "dhash_vertical", "whash", "colorhash"]


def drawing(draw, hidden=0):
    """Black ink on a ground that is clear, with `hidden` as the shade that nobody sees."""
    image = Image.new("RGBA", (200, 200), (hidden, hidden, hidden, 0))
    draw(ImageDraw.Draw(image))
    return image


def disc(draw):
    draw.ellipse((30, 30, 130, 130), fill="black")


def bars(draw):
    for left in (10, 90, 160):
        draw.rectangle((left, 10, left + 20, 190), fill="black")


def on_white(image):
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")


print("ImageHash", version("imagehash"), "Pillow", version("pillow"))
assert on_white(drawing(disc)).tobytes() == on_white(drawing(disc, hidden=255)).tobytes(), "they look the same"
for name in NAMES:
    hashed = getattr(imagehash, name)
    apart = hashed(drawing(disc)) - hashed(drawing(bars))
    same = hashed(drawing(disc)) - hashed(drawing(disc, hidden=255))
    seen = hashed(on_white(drawing(disc))) - hashed(on_white(drawing(bars)))
    print(f"  {name}: two drawings are {apart} apart, and {seen} on white; two files of one drawing {same}")
    assert apart == 0 and hashed(drawing(disc)) == hashed(drawing(lambda draw: None)), "this has changed"
    if name != "colorhash":  # it sees few colours in both
        assert seen >= 8 and same >= 8, "this has changed"
PY
