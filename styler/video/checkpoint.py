"""Checkpoints of a clip that is being painted: an MP4 of the frames that are done, and a reader to go on from it."""

from __future__ import annotations

import contextlib
import io
import math
import time
from collections.abc import Iterator
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

import av
import numpy as np

from styler.events import BadImage, ClipCheckpoint
from styler.image.codec import StillImage
from styler.video.reader import ClipReader, Frame
from styler.video.source import Sound
from styler.video.writer import GROWING, ClipWriter, Encoding, create

SECONDS = 4.0  # between two checkpoints, at least: so much painting a crash may cost


class CheckpointingWriter:
    """Writes frames and sound to a recording, and if `safe` also to a growing copy: checkpoints are remuxed from it."""

    def __init__(self, recording: ClipWriter, clip: ClipReader, safe: bool) -> None:
        self.recording, self.file, self.given_at = recording, io.BytesIO(), time.monotonic()
        self.frames = self.seen = 0
        size, sound = (recording.height, recording.width), recording.sound.stream if recording.sound else None
        self.copy = ClipWriter(self.file, Encoding("mp4", size, growing=True), clip, sound) if safe else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.copy:
            self.copy.__exit__(kind, error, trace)

    def add(self, picture: StillImage, pts: int, duration: int) -> Iterator[ClipCheckpoint]:
        """Yields the clip so far as an MP4 every few seconds, from its second frame on: one frame is no clip."""
        self.recording.add(picture, pts, duration)
        if self.copy:
            self.copy.add(picture, pts, duration)
            self.frames += 1
            if self.frames > 1 and time.monotonic() - self.given_at >= SECONDS:
                yield from self._checkpoint()

    def _checkpoint(self) -> Iterator[ClipCheckpoint]:
        image, frames = remux(self.file.getvalue())
        if frames > max(self.seen, 1):
            self.seen, self.given_at = frames, time.monotonic()
            yield ClipCheckpoint(image, self.recording.width, self.recording.height, frames)

    def add_sound(self, sound: Sound) -> None:
        """An encoder's first packet, which is silence, may come before time 0, which the copy's container forbids."""
        recorded = self.recording.add_sound(sound)
        for packet in recorded if self.copy else []:
            if self.copy and packet.pts is not None and packet.pts >= 0:
                self.copy.add_sound(packet)


def remux(growing: bytes) -> tuple[bytes, int]:
    """A growing recording as an MP4 like any other, and its number of frames. Its sound ends with its pictures."""
    out = io.BytesIO()
    with av.open(io.BytesIO(growing), "r", GROWING) as source, create(out, "mp4") as container:
        streams = [container.add_stream_from_template(stream) for stream in source.streams]
        packets = [packet for packet in source.demux() if packet.size]
        shown = [_seconds(packet) for packet in packets if packet.stream.type == "video"]
        end = max(shown, default=Fraction(0)) + 1 / (source.streams.video[0].average_rate or Fraction(25))
        for packet in packets:
            if _seconds(packet) < end:
                packet.stream = streams[packet.stream.index]
                container.mux(packet)
    return out.getvalue(), len(shown)


def _seconds(packet: av.Packet[Any]) -> Fraction:
    return (packet.pts or 0) * packet.time_base


class CheckpointReader:
    """The frames of a checkpoint, one after the other, as long as they are those of the clip that is painted."""

    def __init__(self, checkpoint: bytes) -> None:
        self._frames = _frames(checkpoint)

    def take(self, at: Fraction, size: tuple[int, int]) -> StillImage | None:
        """The next one, if it is shown at that time, in seconds, and is of that size, (height, width)."""
        found, shown = next(self._frames, (None, at))
        # In an MP4 an edge is even: a row and a column may be missing.
        missing = (0, 0) if found is None else (size[0] - found.height, size[1] - found.width)
        if found is None or abs(shown - at) > Fraction(1, 1000) or not all(0 <= edge <= 1 for edge in missing):
            return None
        pixels = np.pad(found.pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), "edge")
        return StillImage(pixels, None, size[1], size[0])


def _frames(checkpoint: bytes) -> Iterator[tuple[StillImage, Fraction]]:
    """The frames of a checkpoint, each with its time in seconds. Unreadable ones are left out, and painted again."""
    with contextlib.suppress(BadImage, av.FFmpegError):
        clip = ClipReader(io.BytesIO(checkpoint), math.inf)
        with clip.reading() as reading:
            for item in reading.items:
                if isinstance(item, Frame):
                    yield item.picture, item.pts * clip.time_base
