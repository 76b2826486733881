#!/usr/bin/env bash
# One would guess: image.save("photo.jxl") writes the pixels that the image has now, as every other format of Pillow does.
#
# What is so: where the image was opened from a JPEG by its path, pillow-jxl-plugin repacks that file's bytes instead. All
# that was done in place since is not in the JXL: what was drawn or pasted, and thumbnail(), so the JXL has the full size.
# So it is with `quality` and `lossless`, too. A warning tells of "JPEG reconstruction", not that changes are lost, and
# Python shows it once. A copy() of the image is saved with the changes, and so is all with lossless_jpeg=False.
#
# Who meets it: who stamps, letters or covers a part of photos, or makes thumbnails, and offers JPEG XL beside WebP.
#
# Source: run here; pillow_jxl/JpegXLImagePlugin.py, `_save` (it asks im.format and im.filename, and reads the file);
# that `quality` has no effect either: github.com/Isotr0py/pillow-jpegxl-plugin, issue 58.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 pillow-jxl-plugin==1.3.8
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import PIL
import pillow_jxl  # noqa: F401  it is a plugin
from PIL import Image, ImageDraw

Image.new("RGB", (256, 192), "white").save("photo.jpg")
print("Pillow", PIL.__version__, "pillow-jxl-plugin", version("pillow-jxl-plugin"))


def stamped():
    image = Image.open("photo.jpg")
    ImageDraw.Draw(image).rectangle((40, 40, 200, 150), "black")
    return image


def shown(image, name, **options):
    """Whether the black stamp is in the file."""
    image.save(name, **options)
    return sum(Image.open(name).convert("RGB").getpixel((100, 100))) < 60


seen = {
    "WebP": shown(stamped(), "stamped.webp"),
    "JXL": shown(stamped(), "stamped.jxl"),
    "JXL, quality=50": shown(stamped(), "quality.jxl", quality=50),
    "JXL, lossless=True": shown(stamped(), "lossless.jxl", lossless=True),
    "JXL, lossless_jpeg=False": shown(stamped(), "pixels.jxl", lossless_jpeg=False),
    "JXL of a copy": shown(stamped().copy(), "copy.jxl"),
}
for name, there in seen.items():
    print(f"  {name}: the stamp is {'there' if there else 'not there'}")
small = Image.open("photo.jpg")
small.thumbnail((64, 64))
small.save("small.jxl")
size = Image.open("small.jxl").size
print(f"  a thumbnail of {small.size} is saved as {size}")
assert list(seen.values()) == [True, False, False, False, True, True], "this has changed"
assert size == (256, 192), "this has changed"
PY
