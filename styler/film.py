"""From a moving picture's file to a painted one's, frame by frame, with news on the way."""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

import av

from styler.clips import Clip, Frame
from styler.colors import luminance, matched_luminance
from styler.events import Event, Footage, Preview, Progress, Result
from styler.footage import Before, Safe
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
    clip: Clip,
    style: bytes | Sequence[bytes],
    settings: Settings,
    out: Path | io.BytesIO,
    footage: bytes = b"",
    safe: bool = False,
) -> Generator[Progress | Preview | Footage, None, None]:
    """Paint `clip` in the manner of one or several pictures, as `paint` does a photo, and write it to `out`.

    Yields a `Progress` after each L-BFGS step, which counts the frames, and a `Preview` of the first painted one. One
    frame at a time is in memory. `out` is complete when the generator ends.

    With `safe` and for an MP4, it also yields a `Footage` every few seconds. After a crash, the newest one is given as
    `footage`: its frames are not painted again. A footage of another clip or size is ignored.

    Only a GIF stays transparent; in other formats, transparent places are painted, too. Raises as `paint` does.
    """
    _check(settings)
    settings = not_enlarging(clip.first, settings)
    manners = [manner_of(each, settings) for each in styles_of(style, settings)]
    painter = _Painter(clip, manners, settings, Before(footage))
    size, format = _size(canvas_of(clip.first, settings), clip.first, settings), cast(ClipFormat, settings.format)
    with (
        clip.reading() as reading,
        Recording(out, format, clip, size, reading.sound) as recording,
        Safe(recording, clip, safe and format == "mp4") as recordings,
    ):
        for item in reading.items:
            if isinstance(item, Frame):
                painted = yield from painter.paint(item)
                yield from recordings.add(painted, item.pts)
            else:
                recordings.add_sound(item)


def film_bytes(
    content: bytes, style: bytes | Sequence[bytes], settings: Settings, footage: bytes = b""
) -> Generator[Event, None, None]:
    """As `film` with `safe`, but from bytes to bytes: the last event is a `Result`, as `paint` has it for photos."""
    clip, out, loss = Clip(io.BytesIO(content), settings.max_seconds, settings.most_fps), io.BytesIO(), math.nan
    for event in film(clip, style, settings, out, footage, safe=True):
        loss = event.loss if isinstance(event, Progress) else loss
        yield event
    out.seek(0)
    with av.open(out) as painted:
        video = painted.streams.video[0]
    yield Result(out.getvalue(), video.width, video.height, loss, clip.first.width, clip.first.height)


def _check(settings: Settings) -> None:
    if settings.format not in CLIP_FORMATS:
        raise ValueError(f"format is {settings.format!r}; for a clip, allowed are {', '.join(CLIP_FORMATS)}")
    if settings.dream:
        raise ValueError("a clip cannot be dreamt; choose a painting")


class _Painter:
    """Paints frame after frame, except those that a footage has already, and knows how far it is."""

    def __init__(self, clip: Clip, manners: Sequence[Pixels], settings: Settings, before: Before) -> None:
        if settings.keep_colors:
            first = luminance(canvas_of(clip.first, settings))
            manners = [matched_luminance(manner, first) for manner in manners]
        self.reel = Reel([tensor_of(manner) for manner in manners], settings)
        self.settings, self.frames, self.number, self.pace = settings, clip.frames, 0, Pace()
        self.time_base, self.before = clip.time_base, before

    def paint(self, frame: Frame) -> Generator[Progress | Preview, None, Picture]:
        canvas = canvas_of(frame.picture, self.settings)
        self.number += 1
        if before := self.before.take(frame.pts * self.time_base, _size(canvas, frame.picture, self.settings)):
            self._keep(before.pixels, canvas)
            return before
        content = luminance(canvas) if self.settings.keep_colors else canvas
        with closing(self.reel.paint(canvas, tensor_of(content), emphasis_of(canvas, self.settings))) as steps:
            for step in steps:
                yield self._progress(step.share, step.loss)
        painted = pixels_of(self.reel.last, canvas, self.settings)
        if self.number == 1:
            yield preview_of(painted, canvas)
        return _finished(painted, frame.picture, self.settings)

    def _keep(self, painted: Pixels, canvas: Pixels) -> None:
        """Go on after a frame that is painted already."""
        painted = resize(painted, canvas.shape[1], canvas.shape[0])
        self.reel.keep(canvas, tensor_of(luminance(painted) if self.settings.keep_colors else painted))
        self.pace = Pace(self._done(1.0))

    def _progress(self, share: float, loss: float) -> Progress:
        done = self._done(share)
        return Progress(self.number, max(self.frames, self.number), loss, done, self.pace.seconds_left(done))

    def _done(self, share: float) -> float:
        """The share of the clip that is done, with this share of a frame; the first takes as long as several others."""
        first, frames = 1 / STEPS, max(self.frames, self.number)
        done = share * first if self.number == 1 else first + self.number - 2 + share
        return done / (first + frames - 1)


def _size(canvas: Pixels, photo: Picture, settings: Settings) -> tuple[int, int]:
    """Of a painted frame, (height, width)."""
    return (photo.height, photo.width) if settings.rescale else (canvas.shape[0], canvas.shape[1])


def _finished(painted: Pixels, photo: Picture, settings: Settings) -> Picture:
    """A painted frame at its final size, as transparent as the photo."""
    height, width = _size(painted, photo, settings)
    painted = resize(painted, width, height)
    return Picture(painted, None if photo.alpha is None else resize(photo.alpha, width, height), width, height)
