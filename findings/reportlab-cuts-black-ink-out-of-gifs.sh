#!/usr/bin/env bash
# One would guess: with mask="auto", drawImage() of ReportLab makes clear what is clear in a picture, and nothing else,
# for a GIF as for a PNG of the same pixels.
#
# What is so: of a PNG it keeps the opacity of each pixel. Of a GIF, and of one of Pillow's images with a palette, it
# asks for the colour that stands in the palette for "clear", and makes each pixel of that colour clear, also those of
# another number in the palette. Programs write black there, or white, as the colour is never seen; so the black
# outlines of a sticker, its eyes and its writing are cut out, and the page shows through. No error, no warning.
#
# Who meets it: who prints stickers, logos or painted frames of a GIF. Convert to RGBA before.
#
# Source: run here; reportlab/lib/utils.py, ImageReader.getTransparent(), and reportlab/pdfbase/pdfdoc.py,
# _checkTransparency(). The manual says of mask: "It takes 6 numbers and defines the range of RGB values"; of "auto"
# it says nothing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pypdfium2==5.15.2 reportlab==5.1.0
venv/bin/python - <<'PY'
import io

import numpy as np
import pypdfium2
import reportlab
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

# A sticker: 0 is clear and black in the palette, 1 is ink, 2 is yellow.
PALETTE = bytes([0, 0, 0, 0, 0, 0, 250, 210, 40])
pixels = np.zeros((64, 64), np.uint8)
pixels[8:56, 8:56] = 1
pixels[12:52, 12:52] = 2
pixels[28:36, 28:36] = 1


def drawn(kind):
    sticker = Image.frombytes("P", (64, 64), pixels.tobytes())
    sticker.putpalette(PALETTE)
    file = io.BytesIO()
    if kind == "RGBA":
        sticker.info["transparency"] = 0
        sticker.convert("RGBA").save(file, "PNG")
    else:
        sticker.save(file, kind, transparency=0, optimize=False)
    again = np.asarray(Image.open(io.BytesIO(file.getvalue())).convert("RGBA"))
    assert (again[32, 32] == (0, 0, 0, 255)).all() and again[2, 2, 3] == 0
    out = io.BytesIO()
    canvas = Canvas(out, (64, 64))
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(0, 0, 64, 64, stroke=0, fill=1)
    canvas.drawImage(ImageReader(io.BytesIO(file.getvalue())), 0, 0, 64, 64, mask="auto")
    canvas.save()
    page = np.asarray(pypdfium2.PdfDocument(out.getvalue())[0].render().to_pil().convert("RGB")).astype(int)
    return page[32, 32], page[10, 32], page[20, 20], page[2, 2]


print("ReportLab", reportlab.__version__)
for kind in ("PNG", "RGBA", "GIF"):
    eye, outline, face, beside = drawn(kind)
    name = {"PNG": "PNG with a palette", "RGBA": "PNG with opacities"}.get(kind, kind)
    print(f"  {name}: eye {eye.tolist()}, outline {outline.tolist()}, face {face.tolist()}, beside {beside.tolist()}")
    assert abs(face - [250, 210, 40]).max() < 3 and (beside == 255).all()
    ink = 255 if kind == "GIF" else 0
    assert (eye == ink).all() and (outline == ink).all(), "this has changed"
PY
