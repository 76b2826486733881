"""From a moving picture's file to a painted one's, frame by frame, with news on the way."""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

import av
from torch import Tensor

from styler.engine.temporal import STEP_SHARE, TemporalPainter
from styler.events import ClipCheckpoint, Event, Preview, Progress, Result
from styler.image.codec import Pixels, StillImage, resize
from styler.image.luminance import luminance, matched_luminance
from styler.paint_photo import (
    EtaEstimator,
    content_pixels,
    faces_of,
    preview_of,
    style_pixels,
    styles_of,
    to_pixels,
    to_tensor,
    without_upscaling,
)
from styler.settings import CLIP_FORMATS, ClipFormat, Settings
from styler.video.checkpoint import CheckpointingWriter, CheckpointReader
from styler.video.reader import ClipReader, Frame
from styler.video.writer import ClipWriter, Encoding

_STEADY = 3.0  # of 255: by so much a frame's light may differ from that of the styles


def paint_clip(
    clip: ClipReader,
    style: bytes | Sequence[bytes],
    settings: Settings,
    out: Path | io.BytesIO,
    checkpoint: bytes = b"",
    safe: bool = False,
) -> Generator[Progress | Preview | ClipCheckpoint, None, None]:
    """Paint `clip` in the manner of one or several pictures, as `paint` does a photo, and write it to `out`.

    Yields a `Progress` after each L-BFGS step, which counts the frames, and a `Preview` of the first painted one. One
    frame at a time is in memory. `out` is complete when the generator ends.

    With `safe` and for an MP4, it also yields a `ClipCheckpoint` every few seconds. After a crash, the newest one is
    given as `checkpoint`: its frames are not painted again. A checkpoint of another clip or size is ignored.

    GIF and WebM stay transparent; in an MP4, transparent places are painted, too. Raises as `paint` does.
    """
    _check(settings)
    settings = without_upscaling(clip.first, settings)
    style_images = [style_pixels(each, settings) for each in styles_of(style, settings)]
    painter = _FramePainter(clip, style_images, settings, CheckpointReader(checkpoint))
    size, format = _size(content_pixels(clip.first, settings), clip.first, settings), cast(ClipFormat, settings.format)
    with (
        clip.reading() as reading,
        ClipWriter(out, Encoding(format, size), clip, reading.sound) as recording,
        CheckpointingWriter(recording, clip, safe and format == "mp4") as recordings,
    ):
        for item in reading.items:
            if isinstance(item, Frame):
                painted = yield from painter.paint(item)
                yield from recordings.add(painted, item.pts, item.duration)
            else:
                recordings.add_sound(item)


def paint_clip_bytes(
    content: bytes, style: bytes | Sequence[bytes], settings: Settings, checkpoint: bytes = b""
) -> Generator[Event, None, None]:
    """`paint_clip` with `safe`, from bytes to bytes: the last event is a `Result`, as `paint` has it for photos."""
    clip, out, loss = ClipReader(io.BytesIO(content), settings.max_seconds, settings.most_fps), io.BytesIO(), math.nan
    for event in paint_clip(clip, style, settings, out, checkpoint, safe=True):
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


class FrameStyles:
    """The style images as the engine takes them; where a clip's colours are kept, in the light of its frames."""

    def __init__(self, style_images: Sequence[Pixels], follow: bool) -> None:
        self.style_images, self.follow = style_images, follow
        self.light: tuple[float, float] | None = None
        self.tensors = [to_tensor(image) for image in style_images]

    def for_content(self, content: Pixels) -> list[Tensor]:
        """For a frame's luminance (H, W, 3). They stay the same as long as its light does, so that nothing flickers."""
        light = float(content.mean()), float(content.std())
        if self.follow and (self.light is None or math.dist(light, self.light) > _STEADY):
            self.light = light
            self.tensors = [to_tensor(matched_luminance(image, content)) for image in self.style_images]
        return self.tensors


class _FramePainter:
    """Paints frame after frame, except those that a checkpoint has already, and knows how far it is."""

    def __init__(
        self, clip: ClipReader, style_images: Sequence[Pixels], settings: Settings, before: CheckpointReader
    ) -> None:
        self.styles = FrameStyles(style_images, settings.keep_colors)
        self.temporal = TemporalPainter(self.styles.tensors, settings)
        self.settings, self.frames, self.number, self.eta = settings, clip.frames, 0, EtaEstimator()
        self.time_base, self.before = clip.time_base, before

    def paint(self, frame: Frame) -> Generator[Progress | Preview, None, StillImage]:
        content_image = content_pixels(frame.picture, self.settings)
        self.number += 1
        if before := self.before.take(frame.pts * self.time_base, _size(content_image, frame.picture, self.settings)):
            self._keep(before.pixels, content_image)
            return before
        content = luminance(content_image) if self.settings.keep_colors else content_image
        self.temporal.styles = self.styles.for_content(content)
        with closing(
            self.temporal.paint(content_image, to_tensor(content), faces_of(content_image, self.settings))
        ) as steps:
            for step in steps:
                yield self._progress(step.share, step.loss)
        painted = to_pixels(self.temporal.last, content_image, self.settings)
        if self.number == 1:
            yield preview_of(painted, content_image)
        return _finished(painted, frame.picture, self.settings)

    def _keep(self, painted: Pixels, content_image: Pixels) -> None:
        """Go on after a frame that is painted already."""
        painted = resize(painted, content_image.shape[1], content_image.shape[0])
        content, painting = (
            luminance(each) if self.settings.keep_colors else each for each in (content_image, painted)
        )
        self.temporal.keep(content_image, to_tensor(content), to_tensor(painting))
        self.eta = EtaEstimator(self._done(1.0))

    def _progress(self, share: float, loss: float) -> Progress:
        done = self._done(share)
        return Progress(self.number, max(self.frames, self.number), loss, done, self.eta.seconds_left(done))

    def _done(self, share: float) -> float:
        """The share of the clip that is done, with this share of a frame; the first takes as long as several others."""
        first, frames = 1 / STEP_SHARE, max(self.frames, self.number)
        done = share * first if self.number == 1 else first + self.number - 2 + share
        return done / (first + frames - 1)


def _size(content_image: Pixels, photo: StillImage, settings: Settings) -> tuple[int, int]:
    """Of a painted frame, (height, width)."""
    return (photo.height, photo.width) if settings.rescale else (content_image.shape[0], content_image.shape[1])


def _finished(painted: Pixels, photo: StillImage, settings: Settings) -> StillImage:
    """A painted frame at its final size, as transparent as the photo."""
    height, width = _size(painted, photo, settings)
    painted = resize(painted, width, height)
    return StillImage(painted, None if photo.alpha is None else resize(photo.alpha, width, height), width, height)
