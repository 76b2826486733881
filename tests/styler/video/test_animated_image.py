"""Animated PNG, WebP and AVIF."""

from __future__ import annotations

import io
import itertools
import struct
import warnings

import numpy as np
import pytest
from PIL import Image

from styler.events import BadImage
from styler.video.reader import ClipReader, Frame
from tests.support import apng, clips
from tests.support.apng import KEEP, OVER, PREVIOUS, SOURCE, Part, striped
from tests.support.pictures import chunk, saved


def frames(data: bytes) -> list[Frame]:
    with ClipReader(io.BytesIO(data), 10).reading() as reading:
        return [item for item in reading.items if isinstance(item, Frame)]


def same(frame: Frame, right: np.ndarray) -> bool:
    """(H, W, 4); of what is transparent, the colours do not count."""
    alpha = frame.picture.alpha
    seen = right[..., 3] == 255
    opacity = np.full(seen.shape, 255, np.uint8) if alpha is None else alpha
    return bool(
        np.array_equal(opacity, right[..., 3]) and np.array_equal(frame.picture.pixels[seen], right[seen][:, :3])
    )


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize(("dispose", "blend"), list(itertools.product((KEEP, PREVIOUS), (SOURCE, OVER))))
def test_parts_of_few_bits_are_laid_where_they_belong(bits: int, dispose: int, blend: int) -> None:
    colors, holed = min(2**bits, 200), blend == OVER
    whole = Part(striped(64, 48, colors, 0, holed))
    parts = [Part(striped(24, 20, colors, n, holed), 5 * n + 1, 7, dispose, blend) for n in (1, 2, 3)]
    read, right = frames(apng.apng([whole, *parts], bits)), apng.shown([whole, *parts])
    assert [same(*pair) for pair in zip(read, right, strict=True)] == [True] * 4


def test_a_grey_one_of_one_bit_is_read() -> None:
    pictures = [
        striped(64, 48, 2, number).convert("L").point(lambda v: 255 * (v > 60)).convert("1") for number in (0, 1)
    ]
    assert len(frames(apng.apng([Part(picture) for picture in pictures]))) == 2


@pytest.mark.parametrize("name", [b"gamma", b"icc_profile", b"bbox"])
def test_texts_may_be_called_what_they_like(name: bytes) -> None:
    """Pillow takes some of these names for what it says itself."""
    parts = [Part(striped(64, 48, 4, number)) for number in (0, 1)]
    data, begin = apng.apng(parts, 4), 33  # behind the header
    text = chunk(b"tEXt", name + b"\x002.2")
    read = frames(data[:begin] + text + data[begin:])
    assert [same(*pair) for pair in zip(read, apng.shown(parts), strict=True)] == [True] * 2


@pytest.mark.parametrize("delay", [(0, 10), (1, 100), (1, 1000)])
def test_no_delay_and_too_short_a_one_is_a_tenth_of_a_second(delay: tuple[int, int]) -> None:
    parts = [Part(Image.fromarray(clips.frame(number))) for number in range(3)]
    clip = ClipReader(io.BytesIO(apng.apng(parts, delay=delay)), 10)
    assert clip.seconds == pytest.approx(0.3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_orientation_turns_all_of_it(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pictures, file = [Image.fromarray(clips.frame(number)) for number in range(3)], io.BytesIO()
    pictures[0].save(file, "PNG", save_all=True, append_images=pictures[1:], duration=100, exif=exif)
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # Pillow's names of the turns
    for frame, picture in zip(frames(file.getvalue()), pictures, strict=True):
        upright = picture if orientation == 1 else picture.transpose(Image.Transpose(turned[orientation]))
        assert np.array_equal(frame.picture.pixels, np.asarray(upright))


def test_a_warning_while_a_frame_is_painted_is_no_error() -> None:
    pictures = [Image.fromarray(clips.frame(number)) for number in range(3)]
    data = saved(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], duration=100)
    before = list(warnings.filters)
    with ClipReader(io.BytesIO(data), 10).reading() as reading:
        for _ in reading.items:
            assert warnings.filters == before


def test_damaged_exif_leaves_the_orientation() -> None:
    orientation, beyond_the_end = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0), struct.pack("<HHII", 0x010E, 2, 99, 9999)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + orientation + beyond_the_end + bytes(4)
    pictures = [Image.fromarray(clips.frame(number)) for number in range(3)]
    data = saved(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], duration=100, exif=exif)
    first = ClipReader(io.BytesIO(data), 10).first
    assert (first.width, first.height) == pictures[0].size[::-1]


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("told", [b"", bytes(3), bytes(8), b"\0\0\0\3" + bytes(6), bytes(4) + b"\0\0\0\1"])
def test_a_png_whose_number_of_frames_is_damaged_shows_those_that_are_there(bits: int, told: bytes) -> None:
    parts = [Part(striped(64, 48, 4, number)) for number in range(3)]
    data = apng.apng(parts, bits)
    before, _, after = data.partition(b"acTL")
    read = frames(before[:-4] + chunk(b"acTL", told) + after[12:])
    assert [same(*pair) for pair in zip(read, apng.shown(parts), strict=True)] == [True] * 3


def test_of_a_webp_that_is_cut_off_the_whole_frames_are_shown() -> None:
    pictures = [Image.fromarray(clips.frame(number)) for number in range(6)]
    data = saved(pictures[0], "WEBP", save_all=True, append_images=pictures[1:], lossless=True, duration=100)
    ends = [place for place in range(len(data)) if data.startswith(b"ANMF", place)][1:]
    for cut, whole in ((ends[1], 2), (ends[2] + 40, 3), (len(data) - 2, 5)):
        read = frames(data[:cut])
        assert len(read) == whole
        assert all(np.array_equal(frame.picture.pixels, right) for frame, right in zip(read, pictures, strict=False))
    with pytest.raises(BadImage, match="it is incomplete"):
        frames(data[: ends[1] - 2])
