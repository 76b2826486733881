#!/usr/bin/env bash
# One would guess: PSDImage.frompil(picture).save("painting.psd") of psd-tools writes the picture, and topil() of it, or
# of the file when it is opened again, gives the picture back.
#
# What is so: Photoshop stores the flat picture of a transparent document laid on white, and psd-tools takes the white
# away whenever it reads one. frompil() does not lay the picture on white. So each colour that is half clear comes back
# too dark and too strong: (200, 100, 50) at half opacity as (145, 0, 0), at a tenth as black; numpy() even gives
# negative colours. Opaque pixels are right, and so is a picture that is put into a layer by create_pixel_layer(). The
# file has no layer, so this flat picture is all that there is of it. No error, no warning.
#
# Who meets it: who gives a painting, a sticker or a cut-out to somebody with Photoshop: soft edges get a dark rim.
#
# Source: run here; psd_tools/api/psd_image.py, frompil(), which stores the channels as they are, and
# psd_tools/api/numpy_io.py and pil_io.py, whose readers undo the white. The documentation of frompil(): "Create a new
# layer-less PSD document from PIL Image."
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 psd-tools==1.26.0
"$folder/venv/bin/python" - <<'PY'
import io
from importlib.metadata import version

from PIL import Image
from psd_tools import PSDImage

COLOUR = (200, 100, 50)


def back(opacity):
    """The colour as frompil() gives it back at once, from the file, and by way of a layer."""
    picture = Image.new("RGBA", (8, 8), (*COLOUR, opacity))
    made = PSDImage.frompil(picture)
    written = io.BytesIO()
    made.save(written)
    written.seek(0)
    opened = PSDImage.open(written)
    layered = PSDImage.new("RGB", (8, 8))
    layer = layered.create_pixel_layer(picture, name="painting")
    assert opened.topil().getpixel((0, 0)) == made.topil().getpixel((0, 0))
    return opened.topil().getpixel((0, 0)), opened.numpy()[0, 0], layer.composite().getpixel((0, 0))


print("psd-tools", version("psd-tools"), "from", COLOUR)
flat = {}
for opacity in (255, 128, 25):
    flat[opacity], numbers, layer = back(opacity)
    print(f"  at an opacity of {opacity}: {flat[opacity]}, as numpy() {numbers.round(2).tolist()}, in a layer {layer}")
    assert layer == (*COLOUR, opacity)
    assert (numbers.min() < 0) == (opacity < 255), "this has changed"
assert flat[255] == (*COLOUR, 255)
assert flat[128] == (145, 0, 0, 128), "this has changed"
assert flat[25] == (0, 0, 0, 25), "this has changed"
PY
