"""A gallery folder of an operator's own, with many paintings: pieces of those that come with styler, in other colours.

`python -m tests.support.large_gallery FOLDER [COUNT [EDGE]]` makes one to look at.
"""

import colorsys
import json
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from PIL import Image

from styler.argument_parser import ArgumentParser
from styler.gallery import load_gallery

ENTRY = """
[{name}]
title = {title}
label = {label}
artist = {artist}
year = {year}
source = "own"
licence = "CC0"
picture = "{name}.jpg"
"""


def large_gallery(folder: Path, count: int, edge: int = 160) -> Path:
    """`count` paintings whose pictures are at most `edge` pixels; each is told from the others by its number."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for number, painting in enumerate(islice(cycle(load_gallery()), count), 1):
        name = f"{painting.name[:24]}-{number}"
        with Image.open(painting.path) as picture:
            picture.draft("RGB", (2 * edge, 2 * edge))
            piece(picture.convert("RGB"), number, edge).save(folder / f"{name}.jpg", quality=90)
        label, title = f"{painting.label} {number}", f"{painting.title}, piece {number}"
        facts = {"label": label, "title": title, "artist": painting.artist}
        quoted = {fact: json.dumps(text, ensure_ascii=False) for fact, text in facts.items()}
        entries.append(ENTRY.format(name=name, year=painting.year, **quoted))
    (folder / "paintings.toml").write_text("".join(entries), "utf-8")
    return folder


def piece(picture: Image.Image, number: int, edge: int) -> Image.Image:
    """A part of the picture, in shades of a hue of its own."""
    width, height = picture.size
    left, top = (number * 7 % 30) * width // 100, (number * 11 % 30) * height // 100
    part = picture.crop((left, top, left + width * 7 // 10, top + height * 7 // 10))
    part.thumbnail((edge, edge))
    tint = np.array(colorsys.hsv_to_rgb(number * 0.618 % 1, 0.5, 1.0))
    return Image.fromarray((np.asarray(part) * tint).astype(np.uint8))


if __name__ == "__main__":
    parser = ArgumentParser("python -m tests.support.large_gallery", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("count", metavar="COUNT", type=int, nargs="?", default=120)
    parser.add_argument("edge", metavar="EDGE", type=int, nargs="?", default=160)
    options = parser.parse_args()
    large_gallery(options.folder, options.count, options.edge)
