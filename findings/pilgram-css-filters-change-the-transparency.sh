#!/usr/bin/env bash
# One would guess: the CSS filters of pilgram ("library for instagram filters") treat a picture with transparency as
# CSS does: they take RGBA and give RGBA back, and five of the six docstrings give the W3C's matrix, whose row for
# alpha leaves it as it is.
#
# What is so: none of them leaves alpha alone. brightness() and contrast() reckon with it as with a colour: opaque
# pixels are half clear after brightness(0.5), and contrast(0.5) makes them 191 of 255 and what was clear a quarter
# opaque. grayscale(), sepia(), saturate() and hue_rotate() drop it: all that was clear stands there, opaque, in the
# colours that happen to lie there. Nothing is said.
#
# Who meets it: stickers, cut-outs and logos. On a white page the half clear ones look pale instead of dark:
# brightness(0.5) of white on white paper is 191. Filter the colours alone, and put alpha back:
# made.putalpha(picture.getchannel("A")).
#
# Source: run here; pilgram/css/brightness.py and contrast.py: im.point() for all bands; the others: convert("RGB",
# matrix), and then convert("RGBA"). W3C, Filter Effects: "A' = A" in all six. pilgram's README has no word of
# transparency.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pilgram==2.0.0 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from PIL import Image
from pilgram import css

FILTERS = {
    "brightness(0.5)": lambda picture: css.brightness(picture, 0.5),
    "contrast(0.5)": lambda picture: css.contrast(picture, 0.5),
    "grayscale()": css.grayscale,
    "sepia()": css.sepia,
    "saturate(0.5)": lambda picture: css.saturate(picture, 0.5),
    "hue_rotate(90)": lambda picture: css.hue_rotate(picture, 90),
}
ALPHA = [0, 100, 255]

print("pilgram", version("pilgram"))
sticker = Image.new("RGBA", (3, 1))
for x, alpha in enumerate(ALPHA):
    sticker.putpixel((x, 0), (100, 150, 200, alpha))
found = {}
for name, filtered in FILTERS.items():
    made, plain = filtered(sticker), filtered(sticker.convert("RGB"))
    assert made.mode == "RGBA" and made.convert("RGB").tobytes() == plain.tobytes(), "the colours are right"
    found[name] = list(made.getchannel("A").tobytes())
    print(f"  {name}: an alpha of {ALPHA} becomes {found[name]}")
assert found.pop("brightness(0.5)") == [0, 50, 128], "this has changed"
assert found.pop("contrast(0.5)") == [64, 114, 191], "this has changed"
assert all(alpha == [255, 255, 255] for alpha in found.values()), "this has changed"

paper = Image.new("RGBA", (1, 1), "white")
shown = Image.alpha_composite(paper, css.brightness(paper, 0.5)).getpixel((0, 0))[0]
print(f"  white at brightness 0.5, shown on white paper: {shown}; in CSS: 128")
assert shown == 191, "this has changed"
PY
