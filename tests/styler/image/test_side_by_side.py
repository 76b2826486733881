"""A photo beside its painting: equally high, whole, and no larger than Telegram keeps a photo."""

import io

import pytest
from PIL import Image

from styler.events import BadImage
from styler.gallery.contact_sheet import PAPER
from styler.image.side_by_side import EDGE, GAP, side_by_side

RED, BLUE = (200, 30, 40), (30, 60, 190)


def file(color, size, kind="PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind)
    return out.getvalue()


def shown(photo_size, painting_size) -> Image.Image:
    result = side_by_side(file(RED, photo_size), file(BLUE, painting_size))
    image = Image.open(io.BytesIO(result.image))
    assert (image.format, image.size) == ("JPEG", (result.width, result.height))
    assert (result.photo_width, result.photo_height) == photo_size
    return image


def near(pixel, color) -> bool:
    return max(abs(a - b) for a, b in zip(pixel, color, strict=True)) < 8


@pytest.mark.parametrize(
    ("photo", "painting", "whole"),
    [
        ((4000, 3000), (512, 384), (512 + GAP + 512, 384)),  # no larger than the painting
        ((1280, 960), (2048, 1536), (1280, 477)),
        ((300, 400), (768, 1024), (1280, 848)),
        ((100, 1000), (200, 2000), (2 * 128 + GAP, 1280)),
        ((640, 480), (512, 512), (683 + GAP + 512, 512)),  # a painting that is square, whatever its photo
    ],
)
def test_both_are_equally_high_and_neither_is_cut(photo, painting, whole):
    image = shown(photo, painting)
    assert all(abs(length - wanted) <= 1 for length, wanted in zip(image.size, whole, strict=True))
    assert max(image.size) <= EDGE + 1
    middle = image.height // 2
    colors = [image.getpixel((x, middle)) for x in range(image.width)]
    reds, blues = (sum(near(pixel, color) for pixel in colors) for color in (RED, BLUE))
    assert abs(reds / image.height - photo[0] / photo[1]) < 0.03
    assert abs(blues / image.height - painting[0] / painting[1]) < 0.03
    assert near(image.getpixel((round(reds + GAP / 2), middle)), PAPER)


def test_a_photo_on_its_side_is_shown_upright():
    out = io.BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (400, 300), RED).save(out, "JPEG", exif=turned)
    result = side_by_side(out.getvalue(), file(BLUE, (300, 400)))
    assert result.width < 2 * result.height


def test_what_is_no_picture_is_told():
    with pytest.raises(BadImage):
        side_by_side(b"no picture", file(BLUE, (300, 400)))
