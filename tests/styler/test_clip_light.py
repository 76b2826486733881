"""The painting follows the clip: fades, dissolves, and the light of each frame where its colours are kept."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from styler.engine.temporal import TemporalPainter
from styler.image.codec import decode
from styler.paint_clip import FrameStyles, paint_clip
from styler.settings import Settings
from styler.video.reader import ClipReader, Frame
from tests.support import clips
from tests.support.shallow import SHALLOW

STYLE = (Path(__file__).parent.parent.parent / "styler/gallery/great-wave.jpg").read_bytes()
CAT = (Path(__file__).parent.parent / "photos/chelsea.jpg").read_bytes()
# What is painted afresh, and in which light, is decided without the network.
SETTINGS = Settings(size=96, steps=20, device="cpu", faces=1.0, format="mp4", **SHALLOW)
RAMP = (0, 0.05, 0.2, 0.4, 0.6, 0.8, 1, 1)


def shots() -> list[np.ndarray]:
    return [clips.frame(number, speed=1).astype(np.float32) for number in range(len(RAMP))]


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float()


def last_painting(frames: list[np.ndarray]) -> np.ndarray:
    """(H, W) grey."""
    painter = TemporalPainter([tensor(decode(STYLE, size=96).pixels)], SETTINGS)
    for frame in frames:
        pixels = frame.round().clip(0, 255).astype(np.uint8)
        list(painter.paint(pixels, tensor(pixels)))
    return painter.last.mean(0).numpy()


def likeness(painting: np.ndarray) -> float:
    """The correlation with the last frame."""
    return float(np.corrcoef(painting.ravel(), shots()[-1].mean(2).ravel())[0, 1])


@pytest.fixture(scope="module")
def without_a_fade() -> float:
    return likeness(last_painting(shots()))


@pytest.mark.parametrize("ground", [0.0, "another picture"])
def test_what_comes_by_a_fade_is_painted_as_if_it_had_been_there(ground: float | str, without_a_fade: float) -> None:
    other = (
        clips.frame(40)[::-1, ::-1].astype(np.float32) if isinstance(ground, str) else np.float32(float(str(ground)))
    )
    faded = [share * shot + (1 - share) * other for share, shot in zip(RAMP, shots(), strict=True)]
    assert likeness(last_painting(faded)) > 0.9 * without_a_fade


def cat() -> np.ndarray:
    return decode(CAT, size=128).pixels[:72, 8:104].astype(np.float32)


def steps_of(painter: TemporalPainter, frame: np.ndarray) -> int:
    pixels = frame.round().astype(np.uint8)
    return sum(1 for _ in painter.paint(pixels, tensor(pixels)))


def test_a_frame_begins_anew_when_a_fade_shows_what_could_not_be_seen() -> None:
    """What a painting with forms of its own, as the terrace's awning, put into the black would else stay for good."""
    painter = TemporalPainter([tensor(decode(STYLE, size=96).pixels)], replace(SETTINGS, steps=10))
    black = steps_of(painter, 0 * cat())
    for light in (0.06, 0.12, 0.18, 0.26, 0.36, 0.46):
        assert steps_of(painter, light * cat()) < black, "it goes on with what there is"
    assert steps_of(painter, 0.66 * cat()) == black, "though half of it is known"
    assert len(painter.seen) == 1, "what came before is forgotten"
    assert steps_of(painter, 0.7 * cat()) < black


def fading_clip() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        video = container.add_stream("libx264", 10, {"crf": "4"}, width=96, height=64, pix_fmt="yuv420p")
        for number, (share, shot) in enumerate(zip(RAMP, shots(), strict=True)):
            frame = av.VideoFrame.from_ndarray((share * shot).round().astype(np.uint8), "rgb24")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return file.getvalue()


def read(data: bytes) -> list[np.ndarray]:
    with ClipReader(io.BytesIO(data), 10).reading() as reading:
        return [item.picture.pixels.astype(np.float32) for item in reading.items if isinstance(item, Frame)]


def test_kept_colours_have_each_frame_s_light() -> None:
    source, out = fading_clip(), io.BytesIO()
    list(paint_clip(ClipReader(io.BytesIO(source), 10), STYLE, replace(SETTINGS, keep_colors=True), out))
    painted, clip = read(out.getvalue()), read(source)
    assert [ours.mean() for ours in painted] == pytest.approx([theirs.mean() for theirs in clip], abs=20)
    assert painted[0].mean() < 6, "black is black"
    assert painted[-1].mean() > 0.85 * clip[-1].mean()


def test_where_the_light_is_steady_kept_colours_do_not_flicker() -> None:
    styles = FrameStyles([decode(STYLE, size=96).pixels], follow=True)
    first = styles.for_content(clips.frame(0))
    assert all(styles.for_content(clips.frame(number, speed=1)) is first for number in range(1, 5))
