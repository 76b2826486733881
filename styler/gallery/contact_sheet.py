"""A contact sheet: small pictures in rows, each with a name under it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

FONT = Path(__file__).parent / "fonts" / "EBGaramond12-Regular.otf"
COLUMNS = 3
CELL = (396, 300)
GAP = 23
LABEL = 58
LETTERS = (38, 34, 30)  # pixels; smaller ones cannot be read on a phone
PAPER, INK = (250, 247, 240), (45, 40, 35)


def contact_sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """The pictures in rows, 1280 pixels wide (what Telegram keeps of a photo), with room for their names."""
    rows = -(-len(pictures) // COLUMNS)
    size = (GAP + COLUMNS * (CELL[0] + GAP), GAP + rows * (CELL[1] + LABEL))
    sheet = Image.new("RGB", size, PAPER)
    for place, picture in zip(_places(), pictures, strict=False):
        sheet.paste(fitted(picture), place)
    return sheet


def fitted(picture: Image.Image) -> Image.Image:
    """The picture as a cell: cut to its shape, rather at the bottom than at the top, where faces are."""
    return ImageOps.fit(picture.convert("RGB"), CELL, centering=(0.5, 0.35))


def labelled(sheet: Image.Image, names: Sequence[str]) -> bytes:
    """A JPEG of the contact sheet, with the paintings' names."""
    sheet = sheet.copy()
    draw = ImageDraw.Draw(sheet)
    for (x, y), name in zip(_places(), names, strict=False):
        text, font = _fitted_name(name)
        draw.text((x + CELL[0] / 2, y + CELL[1] + LABEL / 2), text, INK, font, anchor="mm")
    file = BytesIO()
    sheet.save(file, "JPEG", quality=88)
    return file.getvalue()


def _fitted_name(name: str) -> tuple[str, ImageFont.FreeTypeFont]:
    """The name in letters that are as large as its cell has room for. If the smallest are too large, it is cut."""
    for size in LETTERS:
        font = ImageFont.truetype(FONT, size)
        if font.getlength(name) <= CELL[0]:
            return name, font
    fitting = next(end for end in range(len(name), -1, -1) if font.getlength(name[:end].rstrip() + "…") <= CELL[0])
    return name[:fitting].rstrip() + "…", font


def _places() -> Iterator[tuple[int, int]]:
    """The corners of the cells, row by row."""
    for i in itertools.count():
        yield GAP + i % COLUMNS * (CELL[0] + GAP), GAP + i // COLUMNS * (CELL[1] + LABEL)
