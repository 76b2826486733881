"""Bytes that are no picture, or none that can be painted: each gets its sentence."""

from __future__ import annotations

import random
import re
import struct
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from styler.events import BadImage, OutOfMemory
from styler.image import heif_item
from styler.image.codec import StillImage, decode
from tests.support.pictures import (
    chunk,
    corners,
    png,
    refused,
    samples,
    saved,
)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF"])
def test_moving_pictures_are_refused(format: str) -> None:
    data = saved(corners(), format, save_all=True, append_images=[Image.new("RGB", (48, 32))])
    error = refused(data, which="style")
    assert (error.reason, error.which) == ("moving", "style")
    assert str(error) == f"it moves ({format}); a still picture is needed"


def test_of_a_png_that_says_twice_that_it_moves_the_first_counts() -> None:
    """As to browsers; to Pillow it would stand still."""
    data = saved(corners(), "PNG", save_all=True, append_images=[Image.new("RGB", (48, 32))])
    place = data.index(b"acTL") + 16  # behind it
    assert refused(data[:place] + chunk(b"acTL", bytes(8)) + data[place:]).reason == "moving"


def test_32_bit_numbers_are_refused() -> None:
    for mode in ("I", "F"):
        assert refused(saved(Image.new(mode, (20, 20)), "TIFF")).reason == "too_deep"


@pytest.mark.parametrize(
    ("width", "height", "reason", "said"),
    [
        (25000, 25000, "too_many_pixels", "it has 625 megapixels; at most 250 are allowed"),
        (16000, 15626, "too_many_pixels", "it is 16000x15626, 250.02 megapixels; at most 250 are allowed"),
        (60000, 60000, "too_many_pixels", "it has 3600 megapixels; at most 250 are allowed"),
        (100000, 100000, "too_many_pixels", "it has 10000 megapixels; at most 250 are allowed"),
        (20000, 12501, "too_many_pixels", "it is 20000x12501, 250.02 megapixels; at most 250 are allowed"),
        (1, 1, "too_small", "it is 1x1; at least 16 pixels an edge are needed"),
        (400, 15, "too_small", "it is 400x15; at least 16 pixels an edge are needed"),
        (15, 400, "too_small", "it is 15x400; at least 16 pixels an edge are needed"),
        (10000, 10, "too_small", "it is 10000x10; at least 16 pixels an edge are needed"),
        (20, 201, "too_narrow", "it is 20x201; the long edge may be at most 10 times the short one"),
    ],
)
def test_sizes_are_checked_by_the_header_alone(width: int, height: int, reason: str, said: str) -> None:
    error = refused(png(width, height, 8, 2, []))  # there is no pixel behind the header
    assert (error.reason, str(error)) == (reason, said)


