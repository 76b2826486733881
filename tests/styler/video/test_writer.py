"""What a written clip keeps of the clip that was read: times, the last frame's own one, loops and transparency."""

from __future__ import annotations

import io

import numpy as np
import pytest

from styler.image.codec import StillImage
from styler.settings import ClipFormat
from styler.video.reader import ClipReader, Frame
from styler.video.writer import ClipWriter, Encoding
from tests.corpus.clips import FOLDER
from tests.support import clips


def frames(clip: ClipReader) -> list[Frame]:
    with clip.reading() as reading:
        return [item for item in reading.items if isinstance(item, Frame)]


def copied(clip: ClipReader, format: ClipFormat) -> ClipReader:
    out = io.BytesIO()
    with ClipWriter(out, Encoding(format, (clip.first.height, clip.first.width)), clip) as writer:
        for frame in frames(clip):
            writer.add(frame.picture, frame.pts, frame.duration)
    return ClipReader(io.BytesIO(out.getvalue()), 100)


@pytest.mark.parametrize("source", ["hold.gif", "hold.webp"])
@pytest.mark.parametrize("format", ["mp4", "webm", "gif"])
def test_the_last_picture_stays_as_long_as_it_did(source: str, format: ClipFormat) -> None:
    clip = copied(ClipReader(FOLDER / source, 10), format)
    last = frames(clip)[-1]
    assert float(last.pts * clip.time_base) == pytest.approx(0.4)
    assert float(last.duration * clip.time_base) == pytest.approx(2)


@pytest.mark.parametrize(("source", "plays"), [("once.gif", 1), ("thrice.gif", 3), ("twice.png", 2), ("hold.gif", 0)])
def test_a_gif_is_shown_as_often_as_what_it_was_made_of(source: str, plays: int) -> None:
    assert copied(ClipReader(FOLDER / source, 10), "gif").plays == plays


@pytest.mark.parametrize("format", ["webm", "gif"])
def test_what_can_be_transparent_stays_so(format: ClipFormat) -> None:
    source = ClipReader(io.BytesIO(clips.gif()), 10)
    for ours, theirs in zip(frames(copied(source, format)), frames(source), strict=True):
        assert ours.picture.alpha is not None
        assert theirs.picture.alpha is not None
        assert np.abs(ours.picture.alpha.astype(int) - theirs.picture.alpha).mean() < 4


@pytest.mark.parametrize("format", ["mp4", "webm"])
@pytest.mark.parametrize("color", [(200, 120, 40), (60, 90, 180), (128, 128, 128), (230, 200, 170)])
def test_no_colour_becomes_darker_by_being_written_and_read(format: ClipFormat, color: tuple[int, int, int]) -> None:
    """Without rounding, FFmpeg darkens by more than 1 of 255 each time that a clip is read."""
    ramp = np.linspace(-30, 25, 96).round()[None, :, None] + np.array(color)
    pixels = np.repeat(ramp.astype(np.uint8), 64, 0)
    picture, out = StillImage(pixels, None, 96, 64), io.BytesIO()
    source = ClipReader(io.BytesIO(clips.clip(frames=3)), 10)
    with ClipWriter(out, Encoding(format, (64, 96)), source) as writer:
        for number in range(3):
            writer.add(picture, number * 1024, 1024)
    for frame in frames(ClipReader(io.BytesIO(out.getvalue()), 10)):
        assert np.abs((frame.picture.pixels.astype(float) - pixels).mean((0, 1))).max() < 0.8
