"""A clip becomes a painted clip: formats, sound, what is held from frame to frame, and memory."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
import torch
from PIL import Image

from styler.engine import temporal
from styler.engine.temporal import TemporalPainter, warp_previous
from styler.events import ClipCheckpoint, Event, Preview, Progress, Result
from styler.image.codec import decode
from styler.paint_clip import paint_clip, paint_clip_bytes
from styler.settings import ClipFormat, Settings
from styler.video import checkpoint as checkpoint_module
from styler.video.checkpoint import CheckpointingWriter, remux
from styler.video.light import grey
from styler.video.reader import ClipReader, Frame
from styler.video.writer import ClipWriter, Encoding
from tests.support import clips
from tests.support.shallow import SHALLOW, THREE_LAYERS

STYLE = (Path(__file__).parent.parent.parent / "styler/gallery/great-wave.jpg").read_bytes()
# What is held from frame to frame, and the containers, know nothing of layers.
QUICK = Settings(size=48, steps=5, device="cpu", faces=1.0, format="mp4", **SHALLOW)


def painted(data: bytes, format: ClipFormat, settings: Settings = QUICK) -> tuple[bytes, list[Event]]:
    out = io.BytesIO()
    clip = ClipReader(io.BytesIO(data), settings.max_seconds, settings.fps)
    events = list(paint_clip(clip, STYLE, replace(settings, format=format), out))
    return out.getvalue(), events


def frames(data: bytes) -> list[Frame]:
    with ClipReader(io.BytesIO(data), 100).reading() as reading:
        return [item for item in reading.items if isinstance(item, Frame)]


@pytest.mark.parametrize("source", ["mp4", "webm"])
@pytest.mark.parametrize("format", ["mp4", "webm", "gif"])
def test_a_painted_clip_has_the_clip_s_shape_rate_and_length(source: str, format: ClipFormat) -> None:
    data, _ = painted(clips.clip(source, frames=4, rate=Fraction(25, 2)), format)
    clip = ClipReader(io.BytesIO(data), 10)
    assert (clip.first.width, clip.first.height) == (48, 32)
    assert clip.frames == 4
    times = [float(frame.pts * clip.time_base) for frame in frames(data)]
    assert times == pytest.approx([0, 0.08, 0.16, 0.24], abs=0.006)
    assert float(clip.rate) == pytest.approx(12.5, rel=0.01)


def test_a_gif_stays_transparent_where_it_was() -> None:
    source = clips.gif()
    before, after = frames(source), frames(painted(source, "gif")[0])
    assert len(after) == len(before)
    for ours, theirs in zip(after, before, strict=True):
        assert np.array_equal(ours.picture.alpha, theirs.picture.alpha)


@pytest.mark.parametrize("blank", [0, 1])
def test_a_gif_may_blink(blank: int) -> None:
    data, _ = painted(clips.gif(blank=blank), "gif")
    assert [frame.picture.alpha.any() for frame in frames(data)] == [number != blank for number in range(3)]


def test_what_was_transparent_is_painted_in_a_video() -> None:
    first = frames(painted(clips.gif(), "mp4")[0])[0].picture
    assert first.alpha is None
    assert first.pixels[:8].mean() > 40, "with the colours around it"


def test_an_odd_size_is_made_even_for_a_video_and_kept_for_a_gif() -> None:
    source = clips.clip(size=(96, 66))  # 48x33
    assert frames(painted(source, "mp4")[0])[0].picture.pixels.shape == (32, 48, 3)
    assert frames(painted(source, "gif")[0])[0].picture.pixels.shape == (33, 48, 3)


def test_a_rotated_clip_comes_out_upright() -> None:
    data, _ = painted(clips.clip(rotation=-90), "mp4")
    with av.open(io.BytesIO(data)) as container:
        first = next(container.decode(video=0))
        assert (first.width, first.height, first.rotation) == (32, 48, 0)


def sound(data: bytes) -> tuple[str, list[bytes], float]:
    """The codec, the packets, and the length in seconds."""
    with av.open(io.BytesIO(data)) as container:
        track = container.streams.audio[0]
        packets = [packet for packet in container.demux(track) if packet.size]
        end = max((packet.pts + packet.duration) * packet.time_base for packet in packets)
        return track.codec.name, [bytes(packet) for packet in packets], float(end)


@pytest.mark.parametrize(("source", "codec"), [("mp4", "aac"), ("webm", "libopus")])
def test_sound_is_copied_to_where_it_plays(source: str, codec: str) -> None:
    clip = clips.clip(source, frames=5, sound=codec)
    assert sound(painted(clip, source)[0])[:2] == sound(clip)[:2]


@pytest.mark.parametrize(("source", "codec", "format", "becomes"), [
    ("webm", "libopus", "mp4", "aac"), ("mp4", "aac", "webm", "opus"), ("mov", "pcm_s16le", "mp4", "aac"),
    ("mp4", "mp3", "mp4", "aac"),
])  # fmt: skip
def test_other_sound_is_encoded_anew(source: str, codec: str, format: ClipFormat, becomes: str) -> None:
    name, _, seconds = sound(painted(clips.clip(source, frames=5, sound=codec), format)[0])
    assert name == becomes
    assert seconds == pytest.approx(0.5, abs=0.05)


def test_a_damaged_piece_of_sound_takes_nothing_from_the_others() -> None:
    source = clips.clip(frames=5, sound="aac")
    piece = sound(source)[1][5]
    name, _, seconds = sound(painted(source.replace(piece, b"U" * len(piece)), "webm")[0])
    assert name == "opus"
    assert seconds == pytest.approx(0.5, abs=0.05)


def test_pieces_of_sound_at_the_same_time_end_no_painting() -> None:
    source = bytearray(clips.clip(frames=3, sound="aac"))
    steps = source.rindex(b"stts") + 16  # from one piece to the next
    source[steps : steps + 4] = bytes(4)
    name, pieces, _ = sound(painted(bytes(source), "mp4")[0])
    assert name == "aac"
    assert len(pieces) < len(sound(bytes(source))[1])


def test_a_damaged_piece_of_a_camera_s_sound_takes_nothing_from_the_others() -> None:
    """A transport stream's AAC, whose pieces FFmpeg looks at as it copies them."""
    source = clips.clip("mpegts", frames=5, sound="aac")
    piece = sound(source)[1][10][:8]
    name, pieces, _ = sound(painted(source.replace(piece, b"U" + piece[1:]), "mp4")[0])
    assert name == "aac"
    assert len(pieces) == len(sound(source)[1]) - 1


