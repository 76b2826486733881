"""Moving pictures in: what is read of a clip, and what is said of one that cannot be painted."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image

from styler.events import BadImage
from styler.video import container
from styler.video.reader import ClipReader, Frame
from styler.video.source import Packet
from tests.corpus.clips import FOLDER
from tests.support import clips, fakes


def opened(data: bytes, max_seconds: float = 10, fps: float = 0) -> ClipReader:
    return ClipReader(io.BytesIO(data), max_seconds, fps)


def frames(clip: ClipReader) -> list[Frame]:
    with clip.reading() as reading:
        return [item for item in reading.items if isinstance(item, Frame)]


@pytest.mark.parametrize(
    ("format", "codec"), [("mp4", None), ("mov", None), ("webm", None), ("matroska", None), ("avi", "mpeg4")]
)
def test_a_clip_s_frames_come_with_their_times(format: str, codec: str | None) -> None:
    clip = opened(clips.clip(format, frames=4, rate=10, codec=codec))
    assert (clip.frames, clip.rate, clip.longer) == (4, 10, False)
    read = frames(clip)
    assert [float(frame.pts * clip.time_base) for frame in read] == pytest.approx([0, 0.1, 0.2, 0.3])
    for number, frame in enumerate(read):
        difference = np.abs(frame.picture.pixels.astype(float) - clips.frame(number))
        assert difference.mean() < 12, "the frame of that number"


def test_a_tape_s_rate_is_that_of_its_frames() -> None:
    """FFmpeg 8 tells 60000 frames a second of raw DV, and an encoder would be set for as many."""
    clip = opened(clips.clip("dv", frames=4, rate=25, size=(720, 576), codec="dvvideo"))
    assert clip.rate == 25
    read = frames(clip)
    assert [(float(frame.pts * clip.time_base), float(frame.duration * clip.time_base)) for frame in read] == [
        (number / 25, 1 / 25) for number in range(4)
    ]


def test_a_gif_s_frames_keep_their_alpha_and_their_times() -> None:
    clip = opened(clips.gif(frames=3, milliseconds=70))
    read = frames(clip)
    assert [float(frame.pts * clip.time_base) for frame in read] == pytest.approx([0, 0.07, 0.14])
    for number, frame in enumerate(read):
        expected = np.zeros((40, 48), np.uint8)
        expected[8:32, 4 * number : 4 * number + 24] = 255
        assert np.array_equal(frame.picture.alpha, expected)
        assert frame.picture.pixels[0, 0].any(), "transparent places have the colours around them"


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (-90, -1), (180, 2)])
def test_a_rotated_clip_is_read_upright(degrees: int, turns: int) -> None:
    clip = opened(clips.clip(rotation=degrees))
    expected = np.rot90(clips.frame(0), turns)
    assert (clip.first.height, clip.first.width) == expected.shape[:2]
    assert np.abs(clip.first.pixels.astype(float) - expected).mean() < 12


def test_of_an_avif_the_moving_pictures_are_read_and_not_its_cover() -> None:
    pictures, file = [Image.fromarray(clips.frame(number)) for number in range(3)], io.BytesIO()
    pictures[0].save(file, "AVIF", save_all=True, append_images=pictures[1:], duration=100)
    assert [frame.pts for frame in frames(opened(file.getvalue()))] == [0, 100, 200]


def test_a_gif_whose_frames_have_no_timing_has_ten_a_second() -> None:
    pictures, file = [Image.fromarray(clips.frame(number)).quantize() for number in range(3)], io.BytesIO()
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:])
    untimed = re.sub(rb"\x21\xf9\x04.{4}\0", b"", file.getvalue(), flags=re.DOTALL)
    clip = opened(untimed)
    found = frames(clip)
    assert [frame.pts * clip.time_base for frame in found] == [0, Fraction(1, 10), Fraction(1, 5)]
    for frame, picture in zip(found, pictures, strict=True):
        assert np.array_equal(frame.picture.pixels, np.asarray(picture.convert("RGB")))


def test_a_png_whose_frames_have_no_timing_has_ten_a_second() -> None:
    file, still = io.BytesIO(), Image.fromarray(clips.frame(0))
    still.save(file, "PNG", save_all=True, append_images=[Image.fromarray(clips.frame(1))])
    assert opened(file.getvalue()).rate == 10


def test_a_gif_of_too_many_pixels_is_refused_without_a_warning() -> None:
    data = bytearray(clips.gif())
    data[6:10] = struct.pack("<HH", 10_000, 10_000)
    with (
        warnings.catch_warnings(record=True, action="always") as seen,
        pytest.raises(BadImage, match="100 megapixels"),
    ):
        opened(bytes(data))
    assert not seen


def of_one_colour(height: int, matrix: int | None, colour: tuple[int, int, int]) -> bytes:
    """A clip whose pixels all have this Y, Cb and Cr."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        video = container.add_stream("libx264", 10)
        video.width, video.height, video.pix_fmt = 96, height, "yuv420p"
        if matrix:
            video.codec_context.colorspace = matrix
        planes = np.repeat(np.array(colour, np.uint8), [96 * height, 24 * height, 24 * height])
        for number in range(2):
            frame = av.VideoFrame.from_ndarray(planes.reshape(-1, 96), "yuv420p")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(
    ("height", "matrix", "red"),
    [(96, None, (81, 90, 240)), (720, None, (63, 102, 240)), (96, 1, (63, 102, 240)), (720, 5, (81, 90, 240))],
)
def test_colours_are_read_by_the_matrix_that_is_told_or_usual(
    height: int, matrix: int | None, red: tuple[int, int, int]
) -> None:
    """BT.709 is told by 1, BT.601 by 5; where nothing is told, the first is usual in HD and the second below it."""
    pixels = opened(of_one_colour(height, matrix, red)).first.pixels
    assert np.abs(pixels - np.array([255, 0, 0])).max() <= 3


