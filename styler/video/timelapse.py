"""Timelapses: how a photo became a painting, as a clip."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from styler.events import Timelapse
from styler.image.codec import Pixels, StillImage, resize, scaled
from styler.image.detail import enlarged_with_detail
from styler.video.frame_colors import EXACT
from styler.video.source import FOREVER
from styler.video.writer import ClipWriter, Encoding

FPS = 25
MOVING_FRAMES = 5 * FPS
STILL_FRAMES = FPS  # the finished painting, at the end
MAX_EDGE = 720  # pixels
MOST_PICTURES = 2 * MOVING_FRAMES  # that are kept: 400 MB at most
# The last second, which the eye rests on, is encoded finely: what is lost then is lost by colours at half the size.
_FINE_STILL = {"x264-params": f"zones={MOVING_FRAMES},{MOVING_FRAMES + STILL_FRAMES - 1},q=8"}
_COMPARED_EDGE = 96  # pixels: how much two pictures differ is measured on small ones


class _TimelapseTraits(NamedTuple):
    """Implements `styler.video.writer.ClipTraits`."""

    first: StillImage
    rate: Fraction = Fraction(FPS)
    time_base: Fraction = Fraction(1, FPS)
    plays: int = FOREVER


class TimelapseRecorder:
    """Collects the pictures of a painting in progress, and makes a clip of them: five seconds, and one of the painting.

    Optimisation changes much at first and little at the end. So the frames are spaced by how much the picture changes,
    not by steps, and a frame between two pictures is a mixture of both: the eye sees an even change.

    The pictures of the pyramid's small levels lack the detail of the large ones, and adding it all at once would be a
    jump. If the painting starts from the photo, each picture is shown with the photo's detail beyond its own size, as
    `styler.engine.pyramid` adds it between two levels: then the next level begins with what was shown.
    """

    def __init__(self, photo: Pixels, starts_from_photo: bool) -> None:
        """`photo` (h, w, 3) is the content image at the painting's size."""
        height, width = photo.shape[:2]
        self.width, self.height = scaled(width, height, min(1.0, MAX_EDGE / max(width, height)))
        self._detailed = resize(photo, self.width, self.height) if starts_from_photo else None
        self._pictures = [] if self._detailed is None else [self._detailed]
        self._changes: list[float] = []  # from each picture to the next

    def add(self, picture: Pixels) -> None:
        """Add the picture after a step, (h, w, 3) uint8 of any size with the photo's aspect ratio."""
        larger = picture.shape[1] > self.width
        self._append(self._fitted(picture) if larger else np.array(picture))
        if len(self._pictures) > MOST_PICTURES:
            self._thin_out()

    def _append(self, picture: Pixels) -> None:
        if self._pictures:
            self._changes.append(_difference(self._pictures[-1], picture))
        self._pictures.append(picture)

    def _thin_out(self) -> None:
        """Let go of the picture that is nearest to its two neighbours."""
        number = 1 + int(np.argmin(np.add(self._changes[:-1], self._changes[1:])))
        del self._pictures[number]
        self._changes[number - 1 : number + 1] = [_difference(*self._pictures[number - 1 : number + 1])]

    def finish(self, painting: Pixels) -> Timelapse:
        """The timelapse, whose last second is `painting` (h, w, 3). The pictures are let go."""
        self._append(_precompensated(self._fitted(painting)))
        file = io.BytesIO()
        encoding = Encoding("mp4", (self.height, self.width), options=_FINE_STILL)
        with ClipWriter(file, encoding, _TimelapseTraits(self._still(painting))) as clip:
            for number, frame in enumerate(self._frames()):
                clip.add(self._still(frame), number, 1)
        self._pictures, self._changes = [], []
        return Timelapse(file.getvalue(), clip.width, clip.height)

    def _still(self, frame: Pixels) -> StillImage:
        return StillImage(frame, None, self.width, self.height)

    def _frames(self) -> Iterator[Pixels]:
        pictures, changes = self._pictures, np.cumsum([0.0, *self._changes])
        shown: dict[int, Pixels] = {}
        for amount in np.linspace(0.0, changes[-1], MOVING_FRAMES):
            after = min(int(np.searchsorted(changes, amount)), len(pictures) - 1)
            before = max(after - 1, 0)
            shown = {i: shown[i] if i in shown else self._shown(pictures[i]) for i in {before, after}}
            gap = changes[after] - changes[before]
            share = np.float32((amount - changes[before]) / gap if gap > 0 else 1.0)
            mixture = (1 - share) * shown[before] + share * shown[after]
            yield mixture.round().astype(np.uint8)
        yield from [pictures[-1]] * STILL_FRAMES

    def _shown(self, picture: Pixels) -> Pixels:
        """The picture at the timelapse's size."""
        return self._fitted(picture) if self._detailed is None else enlarged_with_detail(picture, self._detailed)

    def _fitted(self, picture: Pixels) -> Pixels:
        return resize(picture, self.width, self.height)


def _precompensated(painting: Pixels) -> Pixels:
    """The painting, with what a timelapse's colours take from it added beforehand.

    Colours at half the size blur it; and FFmpeg by default converts them without rounding, which makes all of it 1
    darker, where most players round. What is added lies between the two. (Half the size alone costs a picture of 256
    pixels more than 2 of 255; finer quantisers would not help.)
    """
    scaler = VideoReformatter()
    stored = scaler.reformat(VideoFrame.from_ndarray(painting, "rgb24"), format="yuv420p", interpolation=EXACT)
    rounded = scaler.reformat(stored, format="rgb24", interpolation=EXACT).to_ndarray()
    seen = (stored.to_ndarray(format="rgb24").astype(np.float32) + rounded) / 2
    return (painting + (painting - seen)).round().clip(0, 255).astype(np.uint8)


def _difference(one: Pixels, other: Pixels) -> float:
    """The mean absolute difference of two pictures, in 0..255, as far as small copies show it."""
    height, width = other.shape[:2]
    size = scaled(width, height, min(1.0, _COMPARED_EDGE / max(width, height)))
    return float(np.abs(resize(one, *size).astype(np.int16) - resize(other, *size)).mean())
