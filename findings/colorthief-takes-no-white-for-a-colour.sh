#!/usr/bin/env bash
# One would guess: ColorThief(picture).get_color() of Python's colorthief is the colour that most of the picture has,
# and get_palette() the colours that it is made of; white is a colour, too.
#
# What is so: each pixel whose three values are all above 250 is left out before anything is counted. Of a red dot on
# white paper, 0.8 % of the picture, the main colour is red, and white is not in the palette; the paper one shade
# darker, at 250, it is white, and red comes second. So scans of the same sheet are "red" or "white" by their
# exposure, and a photo of snow has the colour of its skis. A sheet that is all white is refused by an error, and so
# is a sticker that is. There is no argument to change that, and no word of it in the README or the docstrings. The
# palette also has entries of 256, as (228, 192, 256), which is no byte.
#
# Who meets it: who sorts pictures by colour, picks a frame or a background that goes with a drawing, or takes a
# style's palette from a painting on white.
#
# Source: run here; colorthief.py, get_palette(): "if not (r > 250 and g > 250 and b > 250)".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check colorthief==0.2.1 pillow==12.2.0
cat > try.py <<'PY'
import io
import warnings
from importlib.metadata import version

from colorthief import ColorThief
from PIL import Image, ImageDraw

warnings.simplefilter("ignore")  # of getdata(), which Pillow will drop

SIZE, RED = 200, (200, 20, 20)


def paper(shade: int, dot: bool = True) -> ColorThief:
    picture = Image.new("RGB", (SIZE, SIZE), (shade, shade, shade))
    if dot:
        ImageDraw.Draw(picture).ellipse((90, 90, 110, 110), fill=RED)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return ColorThief(file)


print("colorthief", version("colorthief"))
found = {}
for shade in (250, 251, 255):
    thief = paper(shade)
    found[shade] = color = thief.get_color()
    palette = thief.get_palette(color_count=5)
    light = sum(min(each) > 240 for each in palette)
    print(f"  a red dot on {shade}: the main colour is {color}; light ones in the palette: {light} of {len(palette)}")
assert min(found[250]) > 240
assert all(found[shade][0] > 190 and max(found[shade][1:]) < 40 for shade in (251, 255)), "this has changed"
try:
    print("  an empty sheet:", paper(255, dot=False).get_color())
    refused = False
except Exception as error:
    print(f"  an empty sheet: {error}")
    refused = True
assert refused, "this has changed"
PY
venv/bin/python try.py