def test_fewer_frames_a_second_are_spread_evenly() -> None:
    clip = opened(clips.clip(frames=12, rate=12), fps=5)
    assert (clip.frames, clip.rate) == (5, 5)
    assert [frame.pts * clip.time_base for frame in frames(clip)] == [Fraction(i, 5) for i in range(5)]


def test_more_frames_a_second_than_there_are_change_nothing() -> None:
    assert opened(clips.clip(rate=10), fps=25).rate == 10


def test_a_clip_that_is_over_at_once_keeps_its_frames() -> None:
    clip = opened(clips.gif(frames=4, milliseconds=20), fps=5)
    assert (clip.frames, clip.rate) == (4, 50)
    assert opened(clips.clip(), fps=1e-9).frames == 4


@pytest.mark.parametrize(("pixel", "width"), [(Fraction(2), 192), (Fraction(1, 2), 48), (Fraction(1000), 96)])
def test_pixels_become_square(pixel: Fraction, width: int) -> None:
    clip = opened(clips.clip(pixel=pixel))
    assert (clip.first.width, clip.first.height) == (width, 64)
    assert {frame.picture.pixels.shape for frame in frames(clip)} == {(64, width, 3)}


def test_all_frames_are_of_one_size_also_where_the_stream_changes_its_own() -> None:
    read = frames(opened(clips.changing((96, 64), (64, 96))))
    assert [frame.picture.pixels.shape for frame in read] == [(64, 96, 3)] * 4


def test_only_the_first_seconds_are_read() -> None:
    clip = opened(clips.clip(frames=40, rate=10, sound="aac"), max_seconds=1.5)
    assert (clip.frames, clip.longer) == (15, True)
    assert clip.seconds == pytest.approx(4, abs=0.05)
    with clip.reading() as reading:
        times = [float(item.pts * item.time_base) for item in reading.items if isinstance(item, av.Packet)]
    assert 1.4 < max(times) < 1.5
    assert len(frames(clip)) == 15


