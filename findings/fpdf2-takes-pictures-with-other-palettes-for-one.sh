#!/usr/bin/env bash
# One would guess: FPDF.image() of fpdf2 draws each of Pillow's images that it is given with its own colours, and stores
# those that are the same once.
#
# What is so: it takes for the same what has the same bytes, and of an image with a palette these are the numbers of its
# colours, not the colours. So of one drawing in several colours (a poster after Warhol, a map of heat, a photo of few
# colours whose palette was changed) the first is drawn each time. Nor do the size and the kind of the pixels count: a
# picture of one column is drawn for the same shades in one row. No error, no warning. Given as files or as their bytes
# each is drawn as it is, and so it is once it was converted to RGB.
#
# Who meets it: who puts variants of one picture on a sheet: posterised paintings, pixel art, palettes to choose from.
# Hand over image.convert("RGB").
#
# Source: run here; fpdf/image_parsing.py, preload_image(): the name of one of Pillow's images is the MD5 of tobytes().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fpdf2==2.8.9 numpy==2.4.6 pillow==13.0.0 pypdfium2==5.15.2
venv/bin/python - <<'PY'
import io
from importlib.metadata import version

import numpy as np
import pypdfium2
from fpdf import FPDF
from PIL import Image

POSTERS = {"red": (220, 40, 40), "green": (40, 180, 60), "blue": (40, 60, 200)}
drawing = np.zeros((64, 64), np.uint8)
drawing[16:48, 16:48] = 1


def poster(colour):
    image = Image.fromarray(drawing).convert("P")
    image.putdata(drawing.ravel().tolist())
    image.putpalette(bytes([255, 255, 255, *colour]))
    return image


def as_file(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file


def middles(images):
    document = FPDF(unit="pt", format=(64, 64))
    document.set_auto_page_break(False)
    for image in images:
        document.add_page()
        document.image(image, 0, 0, 64, 64)
    pages = pypdfium2.PdfDocument(bytes(document.output()))
    return [np.asarray(page.render().to_pil().convert("RGB"))[32, 32].tolist() for page in pages]


print("fpdf2", version("fpdf2"))
print("  one drawing in three colours,", list(POSTERS.values()))
posters = [poster(colour) for colour in POSTERS.values()]
right = [list(colour) for colour in POSTERS.values()]
for way, images in (("as images with a palette", posters), ("converted to RGB", [each.convert("RGB") for each in posters]),
                    ("as PNG", [as_file(each) for each in posters])):
    found = middles(images)
    print(f"  {way}: {found}")
    expected = [right[0]] * 3 if way == "as images with a palette" else right
    assert np.abs(np.subtract(found, expected)).max() < 3, "this has changed"

slope = np.arange(64, dtype=np.uint8) * 4
row, column = Image.fromarray(slope[None, :]), Image.fromarray(slope[:, None])
document = FPDF(unit="pt", format=(64, 64))
for image in (row, column):
    document.add_page()
    document.image(image, 0, 0, 64, 64)
for name, page in zip(("a row", "a column"), pypdfium2.PdfDocument(bytes(document.output()))):
    grey = np.asarray(page.render().to_pil().convert("L")).astype(int)
    across, down = grey[32, 60] - grey[32, 3], grey[60, 32] - grey[3, 32]
    print(f"  the same slope as {name}: rises by {across} from left to right, by {down} from top to bottom")
    assert across > 150 and abs(down) < 10, "this has changed"
PY
