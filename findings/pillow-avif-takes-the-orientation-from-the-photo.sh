#!/usr/bin/env bash
# One would guess: photo.save("photo.avif", exif=photo.getexif()) of Pillow writes a file and changes nothing in
# `photo`, as with JPEG, PNG and WebP.
#
# What is so: it takes the orientation out of the Exif that it was given. In the AVIF that is right, where it becomes a
# transformation of the container (irot, imir). But photo.getexif() is one object, and from then on the photo has no
# orientation: the JPEG that is saved next, for those who cannot see AVIF, lies on its side, and so does what
# ImageOps.exif_transpose(photo) gives, which now does nothing. Saved in the other order, both stand. With bytes
# (photo.info["exif"]) nothing happens. No error, no warning.
#
# Who meets it: servers that write each photo in several formats in a loop, AVIF first as the smallest; thumbnails made
# after it of the same image.
#
# Source: run here; PIL/AvifImagePlugin.py, _save(): exif_data = exif, and then exif_data.pop() of the orientation.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import io

from PIL import ExifTags, Image, ImageOps, __version__


def taken():
    """A photo of a phone that was held upright: it lies, and EXIF says how to turn it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    file = io.BytesIO()
    Image.new("RGB", (96, 64)).save(file, "JPEG", exif=exif)
    return Image.open(file)


def shown(photo, kinds, how):
    """The shapes that viewers show of the photo, saved in these formats one after the other."""
    shapes = {}
    for kind in kinds:
        file = io.BytesIO()
        photo.save(file, kind, exif=how(photo))
        shapes[kind] = ImageOps.exif_transpose(Image.open(file)).size
    return shapes


def an_exif(photo):
    return photo.getexif()


def its_bytes(photo):
    return photo.info["exif"]


print("Pillow", __version__)
upright, lying = (64, 96), (96, 64)
for kinds in (["JPEG", "PNG", "WEBP", "AVIF"], ["AVIF", "JPEG", "PNG", "WEBP"]):
    for how in (an_exif, its_bytes):
        photo = taken()
        found = shown(photo, kinds, how)
        after = ImageOps.exif_transpose(photo).size
        print(f"  {how.__name__}: {found}, and exif_transpose() of the photo afterwards {after}")
        harmed = how is an_exif
        first = kinds[0] == "AVIF" and harmed
        assert found == {kind: lying if first and kind != "AVIF" else upright for kind in kinds}, "this has changed"
        assert after == (lying if harmed else upright), "this has changed"
PY
