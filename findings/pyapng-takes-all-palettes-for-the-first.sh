#!/usr/bin/env bash
# One would guess: the package apng (pyAPNG), with APNG.from_files() or append(), makes an animation of PNG files whose
# frames look as the files do, or refuses files that do not go together; it takes their sizes from each file.
#
# What is so: an animated PNG has one palette and one list of clear colours, and apng takes both from the first file and
# drops those of all others, whatever they are. Frames that were each brought to their own 256 colours, as by Pillow's
# quantize() or pngquant, are shown in the colours of the first frame: from the second on they are in false colours, and
# a frame whose transparency is in its palette loses it. No error, no warning; frames of the same kind in full colour
# are right.
#
# Who meets it: who makes an animated sticker or preview of a folder of PNGs, after making them small: that is when they
# have palettes. The first frame, which is what one looks at, is right.
#
# Source: run here; apng's APNG.to_bytes(), which skips PLTE and tRNS (CHUNK_BEFORE_IDAT) of each frame but the first.
# The README and the documentation of from_files() do not say so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apng==0.3.4 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import io
from importlib.metadata import version

import PIL
from apng import APNG, PNG
from PIL import Image

SKY, SAND, LEAF, ROSE = (90, 160, 250), (230, 200, 140), (30, 120, 40), (220, 30, 90)


def still(above, below, quantized, clear=None):
    """A PNG of two colours, one over the other, with a palette of its own or in full colour."""
    picture = Image.new("RGB", (8, 8), above)
    picture.paste(below, (0, 4, 8, 8))
    written = io.BytesIO()
    if quantized:
        picture = picture.quantize(2)
        options = {} if clear is None else {"transparency": picture.getpixel((0, 0 if clear == above else 7))}
        picture.save(written, "PNG", **options)
    else:
        picture.save(written, "PNG")
    return written.getvalue()


def colours(picture):
    shown = picture.convert("RGBA")
    return shown.getpixel((0, 0)), shown.getpixel((0, 7))


def animated(files):
    """The colours of each frame of the animation."""
    animation = APNG()
    for file in files:
        animation.append(PNG.from_bytes(file), delay=100)
    opened = Image.open(io.BytesIO(animation.to_bytes()))
    found = []
    for index in range(opened.n_frames):
        opened.seek(index)
        found.append(colours(opened))
    return found


def told(name, files):
    alone = [colours(Image.open(io.BytesIO(file))) for file in files]
    together = animated(files)
    print(f"  {name}: the second file has {alone[1]}, the second frame {together[1]}")
    assert together[0] == alone[0]
    return alone, together


print("apng", version("apng"), "Pillow", PIL.__version__)
alone, together = told("full colour", [still(SKY, SAND, False), still(LEAF, ROSE, False)])
assert together == alone
alone, together = told("palettes", [still(SKY, SAND, True), still(LEAF, ROSE, True)])
assert set(alone[1]) == {(*LEAF, 255), (*ROSE, 255)}
assert set(together[1]) == {(*SKY, 255), (*SAND, 255)}, "this has changed"
alone, together = told("palettes, then a clear colour", [still(SKY, SAND, True), still(SKY, SAND, True, clear=SAND)])
assert alone[1] == ((*SKY, 255), (*SAND, 0))
assert together[1] == ((*SKY, 255), (*SAND, 255)), "this has changed"
PY