def test_a_camera_s_track_of_sound_without_any_is_left_out() -> None:
    source, heard = clips.clip("mpegts", frames=5, sound="aac"), 0x101  # the number of that track's packets
    packets = [source[at : at + 188] for at in range(0, len(source), 188)]
    silent = b"".join(packet for packet in packets if int.from_bytes(packet[1:3]) & 0x1FFF != heard)
    assert len(frames(painted(silent, "mp4")[0])) == 5


def test_sound_that_changes_its_kind_on_the_way_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on television, and where recordings were joined."""
    first = clips.clip("mpegts", frames=5, sound="mp3")
    monkeypatch.setattr(clips, "SAMPLES", 44_100)
    name, _, seconds = sound(painted(first + clips.clip("mpegts", frames=5, sound="mp3"), "mp4")[0])
    assert name == "aac"
    assert seconds == pytest.approx(1, abs=0.1)


def test_a_gif_is_silent() -> None:
    with av.open(io.BytesIO(painted(clips.clip(frames=3, sound="aac"), "gif")[0])) as container:
        assert not container.streams.audio


WILD: dict[str, tuple[dict[str, Any], int]] = {
    "an odd size": ({"size": (321, 179), "colors": "yuv444p"}, 4),
    "odd times": ({"frames": 6, "times": (0, 130, 250, 480, 900, 2000)}, 6),
    "HEVC with ten bits": ({"format": "mov", "codec": "libx265", "colors": "yuv420p10le", "sound": "aac"}, 4),
    "HEVC, upright": ({"format": "mov", "codec": "libx265", "rotation": -90}, 4),
    "an old camera": ({"format": "avi", "codec": "mpeg4", "frames": 10, "sound": "mp3"}, 10),
    "motion JPEG": ({"format": "mov", "codec": "mjpeg", "colors": "yuvj420p"}, 4),
    "sound without an end": ({"sound": "aac", "heard": Fraction(3)}, 4),
    "sound that ends": ({"frames": 8, "sound": "mp3", "heard": Fraction(1, 4)}, 8),
    "sixty frames a second": ({"frames": 60, "rate": 60, "sound": "aac"}, 10),
}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("name", WILD)
def test_clips_as_people_have_them(name: str) -> None:
    chosen, count = WILD[name]
    source, settings = clips.clip(**chosen), replace(QUICK, steps=2, fps=10.0)
    events = painted_safely(source, settings)
    result, seen = events[-1], [event for event in events if isinstance(event, ClipCheckpoint)]
    assert isinstance(result, Result)
    shown, times = times_of(result.image), times_of(source, fps=10)
    assert len(shown) == len(times) == count
    assert shown == pytest.approx(times, abs=0.01)
    with av.open(io.BytesIO(result.image)) as container:
        assert container.duration is not None
        assert container.duration / av.time_base > times[-1], "it does not end before its last frame is shown"
    assert seen[-1].frames >= count - 1
    assert painted_frames(painted_safely(source, settings, seen[-1].image)) <= {count}


def times_of(data: bytes, fps: float = 0) -> list[float]:
    clip = ClipReader(io.BytesIO(data), 10, fps)
    with clip.reading() as reading:
        return [float(item.pts * clip.time_base) for item in reading.items if isinstance(item, Frame)]


def test_only_so_many_seconds_and_frames_a_second_are_painted() -> None:
    source = clips.clip(frames=30, rate=10, sound="aac")
    settings = replace(QUICK, max_seconds=1.0, fps=4)
    data, events = painted(source, "mp4", settings)
    assert len(frames(data)) == 4
    assert sound(data)[2] == pytest.approx(1.0, abs=0.05)
    assert {event.steps for event in events if isinstance(event, Progress)} == {4}


@pytest.mark.parametrize("times", [None, [0, 4, 8, 300, 304, 400]])
def test_a_gif_has_no_more_frames_than_it_can_be_played_with(times: list[int] | None) -> None:
    source = clips.clip("matroska", frames=6, rate=120, times=times, codec="mpeg4")
    *_, result = paint_clip_bytes(source, STYLE, replace(QUICK, format="gif"))
    shown = [frame.pts for frame in frames(result.image)]  # in hundredths of a second
    assert shown == ([0, 2, 4] if times is None else [0, 30, 40])


def test_a_painted_clip_may_be_narrower_than_one_that_can_be_painted() -> None:
    *_, result = paint_clip_bytes(clips.clip(frames=2, size=(160, 16)), STYLE, QUICK)
    assert (result.width, result.height) == (48, 4)


@pytest.mark.parametrize("format", ["mp4", "webm"])
def test_a_painted_video_tells_by_which_matrix_its_colours_are_stored(format: ClipFormat) -> None:
    data, _ = painted(clips.clip(frames=2), format)
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.video[0].codec_context.colorspace == 5, "BT.601, as its pixels are"


def test_progress_counts_frames_and_the_first_one_is_shown() -> None:
    _, events = painted(clips.clip(frames=3), "mp4")
    progress = [event for event in events if isinstance(event, Progress)]
    assert [event.step for event in progress] == sorted(event.step for event in progress)
    assert {event.step for event in progress} == {1, 2, 3}
    shares = [event.share for event in progress]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    (preview,) = (event for event in events if isinstance(event, Preview))
    before_it = events[: events.index(preview)]
    assert {event.step for event in before_it} == {1}
    assert decode(preview.image).pixels.shape == (32, 48, 3)


def test_an_mp4_plays_before_all_of_it_is_there(tmp_path: Path) -> None:
    data, _ = painted(clips.clip(), "mp4")
    assert data.index(b"moov") < data.index(b"mdat")
    list(paint_clip(ClipReader(io.BytesIO(clips.clip()), 10), STYLE, QUICK, tmp_path / "out"))
    data = (tmp_path / "out").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_clip_s_own_colours_are_kept() -> None:
    settings = replace(QUICK, keep_colors=True)
    source = clips.clip(frames=3)
    for ours, theirs in zip(frames(painted(source, "mp4", settings)[0]), frames(source), strict=True):
        colours = [Image.fromarray(each.picture.pixels).resize((12, 8)).convert("YCbCr") for each in (ours, theirs)]
        ours_cb, theirs_cb = (np.asarray(each, float)[..., 1] for each in colours)
        assert np.abs(ours_cb - theirs_cb).mean() < 4


def test_memory_does_not_grow_with_the_clip_s_length() -> None:
    """40 frames of 0.9 MB, and as many of their paintings."""
    settings = replace(QUICK, size=32, steps=1, rescale=True, format="webm")
    clip, process = ClipReader(io.BytesIO(clips.clip(frames=40, size=(640, 480))), 100), psutil.Process()
    events = paint_clip(clip, STYLE, settings, io.BytesIO())
    seen = [process.memory_info().rss for event in events if isinstance(event, Progress)]
    assert max(seen[20:]) - max(seen[:20]) < 22e6


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint after each frame."""
    monkeypatch.setattr(checkpoint_module, "SECONDS", 0.0)