def test_a_pause_in_a_clip_comes_once() -> None:
    """H.264's frames are decoded in another order than they are shown."""
    times = [0, 100, 200, 5000, *range(5100, 5800, 100)]
    read = frames(clip := opened(clips.clip(frames=len(times), times=times)))
    assert [round(frame.pts * clip.time_base * 1000) for frame in read] == times
    assert float((read[-1].pts + read[-1].duration) * clip.time_base) == pytest.approx(5.8, abs=0.05)


def test_of_three_hours_the_beginning_is_read() -> None:
    """One frame a minute: a small file of three hours."""
    clip = opened(clips.clip("matroska", frames=180, rate=Fraction(1, 60)), max_seconds=130)
    assert (clip.frames, clip.longer) == (3, True)
    assert clip.seconds == pytest.approx(3 * 3600, rel=0.01)
    assert len(frames(clip)) == 3


@pytest.mark.parametrize("format", ["matroska", "webm"])
def test_a_clip_that_breaks_off_ends_there(format: str) -> None:
    data = clips.clip(format, frames=60, rate=10)
    with av.open(io.BytesIO(data)) as whole:
        middle = [packet.pos for packet in whole.demux() if packet.size][30]
    clip = opened(data[:middle])
    read = frames(clip)
    assert 20 < len(read) < 40
    assert float(read[-1].duration * clip.time_base) == pytest.approx(0.1)
    assert len(frames(opened(data))) == 60


@pytest.mark.parametrize("sound", [None, "aac"])
def test_of_streams_that_were_joined_all_are_read(sound: str | None) -> None:
    data = clips.clip("mpegts", frames=20, rate=10, sound=sound)
    clip = opened(3 * data)
    assert (clip.frames, clip.seconds) == (60, pytest.approx(6, abs=0.1))
    with clip.reading() as reading:
        items = list(reading.items)
    shown = [float(item.pts * clip.time_base) for item in items if isinstance(item, Frame)]
    assert np.diff(shown) == pytest.approx([0.1] * 59, abs=0.25)  # the sound of each is a little longer
    heard = [float(item.pts * item.time_base) for item in items if not isinstance(item, Frame)]
    assert np.all(np.diff(heard) > 0)
    assert len(opened(3 * data, max_seconds=3)._schedule.pts) == 30


def test_where_times_begin_anew_all_the_time_a_packet_takes_no_longer_than_elsewhere() -> None:
    class Time(int):
        additions = 0

        def __add__(self, other: int) -> int:
            Time.additions += 1
            return int(self) + other

    stream = SimpleNamespace(index=0)
    packets = [
        SimpleNamespace(size=1, dts=Time(0), pts=0, duration=90_000, stream=stream, time_base=Fraction(1, 10_000))
        for _ in range(2000)
    ]
    assert [packet.dts for packet in container._joined(iter(packets))] == [90_000 * i for i in range(2000)]
    assert Time.additions < 100 * len(packets)


@pytest.mark.parametrize(("format", "sound"), [("matroska", None), ("webm", "libopus")])
def test_two_matroskas_that_were_joined_are_read(format: str, sound: str | None) -> None:
    data = [clips.clip(format, frames=frames, rate=10, sound=sound) for frames in (5, 20)]
    clip = opened(b"".join(data))
    with clip.reading() as reading:
        items = list(reading.items)
    shown = [float(item.pts * clip.time_base) for item in items if isinstance(item, Frame)]
    assert len(shown) == clip.frames == 25
    assert np.diff(shown) == pytest.approx([0.1] * 24, abs=0.05)  # the sound of each is a little longer
    heard = [float(item.pts * item.time_base) for item in items if not isinstance(item, Frame)]
    assert np.all(np.diff(heard) > 0)
    assert bool(heard) == bool(sound)


def test_what_pyav_stumbles_over_at_the_end_takes_nothing_from_a_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbling(packets: Iterator[Packet]) -> Iterator[Packet]:
        yield from packets
        raise IndexError

    monkeypatch.setattr(container, "_joined", stumbling)
    assert len(frames(opened(clips.clip("mpegts", frames=20, rate=10)))) == 20


