#!/usr/bin/env bash
# One would guess: pillow_heif.from_pillow(photo).save("photo.heic"), by which it writes Pillow's images without the
# plugin, writes the photo so that it stands as it did, also where its EXIF says that it is to be turned, as that of
# most phones' photos does.
#
# What is so: it is turned twice. The pixels are turned as EXIF says, but EXIF is then kept as it was, and save() writes
# from it the transformation (irot, imir) by which each viewer turns them once more. A photo of a phone held upright
# lies upside down in a frame of the wrong shape; of one held upside down, or mirrored, nothing is turned at all. It is
# so of all seven orientations but 1, by from_pillow() and by HeifFile.add_from_pillow(). photo.save("photo.heic") by
# the plugin, which looks like the same, is right. No error, no warning.
#
# Who meets it: who writes HEICs of phones' JPEGs with more than one picture, for which add_from_pillow() is the way.
# Call ImageOps.exif_transpose() first.
#
# Source: run here, read by libheif; pillow_heif/heif.py, HeifFile.add_from_pillow(): the turned pixels are added, and
# then added_image.info["exif"] is taken from the photo again.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 pillow-heif==1.8.1
"$folder/venv/bin/python" - <<'PY'
import io

import pillow_heif
from PIL import ExifTags, Image, ImageOps

pillow_heif.register_heif_opener()
SIZE = 96, 64
COLOURS = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def taken(orientation):
    """A JPEG as a phone writes it: four colours, and EXIF that says how to turn them."""
    picture = Image.new("RGB", SIZE)
    for at, colour in enumerate(COLOURS):
        left, top = at % 2 * SIZE[0] // 2, at // 2 * SIZE[1] // 2
        picture.paste(colour, (left, top, left + SIZE[0] // 2, top + SIZE[1] // 2))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95, subsampling=0, exif=exif)
    return Image.open(file)


def seen(image):
    """The shape, and the colours of the four quarters, as a viewer shows them."""
    image = ImageOps.exif_transpose(image).convert("RGB")
    shown = []
    for y in (image.height // 4, image.height * 3 // 4):
        for x in (image.width // 4, image.width * 3 // 4):
            pixel = image.getpixel((x, y))
            shown.append(min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(pixel, COLOURS[name]))))
    return image.size, shown


def read(photo, write):
    file = io.BytesIO()
    write(photo, file)
    return seen(Image.open(file))


def by_plugin(photo, file):
    photo.save(file, "HEIF")


def by_from_pillow(photo, file):
    pillow_heif.from_pillow(photo).save(file)


def by_add_from_pillow(photo, file):
    container = pillow_heif.HeifFile()
    container.add_from_pillow(photo)
    container.save(file)


print("pillow-heif", pillow_heif.__version__, "libheif", pillow_heif.libheif_version())
for orientation in range(1, 9):
    photo = taken(orientation)
    meant = seen(photo)
    right, *found = [read(photo, write) for write in (by_plugin, by_from_pillow, by_add_from_pillow)]
    print(f"  orientation {orientation}: meant {meant}, by from_pillow() {found[0]}")
    assert right == meant
    assert (found[0] == meant) == (orientation == 1) and found[0] == found[1], "this has changed"
PY
