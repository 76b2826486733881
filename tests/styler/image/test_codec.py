"""Pictures of every format in, upright pixels out, and back."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from styler.events import BadImage
from styler.image import jpeg
from styler.image.codec import decode, encode, resize
from styler.image.jpeg import without_hindrances
from tests.support.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    chunk,
    colours_at_corners,
    corners,
    png,
    saved,
    swapped_profile,
)
from tests.support.project import PHOTOS


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {}),
        ("TIFF", {}),
        ("BMP", {}),
        ("WEBP", {"lossless": True}),
        ("JPEG", {"quality": 100, "subsampling": 0}),
        ("HEIF", {"quality": -1}),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}),
        ("GIF", {}),
    ],
)
def test_every_format_gives_its_pixels(format: str, options: dict[str, Any]) -> None:
    picture = decode(saved(corners(), format, **options))
    assert (picture.width, picture.height) == (48, 32)
    assert picture.pixels.shape == (32, 48, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.alpha is None
    assert np.abs(np.array(colours_at_corners(picture)) - [RED, GREEN, BLUE, WHITE]).max() <= 4


@pytest.mark.parametrize("photo", sorted(PHOTOS.glob("*.jpg")), ids=lambda p: p.stem)
def test_photos_are_what_pillow_reads(photo: Path) -> None:
    with Image.open(photo) as expected:
        assert np.array_equal(decode(photo.read_bytes()).pixels, np.asarray(expected))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int, format: str) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that turns the upright picture into the stored
    stored = corners().transpose(undo[orientation]) if orientation > 1 else corners()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = decode(saved(stored, format, exif=exif.tobytes(), quality=95))
    assert (picture.width, picture.height) == (48, 32)
    assert np.abs(np.array(colours_at_corners(picture)) - [RED, GREEN, BLUE, WHITE]).max() <= 12


def test_damaged_exif_takes_nothing_from_the_picture() -> None:
    for exif in (b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(64)):
        assert decode(saved(corners(), "JPEG", exif=exif)).pixels.shape == (32, 48, 3)


def with_wrong_checksum(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    ("marker", "content"),
    [
        (0xE0, b"JFIF\0"),
        (0xE2, b"ICC_PROFILE\0"),
        (0xED, b"Photoshop 3.0\x008BIM\4\4"),
        (0xEE, b"Adobe"),
        (None, b"between"),
    ],
)
def test_a_segment_that_is_too_short_takes_nothing_from_a_jpeg(marker: int | None, content: bytes) -> None:
    """And neither does what lies between two segments."""
    data = saved(corners(), "JPEG", icc_profile=swapped_profile())
    segment = content if marker is None else bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content
    assert np.array_equal(decode(data[:2] + segment + data[2:]).pixels, decode(data).pixels)


def test_even_noise_can_be_written_as_a_jpeg() -> None:
    """It has more than the two bytes a pixel for which Pillow has room."""
    noise = np.random.default_rng(0).integers(0, 256, (400, 600, 3), np.uint8)
    data = encode(noise, "jpeg")
    assert len(data) > 2 * 400 * 600
    assert decode(data).pixels.shape == noise.shape


def steps_of(decoding: Callable[[], object]) -> int:
    """How many lines of Python run, ours and Pillow's, once all that is loaded once is there."""
    steps = 0
    with contextlib.suppress(BadImage):
        decoding()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal steps
        steps += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(BadImage):
            decoding()
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("between", [b"\xff", b"\xff\xd0", b"\0", b"\xff\0"])
@pytest.mark.parametrize("whole", [True, False])
def test_what_fills_a_jpeg_up_is_skipped_at_once_also_by_pillow(between: bytes, whole: bool) -> None:
    """Else 20 MB of it would keep a painter busy for a minute."""
    data = saved(corners(), "JPEG")
    end = len(data) if whole else 2
    few, many = (data[:2] + between * count + data[2:end] for count in (100, 3000))
    assert steps_of(lambda: decode(many)) < steps_of(lambda: decode(few)) + 300
    if whole:
        assert np.array_equal(decode(many).pixels, decode(data).pixels)


def test_of_countless_segments_only_the_first_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpeg, "MOST_SEGMENTS", 50)
    data = saved(corners(), "JPEG")
    few, many = (data[:2] + b"\xff\xe5\0\2" * count + data[2:] for count in (30, 3000))
    assert np.array_equal(decode(few).pixels, decode(data).pixels)
    with pytest.raises(BadImage):
        decode(many)
    assert steps_of(lambda: decode(many)) < 5000


def test_of_a_jpeg_that_needs_no_mending_there_is_no_copy() -> None:
    data = saved(corners(), "JPEG")
    assert without_hindrances(data) is data


