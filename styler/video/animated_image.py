"""Moving pictures that FFmpeg reads wrongly or not at all: WebP, transparent AVIF, and PNG of fewer than 8 bits.

WebP and AVIF are read by Pillow. PNG is read by OpenCV: where a frame of few bits covers only a part, FFmpeg 8 shows
stripes, and Pillow 13 leaves trails of frames that are to be taken away again.
"""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import warnings
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import cv2
import numpy as np
from PIL import Image

from styler.image.codec import StillImage, upright
from styler.image.color_tags import Color, color_of
from styler.image.heif_item import HeifItem, primary_item
from styler.image.limits import check_size
from styler.image.png import without_hindrances
from styler.settings import MAX_FRAME_PIXELS
from styler.video.refusals import damaged
from styler.video.schedule import shown_for
from styler.video.source import FOREVER, Opened, Survey, TimedImage

_CHUNK = 1 << 26  # bytes of frames that OpenCV decodes at a time
_MILLISECOND = Fraction(1, 1000)
_BITS = 24  # where a PNG tells how many bits a number has
_TO_RGB = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}  # by the number of channels


class _Frame(NamedTuple):
    image: Image.Image
    start: Fraction
    end: Fraction


class AnimatedImage:
    """A `Source` of what is in the bytes of a file."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def survey(self, limit: float) -> Survey:
        with _opened(io.BytesIO(self._data)) as image:
            check_size(*image.size, "content", MAX_FRAME_PIXELS)
            plays = image.info.get("loop", FOREVER)
        first, times, end = None, [], Fraction(0)
        for frame in self._frames(limit):
            first = first or self._still(frame)
            times.append(frame.start)
            end = frame.end
        if first is None:
            raise damaged()
        return Survey(first, times, end, end, len(times) / end, _MILLISECOND, plays)

    @contextlib.contextmanager
    def open(self, limit: float) -> Iterator[Opened]:
        yield Opened(None, (TimedImage(partial(self._still, frame), frame.start) for frame in self._frames(limit)))

    def _still(self, frame: _Frame) -> StillImage:
        box = self._item.clean_aperture(*frame.image.size) if self._item else None
        with warnings.catch_warnings(action="ignore"):  # about damaged metadata
            return upright(frame.image.crop(box) if box else frame.image, self._color)

    @functools.cached_property
    def _item(self) -> HeifItem | None:
        return None if _is_png(self._data) else primary_item(self._data)

    @functools.cached_property
    def _color(self) -> Color:
        with _opened(io.BytesIO(self._data)) as image:
            return color_of(image, self._data, self._item)

    def _frames(self, limit: float) -> Iterator[_Frame]:
        """Those of the first seconds and one more; up to where it is damaged."""
        start = Fraction(0)
        with contextlib.suppress(Exception):  # Pillow's readers raise whatever a damaged file makes them stumble over
            for image, milliseconds in _by_opencv(self._data) if _is_png(self._data) else _by_pillow(self._data):
                end = start + shown_for(milliseconds * _MILLISECOND)
                yield _Frame(image, start, end)
                if start >= limit:
                    return
                start = end


def animated_image(file: Path | BinaryIO) -> AnimatedImage | None:
    """The reader of a file, None where it is one for FFmpeg."""
    with contextlib.suppress(Exception), _opened(file) as image:  # FFmpeg says what there is to say
        if image.format == "AVIF" and image.mode != "RGBA":
            return None
        if getattr(image, "is_animated", False):
            data = file.read_bytes() if isinstance(file, Path) else _bytes(file)
            return None if image.format == "PNG" and data[_BITS] >= 8 else AnimatedImage(without_hindrances(data))
    return None


@contextlib.contextmanager
def _opened(file: Path | BinaryIO) -> Iterator[Image.Image]:
    with warnings.catch_warnings(action="error"):  # about too many pixels; not about what is done with the frames
        image = Image.open(file, formats=["WEBP", "AVIF", "PNG"])
    with image:
        yield image


def _bytes(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _is_png(data: bytes) -> bool:
    return data.startswith(b"\x89PNG")


def _by_pillow(data: bytes) -> Iterator[tuple[Image.Image, int]]:
    """Each frame, and the milliseconds for which it is shown."""
    with _opened(io.BytesIO(data)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()  # only now its duration is known
            yield image, int(image.info.get("duration", 0))


def _by_opencv(data: bytes) -> Iterator[tuple[Image.Image, int]]:
    """As `_by_pillow`; what the file tells of its colours and its orientation, Pillow tells."""
    with _opened(io.BytesIO(data)) as image:
        told = {name: value for name, value in image.info.items() if name != "transparency"}
        chunk = max(1, _CHUNK // (4 * image.width * image.height))
    for start in itertools.count(step=chunk):
        _, animation = cv2.imdecodeanimation(np.frombuffer(data, np.uint8), start=start, count=chunk)
        for frame, milliseconds in zip(animation.frames, animation.durations, strict=True):
            image = Image.fromarray(cv2.cvtColor(frame, _TO_RGB[1 if frame.ndim == 2 else frame.shape[2]]))
            image.info = dict(told)
            yield image, milliseconds
        if len(animation.frames) < chunk:
            return