def painted_safely(source: bytes, settings: Settings = QUICK, before: bytes = b"") -> list[Event]:
    return list(paint_clip_bytes(source, STYLE, settings, before))


def checkpoint_of(events: list[Event], frames: int) -> bytes:
    return next(event.image for event in events if isinstance(event, ClipCheckpoint) and event.frames == frames)


def painted_frames(events: list[Event]) -> set[int]:
    """The numbers of those that were painted, and not taken as they were."""
    return {event.step for event in events if isinstance(event, Progress)}


def difference(ours: bytes, theirs: bytes) -> list[float]:
    pairs = zip(frames(ours), frames(theirs), strict=True)
    return [float(np.abs(a.picture.pixels.astype(float) - b.picture.pixels).mean()) for a, b in pairs]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("track", [None, "aac", "libopus"])
def test_the_clip_so_far_is_a_whole_clip(track: str | None) -> None:
    events = painted_safely(clips.clip("webm" if track == "libopus" else "mp4", frames=6, sound=track))
    seen = [event for event in events if isinstance(event, ClipCheckpoint)]
    assert len(seen) >= 3
    for event in seen:
        shown = frames(event.image)
        assert len(shown) == event.frames
        clip = ClipReader(io.BytesIO(event.image), 10)
        assert [float(frame.pts * clip.time_base) for frame in shown] == pytest.approx(np.arange(len(shown)) / 10)
        assert (event.width, event.height) == (clip.first.width, clip.first.height) == (48, 32)
        assert event.image.index(b"moov") < event.image.index(b"mdat")
    assert isinstance(events[-1], Result)
    assert events[-1].loss == [event.loss for event in events if isinstance(event, Progress)][-1]
    whole, last = frames(events[-1].image)[: seen[-1].frames], frames(seen[-1].image)
    for ours, theirs in zip(last, whole, strict=True):
        assert np.abs(ours.picture.pixels.astype(float) - theirs.picture.pixels).mean() < 4
    if track:
        name, _, seconds = sound(seen[-1].image)
        assert name == "aac"
        assert seconds == pytest.approx(seen[-1].frames / 10, abs=0.05)


