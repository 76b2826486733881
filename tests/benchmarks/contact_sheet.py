"""A contact sheet: python -m tests.benchmarks.contact_sheet OUT.png [--photos ...] [--paintings ...].

One row for each preset, one column for each photo. Make one before and one after a change, and compare them by eye.
`--strengths soft medium strong` shows the strengths side by side.
"""

from __future__ import annotations

import styler.engine.runtime  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import io
import itertools
from pathlib import Path

from PIL import Image, ImageDraw

from styler import gallery
from styler.argument_parser import ArgumentParser
from styler.engine.runtime import tune_process
from styler.events import Result
from styler.paint_photo import paint
from tests.benchmarks import kit

LABEL = 14  # pixels


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.contact_sheet", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--photos", nargs="+", default=["astronaut", "chelsea", "coffee", "palace"])
    parser.add_argument("--paintings", nargs="+", default=[painting.name for painting in gallery.load_gallery()])
    parser.add_argument("--strengths", nargs="+", default=["medium"])
    parser.add_argument("--size", type=int, default=384)
    options = parser.parse_args()
    tune_process()
    columns = list(itertools.product(options.photos, options.strengths))
    sheet = Image.new("RGB", (len(columns) * options.size, len(options.paintings) * (options.size + LABEL)), "white")
    for row, name in enumerate(options.paintings):
        for column, (photo, strength) in enumerate(columns):
            corner = (column * options.size, row * (options.size + LABEL))
            sheet.paste(painted(photo, name, strength, options.size), (corner[0], corner[1] + LABEL))
            ImageDraw.Draw(sheet).text(corner, f"{name}, {strength}", fill="black")
            sheet.save(options.out)  # what is there so far: all of it takes a while
            print(name, photo, strength, flush=True)


def painted(photo: str, name: str, strength: str, size: int) -> Image.Image:
    painting = gallery.find_painting(gallery.load_gallery(), name)
    settings = gallery.settings_for(painting, {"size": size, "strength": strength})
    *_, last = paint((kit.PHOTOS / f"{photo}.jpg").read_bytes(), painting.path.read_bytes(), settings)
    assert isinstance(last, Result)
    return Image.open(io.BytesIO(last.image))


if __name__ == "__main__":
    main()