def test_where_the_sound_goes_on_for_longer_no_frame_is_lost() -> None:
    clip = opened(clips.clip(frames=10, rate=10, sound="aac", heard=Fraction(8)), max_seconds=4)
    assert [frame.pts * clip.time_base for frame in frames(clip)] == [Fraction(i, 10) for i in range(10)]


def test_a_damaged_packet_costs_its_frames_only() -> None:
    data = bytearray(clips.clip(frames=30, rate=10))
    middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 3
    data[middle : middle + 400] = bytes(400)
    assert 5 < len(frames(opened(bytes(data)))) <= 30


def test_a_damaged_packet_of_a_transparent_clip_costs_its_frame_only() -> None:
    data = bytearray((FOLDER / "alpha-hevc.mov").read_bytes())
    last = data.rindex(bytes.fromhex("00000013"))  # how long its first unit is
    data[last : last + 4] = b"\xff" * 4
    assert len(frames(opened(bytes(data)))) == 4


def test_a_damaged_description_of_a_transparent_clip_costs_its_transparency_only() -> None:
    data = bytearray((FOLDER / "alpha-hevc.mov").read_bytes())
    data[data.index(b"hvcC") + 26] = 255  # how many kinds of units there are
    assert [frame.picture.alpha for frame in frames(opened(bytes(data)))] == [None] * 5


def test_a_title_in_another_encoding_than_utf_8_does_not_matter() -> None:
    data = clips.clip(frames=4)
    assert b"Lavf" in data, "what wrote the file is told there, as a title would be"
    assert len(frames(opened(data.replace(b"Lavf", b"\xcf\xf0\xe8f")))) == 4


def test_sound_that_nobody_can_decode_is_left_out() -> None:
    data = clips.clip("matroska", frames=4, sound="aac").replace(b"A_AAC", b"A_WHA")
    with opened(data).reading() as reading:
        assert reading.sound is None
        assert all(isinstance(item, Frame) for item in reading.items)


def sound_only() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        track = container.add_stream("aac", clips.SAMPLES)
        heard = clips.tone(track, Fraction(1, 2))
        container.mux([packet for each in heard for packet in track.encode(each)])
        container.mux(track.encode(None))
    return file.getvalue()


def without_its_end() -> bytes:
    data = clips.clip(frames=20)
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("make", "reason", "said"),
    [
        (bytes, "empty", "it is empty: 0 bytes"),
        (lambda: b"not a clip" * 400, "no_clip", "it is not a moving picture that can be read; MP4, "),
        (fakes.photo, "no_clip", "it is not a moving picture that can be read; MP4, "),
        (lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n" * 9, "no_clip", "it is not a moving picture"),
        (without_its_end, "truncated", "it is incomplete: a part of its file is missing or damaged"),
        (lambda: clips.clip().replace(b"avc1", b"what"), "no_clip", "it is not a moving picture that can be read"),
        (sound_only, "no_video", "it has no moving picture in it, only sound"),
        (
            lambda: of_one_colour(96, 8, (81, 90, 240)),
            "colors",
            "its colours are of a kind that cannot be read: YCgCo; save",
        ),
        (lambda: clips.clip(frames=1), "still", "it has only one frame: it is a still picture"),
        (lambda: clips.gif(frames=1), "still", "it has only one frame: it is a still picture"),
        (lambda: clips.gif(milliseconds=20_000), "still", "it has only one frame in its first 10 seconds"),
        (lambda: clips.clip(size=(64, 8)), "too_small", "it is 64x8; at least 16 pixels an edge are needed"),
        (lambda: clips.clip(size=(128, 32), pixel=Fraction(3)), "too_narrow", "it is 384x32; the long edge may be"),
        (lambda: clips.clip(size=(320, 16)), "too_narrow", "it is 320x16; the long edge may be at most 10"),
    ],
)
def test_what_cannot_be_painted_is_told(make: object, reason: str, said: str) -> None:
    with pytest.raises(BadImage) as caught:
        opened(make())
    assert caught.value.reason == reason
    assert str(caught.value).startswith(said)