@pytest.mark.parametrize(
    "name",
    [b"tEXt", b"iTXt", b"zTXt", b"iCCP", b"eXIf", b"gAMA", b"cHRM", b"pHYs", b"tRNS", b"acTL", b"fcTL"],
)
def test_a_damaged_chunk_takes_nothing_from_a_png(name: bytes) -> None:
    rows = [row.tobytes() for row in np.asarray(corners())]
    picture, hundred = png(48, 32, 8, 2, rows), chunk(name, b"Comment\0" + bytes(92))
    for damaged in (chunk(name, b""), chunk(name, b"\0"), chunk(name, b"p\0\7x"), with_wrong_checksum(hundred)):
        for data in (png(48, 32, 8, 2, rows, damaged), picture[:-12] + damaged + picture[-12:]):
            assert np.array_equal(decode(data).pixels, np.asarray(corners()))
    for end in (1, 5, 50, 100):  # a download that broke off behind the pixels
        assert np.array_equal(decode(picture[:-12] + hundred[:-end]).pixels, np.asarray(corners()))


def test_a_png_without_more_frames_is_still_whatever_it_says() -> None:
    rows = [row.tobytes() for row in np.asarray(corners())]
    data = png(48, 32, 8, 2, rows, chunk(b"acTL", bytes([0, 0, 0, 2, 0, 0, 0, 0])))
    assert np.array_equal(decode(data).pixels, np.asarray(corners()))


@pytest.mark.parametrize("name", ["gamma", "transparency", "icc_profile", "chromaticity", "interlace", "bbox"])
@pytest.mark.parametrize("kind", [b"tEXt\0", b"iTXt\0\0\0\0\0", b"zTXt\0\0"])
def test_a_png_may_call_its_texts_what_it_likes(kind: bytes, name: str) -> None:
    """Pillow takes some of these names for what it says itself."""
    rows = [row.tobytes() for row in np.asarray(corners())]
    text = chunk(kind[:4], name.encode() + kind[4:] + (zlib.compress(b"2.2") if kind[:4] == b"zTXt" else b"2.2"))
    assert np.array_equal(decode(png(48, 32, 8, 2, rows, text)).pixels, np.asarray(corners()))


def test_only_the_first_picture_of_a_phones_jpeg_and_of_a_tiff_is_read() -> None:
    for format in ("MPO", "TIFF"):
        data = saved(corners(), format, save_all=True, append_images=[Image.new("RGB", (48, 32))], quality=95)
        assert np.abs(np.array(colours_at_corners(decode(data))) - [RED, GREEN, BLUE, WHITE]).max() <= 12


def test_the_largest_and_the_smallest_pictures_are_decoded() -> None:
    assert decode(saved(Image.new("1", (8000, 5000)), "PNG")).pixels.shape == (5000, 8000, 3)
    assert decode(saved(Image.new("L", (16, 160)), "PNG")).pixels.shape == (160, 16, 3)


def test_a_large_jpeg_is_decoded_small_when_little_is_needed() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    picture = decode(saved(corners().resize((4800, 3200)), "JPEG", exif=exif), size=256)
    assert (picture.width, picture.height) == (3200, 4800)
    assert picture.pixels.shape == (1200, 800, 3)  # a quarter: at least 256 remain, and twice that for the filter
    assert decode(saved(Image.new("L", (1600, 2400)), "JPEG"), size=256).pixels.shape == (1200, 800, 3)
    assert np.abs(np.array(colours_at_corners(picture)) - [BLUE, RED, WHITE, GREEN]).max() <= 4


def test_encode_and_decode_agree() -> None:
    pixels = np.asarray(corners())
    alpha = np.tile(np.linspace(10, 255, 48).astype(np.uint8), (32, 1))
    assert np.array_equal(decode(encode(pixels, "png")).pixels, pixels)
    for format, error in (("jpeg", 6), ("webp", 30)):
        assert np.abs(decode(encode(pixels, format)).pixels.astype(int)[::8] - pixels[::8]).mean() < error
    for format in ("png", "webp"):
        assert np.array_equal(decode(encode(pixels, format, alpha)).alpha, alpha)


def test_jpegs_keep_colours_at_full_resolution() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = (255, 0, 0)
    stripes[:, 1::2] = (0, 0, 255)
    assert np.abs(decode(encode(stripes, "jpeg")).pixels.astype(int) - stripes).mean() < 6


def test_outputs_carry_no_metadata() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRETPHONE"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "SECRETPLACE"
    data = saved(corners(), "JPEG", exif=exif, xmp=b"<x>SECRETNAME</x>", comment=b"SECRETWORD", dpi=(71, 71))
    assert data.count(b"SECRET") == 4
    for format in ("jpeg", "png", "webp"):
        again = encode(decode(data).pixels, format)
        assert b"SECRET" not in again
        with Image.open(io.BytesIO(again)) as image:
            assert not image.getexif()
            assert not {"icc_profile", "xmp", "comment", "dpi"} & image.info.keys()


def test_resize_filters_what_it_shrinks() -> None:
    board = np.indices((128, 128)).sum(0).astype(np.uint8) % 2 * 255
    small = resize(np.stack([board] * 3, -1), 32, 16)
    assert small.shape == (16, 32, 3)
    assert np.abs(small.astype(int) - 127).max() <= 8, "a fine pattern becomes grey, and no coarse one"
    assert resize(board, 200, 100).shape == (100, 200)
    assert resize(board, 128, 128) is board


def test_images_stays_free_of_torch() -> None:
    code = "import sys, styler.image.codec; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