def test_the_sound_of_the_clip_so_far_ends_with_its_pictures() -> None:
    """In a file it may lie ahead of them."""
    clip = ClipReader(io.BytesIO(clips.clip(frames=20, sound="aac")), 10)
    with (
        clip.reading() as reading,
        ClipWriter(io.BytesIO(), Encoding("mp4", (64, 96)), clip, reading.sound) as recording,
    ):
        safe = CheckpointingWriter(recording, clip, safe=True)
        items = list(reading.items)
        for item in items:
            if not isinstance(item, Frame):
                safe.add_sound(item)
        for item in [item for item in items if isinstance(item, Frame)][:5]:
            list(safe.add(item.picture, item.pts, item.duration))
        image, count = remux(safe.file.getvalue())
    assert sound(image)[2] == pytest.approx(count / 10, abs=0.05)


def test_the_clip_so_far_comes_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint_module, "SECONDS", 1e6)
    assert not [event for event in painted_safely(clips.clip(frames=4)) if isinstance(event, ClipCheckpoint)]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("settings", [QUICK, replace(QUICK, keep_colors=True), replace(QUICK, rescale=True, size=64)])
def test_who_begins_again_goes_on_after_the_checkpoint(settings: Settings) -> None:
    source = clips.clip(frames=6, size=(98, 66), sound="aac")
    events = painted_safely(source, settings)
    again = painted_safely(source, settings, checkpoint_of(events, 3))
    assert painted_frames(again) == {4, 5, 6}
    assert not any(isinstance(event, Preview) for event in again)
    shares = [event.share for event in again if isinstance(event, Progress)]
    assert 0.6 < shares[0] < shares[-1] == pytest.approx(1)
    assert [event.frames for event in again if isinstance(event, ClipCheckpoint)][-1] > 4
    whole, ours = events[-1], again[-1]
    assert isinstance(whole, Result)
    assert isinstance(ours, Result)
    assert max(difference(ours.image, whole.image)) < 8, "it goes on as if nothing had happened"
    assert sound(ours.image) == sound(whole.image)


@pytest.mark.usefixtures("at_once")
def test_a_checkpoint_of_all_frames_is_painted_already() -> None:
    source = clips.clip(frames=3)
    whole = painted_safely(source)[-1]
    assert isinstance(whole, Result)
    again = painted_safely(source, QUICK, whole.image)
    assert painted_frames(again) == set()
    assert isinstance(again[-1], Result)
    assert max(difference(again[-1].image, whole.image)) < 4


