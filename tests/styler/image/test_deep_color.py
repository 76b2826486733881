"""HDR and linear light of more than 8 bits come as light as they are."""

from __future__ import annotations

import io
import struct
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from styler.image.codec import decode
from styler.image.color_space import BT709, BT2020, HLG, LINEAR, PQ, ColorSpace
from styler.image.deep_frame import DEEP, deep_white
from styler.image.srgb import array_to_srgb, brightest_light
from tests.support.pictures import chunk, png
from tests.support.ramps import ramp


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("format", ["yuv420p", "yuv420p10le", "yuv444p10le", "yuva422p12le", "yuv444p16le"])
def test_white_of_a_film_is_known(format: str, full: bool) -> None:
    check_white(format, full)


@pytest.mark.parametrize("format", ["gray", "gray10le", "gray12le", "gray16be", "gbrp10le", "gbrp12le", "rgb48be"])
def test_white_of_grey_and_of_rgb_is_known(format: str) -> None:
    check_white(format, full=True)


def check_white(format: str, full: bool) -> None:
    frame, numbers, white = ramp(format, full)
    found = frame.to_ndarray(format=DEEP) / deep_white(frame)
    for row in (found[8], found[-8, ::-1]):
        assert np.abs(row - (numbers / white)[:, None]).max() < 1e-4  # a fortieth of a level


def avif(frame: av.VideoFrame, space: tuple[int, int]) -> bytes:
    """A lossless file."""
    file, options = io.BytesIO(), {"preset": "10", "svtav1-params": "lossless=1"}
    frame.color_primaries, frame.color_trc = space
    with av.open(file, "w", format="avif") as container:
        stream = container.add_stream("libsvtav1", 1, options=options)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
        for name in ("color_primaries", "color_trc", "color_range", "colorspace"):
            setattr(stream.codec_context, name, getattr(frame, name))
        frame.pts, frame.time_base = 0, Fraction(1)
        for each in (frame, None):
            container.mux(stream.encode(each))
    return file.getvalue()


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("space", [(BT2020, PQ), (BT2020, HLG), (BT709, LINEAR)])
def test_an_avif_is_as_light_as_its_numbers(space: tuple[int, int], full: bool) -> None:
    frame, numbers, white = ramp("yuv420p10le", full)
    check_light(decode(avif(frame, space)).pixels, numbers, white, ColorSpace.from_cicp(*space))


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("space", [(BT2020, PQ), (BT709, LINEAR)])
def test_a_grey_avif_is_as_light_as_its_numbers(space: tuple[int, int], full: bool) -> None:
    black, white = (0, 1023) if full else (64, 940)
    numbers = np.linspace(black, white, 512).round().astype(np.uint16)
    lossless = [cv2.IMWRITE_AVIF_DEPTH, 10, cv2.IMWRITE_AVIF_QUALITY, 100]
    _, file = cv2.imencode(".avif", np.repeat(numbers[None], 64, 0), lossless)
    before, nclx, codes = file.tobytes().partition(b"nclx")
    data = before + nclx + struct.pack(">2H2sB", *space, codes[4:6], 0x80 * full) + codes[7:]
    check_light(decode(data).pixels, numbers - black, white - black, ColorSpace.from_cicp(*space))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_png_of_16_bits_is_as_light_as_its_numbers(channels: int) -> None:
    numbers = np.linspace(0, 65535, 512).round().astype(">u2")
    rows = [np.repeat(numbers, channels).tobytes()] * 64
    codes = chunk(b"cICP", struct.pack("4B", BT2020, PQ, 0, 1))
    data = png(512, 64, 16, {1: 0, 3: 2}[channels], rows, codes)
    check_light(decode(data).pixels, numbers, 65535, ColorSpace.from_cicp(BT2020, PQ))


def check_light(pixels: np.ndarray, numbers: np.ndarray, white: int, space: ColorSpace) -> None:
    grey = np.repeat(numbers.astype(np.uint16)[None, :, None], 3, 2)
    right = array_to_srgb(grey, white, space, brightest_light(1.0, space) if space.is_hdr else 0.0)
    wrong = pixels[8].astype(int) - right[0]
    assert np.abs(wrong).max() <= 1
    assert (wrong != 0).mean() < 0.05, "where a half is rounded"
    assert (pixels[8, -1] == 255).all()
