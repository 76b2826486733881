"""Clips in: their frames one after the other, upright and in sRGB, and their sound as it is stored."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

from av.audio.stream import AudioStream

from styler.events import BadImage
from styler.image.codec import StillImage
from styler.image.png import without_hindrances
from styler.image.webp import with_whole_frames
from styler.video.animated_image import animated_image
from styler.video.container import Container, binary
from styler.video.schedule import Schedule
from styler.video.source import Opened, Sound, Source, TimedImage

_CUT_OFF = Fraction(1, 10)  # second of a last frame's time that may be cut off without a word


class Frame(NamedTuple):
    """A frame, and when and how long it is shown, in units of `ClipReader.time_base` from the clip's start."""

    picture: StillImage
    pts: int
    duration: int = 1


class Reading(NamedTuple):
    """A clip while it is read: its first audio stream, and its frames and pieces of sound in the order of the file."""

    sound: AudioStream | None
    items: Iterator[Frame | Sound]


class ClipReader:
    """The first `max_seconds` of a moving picture, of at most `fps` frames a second (0: of as many as it has).

    `frames` is their number, `rate` how many a second, and `first` the picture of the first one. `seconds` is the
    length of the whole file, and `longer` whether that is more. `plays` is how often it is shown, `FOREVER` if the file
    does not say.

    Raises `BadImage`, whose line goes after the clip's name, for what is empty, broken, still, or no moving picture,
    and as `codec.decode` for its size: before anything is painted.
    """

    def __init__(self, file: Path | BinaryIO, max_seconds: float, fps: float = 0) -> None:
        self.max_seconds = max_seconds
        file = _mended(file)
        self._source: Source = animated_image(file) or Container(file)
        survey = self._source.survey(max_seconds)
        self.first, self.plays, self.seconds = survey.first, survey.plays, float(survey.seconds)
        self._schedule = Schedule(survey, max_seconds, fps)
        self.rate, self.time_base, self.frames = self._schedule.rate, self._schedule.time_base, len(self._schedule.pts)
        self.longer = max(survey.times) >= max_seconds or survey.end > max_seconds + _CUT_OFF
        if self.frames < 2:
            where = (
                ": it is a still picture" if self.seconds <= max_seconds else f" in its first {max_seconds:g} seconds"
            )
            raise BadImage("still", f"it has only one frame{where}")

    @contextlib.contextmanager
    def reading(self) -> Iterator[Reading]:
        """From its beginning."""
        with self._source.open(self.max_seconds) as opened:
            yield Reading(opened.sound, self._items(opened))

    def _items(self, opened: Opened) -> Iterator[Frame | Sound]:
        last = -1
        for item in opened.items:
            if not isinstance(item, TimedImage):
                yield item
            elif (pts := self._schedule.place(item.time)) is not None and pts > last:
                yield Frame(item.load(), pts, self._schedule.duration(pts))
                last = pts


def _mended(file: Path | BinaryIO) -> Path | BinaryIO:
    """The file; or in place of a damaged PNG or WebP what can be read of it."""
    with binary(file) as opened:
        if not opened.read(12).startswith((b"\x89PNG", b"RIFF")):
            return file
        opened.seek(0)
        data = opened.read()
    whole = with_whole_frames(without_hindrances(data))
    return file if whole is data else io.BytesIO(whole)
