#!/usr/bin/env bash
# One would guess: Image.draft(), by which libjpeg decodes a JPEG at an eighth of its size, needs an eighth of the
# memory in each direction, whatever the JPEG is. So a program that drafts may take files of any size.
#
# What is so: of a progressive JPEG libjpeg holds the coefficients of the whole picture, at any scale: 3 bytes a pixel
# with 4:2:0, 6 with 4:4:4. Of 48 megapixels the draft needs a few megabytes if the file is baseline, and more than a
# hundred if it is progressive; of 200 megapixels with 4:4:4 1.2 GB, from a file of a few megabytes.
#
# Who meets it: thumbnailers and upload handlers that bound the pixels after draft() instead of before. Phones write
# baseline files; web tools, and many a photo editor, write progressive ones.
#
# Source: run here; libjpeg-turbo's libjpeg.txt on progressive JPEG: its coefficient buffer is as large as the picture.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0
cat >"$folder/draft.py" <<'PY'
import resource
import sys

from PIL import Image

image = Image.open(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
image.draft("RGB", (1000, 750))
image.load()
print(image.width, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
PY
"$folder/venv/bin/python" - "$folder" <<'PY'
import subprocess
import sys

import PIL
from PIL import Image

folder = sys.argv[1]
print("Pillow", PIL.__version__)
added = {}
for name, options in (("baseline", {}), ("progressive", {"progressive": True})):
    path = f"{folder}/{name}.jpg"
    make = f"from PIL import Image; Image.linear_gradient('L').convert('RGB').resize((8000, 6000)).save({path!r}, **{options})"
    subprocess.run([sys.executable, "-c", make], check=True)  # in its own process: ours would pass its peak on
    done = subprocess.run([sys.executable, f"{folder}/draft.py", path], check=True, capture_output=True, text=True)
    width, added[name] = map(int, done.stdout.split())
    print(f"{name}: {width} pixels wide, {added[name]} MB")
    assert width == 1000
assert added["baseline"] < 40, "this has changed"
assert added["progressive"] > 100, "this has changed"
PY