@pytest.mark.usefixtures("at_once")
def test_a_clip_that_need_not_be_safe_tells_nothing_of_itself_on_the_way() -> None:
    assert {type(event) for event in painted(clips.clip(), "mp4")[1]} == {Progress, Preview}


@pytest.mark.usefixtures("at_once")
def test_a_checkpoint_that_does_not_fit_is_left_aside() -> None:
    source = clips.clip(frames=4)
    fits = checkpoint_of(painted_safely(source), 3)
    assert painted_frames(painted_safely(source, QUICK, fits)) == {4}
    others = {
        "no clip": b"nothing of the kind" * 9,
        "cut off": fits[: len(fits) // 2],
        "one frame": clips.clip(frames=1, size=(48, 32)),
        "another size": clips.clip(frames=3, size=(64, 48)),
        "another rate": clips.clip(frames=3, rate=4, size=(48, 32)),
    }
    for name, other in others.items():
        steps = painted_frames(painted_safely(source, QUICK, other))
        assert {2, 3, 4} <= steps, name
    longer = clips.clip(frames=9, size=(48, 32))
    result = painted_safely(source, QUICK, longer)[-1]
    assert isinstance(result, Result)
    assert len(frames(result.image)) == 4


def test_after_a_cut_in_the_checkpoint_nothing_from_before_it_is_known() -> None:
    painter = TemporalPainter([tensor(clips.frame(9))], replace(QUICK, size=96, steps=20))
    before, after = clips.frame(0), 255 - clips.frame(0)[::-1]
    for frame in (before, clips.frame(1), after):
        painter.keep(frame, tensor(frame), tensor(frame))
    assert len(painter.seen) == 1
    assert len(list(painter.paint(after, tensor(after)))) == 4


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float()


def steps_of(frames: list[np.ndarray]) -> list[int]:
    """How many steps each frame took."""
    painter = TemporalPainter([tensor(clips.frame(9))], replace(QUICK, size=96, steps=20))
    return [len(list(painter.paint(each, tensor(each)))) for each in frames]


def test_a_frame_goes_on_from_the_one_before_and_a_cut_begins_anew() -> None:
    shots = [clips.frame(0), clips.frame(1), 255 - clips.frame(0)[::-1], 255 - clips.frame(1)[::-1]]
    assert steps_of(shots) == [20, 4, 20, 4]


def test_a_frame_of_which_half_is_new_takes_more_steps() -> None:
    half = clips.frame(0)
    half[:, 48:] = 255 - half[::-1, 48:]
    first, second = steps_of([clips.frame(0), half])
    assert 0.35 * first < second < 0.75 * first


def test_what_was_hidden_for_a_moment_comes_back_as_it_was() -> None:
    ground = clips.frame(0, 160, 96)
    hidden = ground.copy()
    hidden[30:70, 60:100] = clips.frame(30, 40, 40)[::-1]
    paintings = [torch.full((3, 96, 160), 50.0), torch.full((3, 96, 160), 200.0)]
    seen = [  # the latest first
        temporal.PaintedFrame(hidden, tensor(hidden), paintings[1], grey(hidden)),
        temporal.PaintedFrame(ground, tensor(ground), paintings[0], grey(ground)),
    ]
    known = warp_previous(seen, ground, tensor(ground))
    place = (slice(None), slice(40, 60), slice(70, 90))
    assert known.where[place].mean() > 0.9
    assert known.picture[place].mean() < 60, "from the frame before the last"
    assert known.picture[:, :10].mean() == pytest.approx(200, abs=1), "from the last"


def test_paintings_hold_still_where_the_clip_does() -> None:
    """A still ground, but for noise: frames that are painted alone differ more."""
    settings = Settings(size=96, steps=30, device="cpu", **THREE_LAYERS)
    rng = np.random.default_rng(0)
    shots = [(clips.frame(0) + rng.normal(0, 6, (64, 96, 3))).clip(0, 255).astype(np.uint8) for _ in range(3)]
    style = tensor(decode(STYLE, size=96).pixels)

    def flicker(paintings: list[torch.Tensor]) -> float:
        return float(np.mean([(b - a).square().mean().item() for a, b in itertools.pairwise(paintings)]))

    painter, held = TemporalPainter([style], settings), []
    for shot in shots:
        list(painter.paint(shot, tensor(shot)))
        held.append(painter.last)
    alone = [list(TemporalPainter([style], settings).paint(shot, tensor(shot)))[-1].image for shot in shots]
    assert flicker(alone) > 2 * flicker(held)
