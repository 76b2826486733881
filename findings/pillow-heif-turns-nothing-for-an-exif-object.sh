#!/usr/bin/env bash
# One would guess: photo.save("photo.heic", exif=photo.getexif()) of pillow-heif is as photo.save("photo.jpg", exif=...)
# of Pillow, where EXIF may be an Exif or bytes: the photo stands as it did.
#
# What is so: in a HEIC, EXIF turns nothing; the container has its own properties for that (irot, imir), which the
# plugin writes as EXIF says. If EXIF comes as an Exif, as getexif() gives it, it fails to read it, passes over that,
# and writes none, so a phone's photo lies on its side in each viewer, though EXIF in the file still says 6. With bytes,
# and with no exif= at all, all is right: so what was added to be on the safe side does the harm. Pillow's own AVIF is
# right with both. No error, no warning.
#
# Who meets it: who converts phones' JPEGs to HEIC and edits EXIF before (removes the place, adds an author), for which
# getexif() is the way. Write exif=exif.tobytes().
#
# Source: run here, read by libheif; pillow_heif/misc.py, _get_orientation(): tif_tag.startswith() of an Exif raises,
# and any Exception is passed over. That an Exif may be given at all is the wish of github.com/bigcat88/pillow_heif,
# issue 51.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 pillow-heif==1.8.1
"$folder/venv/bin/python" - <<'PY'
import io

import pillow_heif
from PIL import ExifTags, Image, ImageOps, __version__

pillow_heif.register_heif_opener()


def saved(photo, kind, **how):
    """The shape of the photo as a viewer shows it, and whether it is white above, as it was taken."""
    file = io.BytesIO()
    photo.save(file, kind, **how)
    image = ImageOps.exif_transpose(Image.open(file)).convert("L")
    upper, lower = (image.getpixel((image.width // 2, y)) for y in (image.height // 8, image.height * 7 // 8))
    return image.size, upper > 200 and lower < 50


lying = Image.new("L", (96, 64))
lying.paste(255, (0, 0, 48, 64))  # white on the left: above, once it is turned by 90 degrees
exif = Image.Exif()
exif[ExifTags.Base.Orientation] = 6
file = io.BytesIO()
lying.save(file, "JPEG", quality=95, exif=exif)


def photo():
    return Image.open(io.BytesIO(file.getvalue()))


print("pillow-heif", pillow_heif.__version__, "Pillow", __version__)
meant = (64, 96), True
for kind in ("JPEG", "AVIF", "HEIF"):
    for name, value in {"an Exif": photo().getexif(), "bytes": photo().getexif().tobytes()}.items():
        found = saved(photo(), kind, exif=value)
        print(f"  {kind} with {name}: {found[0]}, white above: {found[1]}")
        wrong = (kind, name) == ("HEIF", "an Exif")
        assert found == (((96, 64), False) if wrong else meant), "this has changed"
found = saved(photo(), "HEIF")
print(f"  HEIF without exif=: {found[0]}, white above: {found[1]}")
assert found == meant
PY
