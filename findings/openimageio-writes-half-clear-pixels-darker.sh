#!/usr/bin/env bash
# One would guess: OpenImageIO, which keeps colours multiplied by their opacity, and divides by it again when it writes
# a format that wants them so, writes a PNG as WebP or as JPEG 2000 so that the colours are the PNG's.
#
# What is so: by way of PNG, TIFF and TGA they are. In WebP what is half clear becomes darker: a half clear white is
# written as 175, a grey, and (200, 100, 50) as (139, 68, 40), also if it is written lossless; the fainter, the darker.
# In JPEG 2000 it becomes lighter, (255, 227, 113), and when such a file is read, whoever wrote it, darker: of white, a
# grey of 110 is left. It looks as if both multiplied and divided along a curve of light, and PNG without one. Wholly
# opaque and wholly clear pixels are right, so photos are, and hard masks. No error, no warning.
#
# Who meets it: who makes stickers, which are WebP, or textures by OpenImageIO or its oiiotool: each soft edge, shadow
# and glow gets a dark rim, and each further round makes it darker. Write PNG, and let another program make WebP of it.
#
# Source: run here, each file read by Pillow; src/webp.imageio and src/jpeg2000.imageio of
# github.com/AcademySoftwareFoundation/OpenImageIO are where it must come from (not read for this version).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 openimageio==3.2.2.0 pillow==11.3.0
venv/bin/python - <<'PY'
from importlib.metadata import version

import numpy as np
import OpenImageIO as oiio
from PIL import Image


def colour(name: str) -> list[int]:
    """The picture's one colour, by Pillow."""
    with Image.open(name) as image:
        return np.asarray(image.convert("RGBA"))[16, 16].tolist()


def convert(source: str, target: str, **attributes: str) -> list[int]:
    """Have OpenImageIO write the file as another, and say the colour that is then in it."""
    picture = oiio.ImageBuf(source)
    for name, value in attributes.items():
        picture.specmod().attribute(name, value)
    assert picture.write(target), picture.geterror()
    return colour(target)


def off(found: list[int], right: tuple[int, ...]) -> int:
    return max(abs(one - other) for one, other in zip(found, right, strict=True))


print("OpenImageIO", version("openimageio"), "Pillow", version("pillow"))
COLOURS = ((255, 255, 255, 128), (200, 100, 50, 128), (200, 100, 50, 230), (200, 100, 50, 255))
for each in COLOURS:
    given = Image.new("RGBA", (32, 32), each)
    given.save("given.png")
    given.save("given.jp2")
    assert colour("given.png") == colour("given.jp2") == list(each)
    others = {ending: convert("given.png", f"out.{ending}") for ending in ("png", "tif", "tga")}
    webp = convert("given.png", "out.webp", compression="lossless")
    jp2 = convert("given.png", "out.jp2")
    read = convert("given.jp2", "read.png")
    print(f"  {each}: as {', '.join(f'{name} {found}' for name, found in others.items())}")
    print(f"    as webp {webp}, as jp2 {jp2}; from Pillow's jp2 to png {read}")
    assert max(off(found, each) for found in others.values()) <= 2
    if each[3] == 255:
        assert max(off(webp, each), off(jp2, each), off(read, each)) <= 2
    else:
        assert webp[0] < each[0] - 8 and read[0] < each[0] - 20, "this has changed"
        assert each[0] == 255 or jp2[0] > each[0] + 20, "this has changed"
PY