def enlarged(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header says another size."""
    place = next(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data) + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


def test_what_takes_too_much_memory_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """libjpeg holds the coefficients of a whole progressive JPEG, at any scale; of others only what is needed."""

    def never(self: Image.Image) -> None:
        raise MemoryError

    phone = {"width": 16320, "height": 12240}
    progressive = saved(corners(), "JPEG", progressive=True, subsampling=0)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    error = refused(enlarged(progressive, **phone), size=512)
    assert str(error) == "it is 16320x12240, 199.76 megapixels; at most 164 are allowed"
    assert error.facts == {"megapixels": pytest.approx(199.76, abs=0.01), "limit": 164}
    with pytest.raises(OutOfMemory):  # here decoding would begin
        decode(enlarged(saved(corners(), "JPEG"), **phone), size=512)
    assert refused(png(15000, 15000, 8, 3, [], chunk(b"PLTE", bytes(768)))).reason == "too_many_pixels"


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (b"", "empty", "it is empty: 0 bytes"),
        (b"Dear friend, ...", "unreadable", "it is not a picture that can be read; JPEG, PNG, "),
        (b"%PDF-1.7\n%\xe2\xe3", "unsupported", "it is of a kind that cannot be read: PDF; save it"),
        (b"\0" * 1000, "unreadable", "it is not a picture"),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            "unsupported",
            "it is of a kind that cannot be read: PostScript",
        ),
        (saved(Image.new("RGB", (32, 32)), "PPM"), "unsupported", "it is of a kind that cannot be read: PPM"),
    ],
)
def test_other_bytes_get_their_sentence(data: bytes, reason: str, said: str) -> None:
    error = refused(data)
    assert error.reason == reason
    assert str(error).startswith(said)


def test_a_fully_transparent_picture_has_nothing_to_paint() -> None:
    assert refused(saved(Image.new("RGBA", (20, 20)), "PNG")).reason == "transparent"


def test_a_small_heif_cannot_keep_a_painter_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten items of 65,535 pieces each, of which nothing is told: 60 bytes."""

    def box(name: bytes, *parts: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(b"".join(parts)), name) + b"".join(parts)

    def counted(numbers: heif_item._Numbers, size: int) -> int:
        taken.append(size)
        return take(numbers, size)

    taken, take = list[int](), heif_item._Numbers.take
    monkeypatch.setattr(heif_item._Numbers, "take", counted)
    version = bytes(4)
    kind = box(b"infe", b"\2\0\0\0", struct.pack(">HH4sx", 1, 0, b"av01"))
    properties = box(b"ipco", box(b"pixi", version)), box(b"ipma", version, struct.pack(">IHBB", 1, 1, 1, 1))
    places = box(b"iloc", version, struct.pack(">HH", 0, 10), struct.pack(">HHH", 7, 0, 65535) * 10)
    meta = box(b"pitm", version, b"\0\1"), box(b"iinf", version, b"\0\1", kind), box(b"iprp", *properties), places
    refused(box(b"ftyp", b"heic", version) + box(b"meta", version, *meta))
    assert 0 < len(taken) < 1000


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP"])
def test_half_a_file_is_cut_short(format: str) -> None:
    data = saved(Image.effect_noise((96, 64), 80).convert("RGB"), format)
    error = refused(data[: len(data) * 2 // 3])
    assert error.reason == "truncated"
    share = r"\d\d % of the picture is missing"
    says = {"JPEG": share, "TIFF": share}.get(format, "a part of its file is missing or damaged")
    assert re.fullmatch(f"it is incomplete: {says}", str(error))


def test_damage_inside_a_file_is_said() -> None:
    data = bytearray(saved(Image.effect_noise((96, 64), 80).convert("RGB"), "WEBP"))
    data[25:] = bytes(len(data) - 25)
    assert str(refused(bytes(data))) == "it is damaged: it cannot be decoded"


SAMPLES = samples()


def decoded(data: bytes) -> StillImage | BadImage:
    try:
        return decode(data)
    except BadImage as error:
        return error


def picture_or_sentence(data: bytes) -> None:
    """The whole contract of `decode` for any bytes: a sound picture, or `BadImage` with one line; never a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        picture = decoded(data)
    assert not caught
    if isinstance(picture, BadImage):
        assert re.fullmatch("it .+", str(picture))
        return
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.shape == (picture.height, picture.width, 3)
    assert picture.alpha is None or picture.alpha.shape == picture.pixels.shape[:2]


@pytest.mark.parametrize("name", SAMPLES)
def test_any_damage_gives_a_picture_or_a_sentence(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(name)
    for _ in range(150):
        data = bytearray(SAMPLES[name])
        for _ in range(chance.choice((1, 1, 3, 20))):
            # Headers lie at the beginning, so that is where damage does the most.
            where = chance.randrange(chance.choice((64, len(data))))
            data[min(where, len(data) - 1)] = chance.choice((0, 255, 128, chance.randrange(256)))
        picture_or_sentence(bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]))
    assert capfd.readouterr() == ("", ""), "no library writes to the terminal"


@settings(max_examples=150)
@given(st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF", b"II*\0", b"\x89PNG\r\n\x1a\n"]), st.binary())
def test_any_bytes_give_a_picture_or_a_sentence(magic: bytes, data: bytes) -> None:
    picture_or_sentence(magic + data)


def test_a_picture_for_which_memory_is_short_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Image.Image) -> None:
        raise MemoryError

    data = saved(corners(), "PNG")
    monkeypatch.setattr(Image.Image, "load", full)
    with pytest.raises(OutOfMemory, match="not enough memory to read the picture"):
        decode(data)
