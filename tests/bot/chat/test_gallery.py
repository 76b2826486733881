"""The gallery's pictures are read as the painter reads them, whatever an operator puts into the folder."""

import io

import numpy as np
import pytest
from PIL import Image

from bot.chat.gallery import CONTACT_SHEET, Gallery
from styler.gallery import GalleryError, load_gallery
from styler.gallery.contact_sheet import CELL, GAP
from tests.support.fakes import encode

ENTRY = """
[{name}]
title = "{name}"
artist = "N. N."
year = 1900
source = "own"
licence = "CC0"
picture = "{file}"
"""


def folder_with(tmp_path, files):
    entries = [ENTRY.format(name=name.split(".")[0], file=name) for name in files]
    (tmp_path / "paintings.toml").write_text("".join(entries))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return load_gallery(tmp_path)


def halves():
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (320, 240), (200, 30, 30))
    image.paste((30, 30, 200), (160, 0, 320, 240))
    return image


def turned():
    """The same, stored upside down, as its Exif tells."""
    exif = Image.Exif()
    exif[0x0112] = 3
    file = io.BytesIO()
    halves().rotate(180).save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


def colours_of(image):
    pixels, (left, top) = np.asarray(image.convert("RGB")).astype(int), (GAP, GAP)
    return [pixels[top + CELL[1] // 2, left + CELL[0] * part // 4].tolist() for part in (1, 3)]


@pytest.mark.parametrize("name", ["a.heic", "a.jpg", "a.avif", "a.tiff"])
def test_pictures_of_every_kind_are_on_the_contact_sheet_and_can_be_sent(tmp_path, name):
    kinds = {"heic": "HEIF", "avif": "AVIF", "tiff": "TIFF"}
    data = turned() if name == "a.jpg" else encode(halves(), kinds[name.split(".")[1]])
    gallery = Gallery(folder_with(tmp_path, {name: data}))
    with Image.open(io.BytesIO(gallery.image(CONTACT_SHEET))) as sheet:
        left, right = colours_of(sheet)
    assert np.abs(np.subtract(left, [200, 30, 30])).max() < 12
    assert np.abs(np.subtract(right, [30, 30, 200])).max() < 12
    with Image.open(io.BytesIO(gallery.image("a"))) as sent:
        assert (sent.format, sent.size) == ("JPEG", (320, 240))
        assert sent.getpixel((40, 120))[0] > 180, "red is on the left"


def test_a_large_picture_is_sent_as_small_as_telegram_shows_it(tmp_path):
    gallery = Gallery(folder_with(tmp_path, {"a.png": encode(halves().resize((4000, 3000)), "PNG")}))
    with Image.open(io.BytesIO(gallery.image("a"))) as sent:
        assert sent.size == (1280, 960)


def test_a_picture_that_cannot_be_read_is_named_in_one_line(tmp_path):
    with pytest.raises(GalleryError) as caught:
        Gallery(folder_with(tmp_path, {"a.jpg": b"no picture"}))
    assert str(caught.value).startswith(f"{tmp_path / 'a.jpg'}: it is not a picture that can be read")
