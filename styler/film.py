"""From a moving picture's file to a painted one's, frame by frame, with news on the way."""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

from styler.clips import Clip, Frame
from styler.colors import luminance, matched_luminance
from styler.events import Event, Preview, Progress, Result
from styler.images import Picture, Pixels, resize
from styler.paint import (
    Pace,
    canvas_of,
    emphasis_of,
    manner_of,
    not_enlarging,
    pixels_of,
    preview_of,
    styles_of,
    tensor_of,
)
from styler.recording import Recording
from styler.reel import STEPS, Reel
from styler.settings import CLIP_FORMATS, ClipFormat, Settings


def film(
    clip: Clip, style: bytes | Sequence[bytes], settings: Settings, out: Path | io.BytesIO
) -> Generator[Progress | Preview, None, None]:
    """Paint `clip` in the manner of one or several pictures, as `paint` does a photo, and write it to `out`.

    A `Progress` after each L-BFGS step counts the frames, and a `Preview` shows the first painted one. One frame at a
    time is in memory. `out` is whole when the generator ends.

    Only a GIF stays transparent; elsewhere all of it is painted. Raises as `paint` does.
    """
    _check(clip, settings)
    settings = not_enlarging(clip.first, settings)
    painter = _Painter(clip, [manner_of(each, settings) for each in styles_of(style, settings)], settings)
    height, width = _finished(canvas_of(clip.first, settings), clip.first, settings).pixels.shape[:2]
    format = cast(ClipFormat, settings.format)
    with clip.reading() as reading, Recording(out, format, clip, (height, width), reading.sound) as recording:
        for item in reading.items:
            if isinstance(item, Frame):
                painted = yield from painter.paint(item.picture)
                recording.add(painted, item.pts)
            else:
                recording.add_sound(item)


def film_bytes(content: bytes, style: bytes | Sequence[bytes], settings: Settings) -> Generator[Event, None, None]:
    """As `film`, from bytes to the bytes of a `Result`: as `paint` does for photos."""
    clip, out, loss = Clip(io.BytesIO(content), settings.max_seconds, settings.fps), io.BytesIO(), math.nan
    for event in film(clip, style, settings, out):
        loss = event.loss if isinstance(event, Progress) else loss
        yield event
    painted = Clip(out, math.inf).first
    yield Result(out.getvalue(), painted.width, painted.height, loss, clip.first.width, clip.first.height)


def _check(clip: Clip, settings: Settings) -> None:
    if settings.format not in CLIP_FORMATS:
        raise ValueError(f"format is {settings.format!r}; for a clip, allowed are {', '.join(CLIP_FORMATS)}")
    if settings.dream:
        raise ValueError("a clip cannot be dreamt; choose a painting")


class _Painter:
    """Paints frame after frame, and knows how far it is."""

    def __init__(self, clip: Clip, manners: Sequence[Pixels], settings: Settings) -> None:
        if settings.keep_colors:
            first = luminance(canvas_of(clip.first, settings))
            manners = [matched_luminance(manner, first) for manner in manners]
        self.reel = Reel([tensor_of(manner) for manner in manners], settings)
        self.settings, self.frames, self.number, self.pace = settings, clip.frames, 0, Pace()

    def paint(self, photo: Picture) -> Generator[Progress | Preview, None, Picture]:
        canvas = canvas_of(photo, self.settings)
        content = luminance(canvas) if self.settings.keep_colors else canvas
        self.number += 1
        with closing(self.reel.paint(canvas, tensor_of(content), emphasis_of(canvas, self.settings))) as steps:
            for step in steps:
                yield self._progress(step.share, step.loss)
        painted = pixels_of(self.reel.last, canvas, self.settings)
        if self.number == 1:
            yield preview_of(painted, canvas)
        return _finished(painted, photo, self.settings)

    def _progress(self, share: float, loss: float) -> Progress:
        """The first frame takes as long as several others."""
        first, frames = 1 / STEPS, max(self.frames, self.number)
        done = share * first if self.number == 1 else first + self.number - 2 + share
        whole = done / (first + frames - 1)
        return Progress(self.number, frames, loss, whole, self.pace.seconds_left(whole))


def _finished(painted: Pixels, photo: Picture, settings: Settings) -> Picture:
    """A painted frame at its final size, as transparent as the photo."""
    if settings.rescale:
        painted = resize(painted, photo.width, photo.height)
    height, width = painted.shape[:2]
    return Picture(painted, None if photo.alpha is None else resize(photo.alpha, width, height), width, height)
