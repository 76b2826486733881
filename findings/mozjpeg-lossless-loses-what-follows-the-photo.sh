#!/usr/bin/env bash
# One would guess: mozjpeg_lossless_optimization.optimize(photo, copy=COPY_MARKERS.ALL), "losslessly", gives a smaller
# file with all that was in the photo.
#
# What is so: it ends with the first picture of the file. Of an Ultra HDR photo, the second one, the gain map, is
# gone, and so is the HDR; of a motion photo the film; of a portrait its depth map. Most of a file can be lost by
# that, which looks like a good optimisation. The tables that tell of it (the MPF segment, XMP) are kept, so the file
# says that it has two pictures: Pillow counts two, and finds no second one. With copy=NONE, the default, they are
# gone as well, together with EXIF and the profile, so that a photo lies on its side, and its colours are pale. No
# error, no warning.
#
# Who meets it: who runs it over photos that phones took, before storing them or sending them on, and trusts the word.
# Ask for more than one frame (Pillow's n_frames), and for bytes behind the end, before.
#
# Source: run here; github.com/mozilla/mozjpeg, issue 451 (open), of the gain map and jpegtran. The package's README
# says of copy which markers are kept, and nothing of what follows the picture.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mozjpeg-lossless-optimization==1.3.2 pillow==13.0.0
cat > try.py <<'PY'
import io
from importlib.metadata import version

from mozjpeg_lossless_optimization import COPY_MARKERS, optimize
from PIL import Image

FILM = b"\0\0\0\x18ftypmp42" + bytes(5000)  # where a motion photo has its MP4

photo = Image.linear_gradient("L").convert("RGB")
map_ = Image.radial_gradient("L").resize((64, 64))
pair, alone = io.BytesIO(), io.BytesIO()
photo.save(pair, "MPO", save_all=True, append_images=[map_])  # as Ultra HDR photos are: two JPEGs and a table of them
photo.save(alone, "JPEG")
motion = alone.getvalue() + FILM


def pictures(data: bytes) -> tuple[int, int]:
    """How many pictures the file says it has, and how many can be read."""
    image = Image.open(io.BytesIO(data))
    said, read = getattr(image, "n_frames", 1), 0
    for frame in range(said):
        try:
            image.seek(frame)
            image.load()
            read += 1
        except (EOFError, OSError, ValueError):
            break
    return said, read


print("mozjpeg-lossless-optimization", version("mozjpeg-lossless-optimization"))
two = pair.getvalue()
smaller = optimize(two, copy=COPY_MARKERS.ALL)
same = Image.open(io.BytesIO(smaller)).convert("RGB").tobytes() == Image.open(io.BytesIO(two)).convert("RGB").tobytes()
print(f"  two pictures: {len(two)} bytes become {len(smaller)}; said to have, and readable: {pictures(two)} before, "
      f"{pictures(smaller)} after; the first picture is the same: {same}")
still = optimize(motion, copy=COPY_MARKERS.ALL)
print(f"  a photo and a film: {len(motion)} bytes become {len(still)}; the film is there: {FILM in still}")
assert pictures(two) == (2, 2) and same
assert pictures(smaller) == (2, 1), "this has changed"
assert FILM not in still, "this has changed"
PY
venv/bin/python try.py
