"""Small moving pictures, made here: a window that moves over a photo, with a tone beside it."""

from __future__ import annotations

import functools
import io
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from styler.events import ClipCheckpoint, Event, Preview, Progress, Result
from styler.settings import Settings
from styler.video.reader import ClipReader, Frame
from styler.video.writer import ClipWriter, Encoding
from tests.support.fakes import encode

PHOTO = Path(__file__).parent.parent / "photos" / "palace.jpg"
SAMPLES = 48_000  # a second
MILLISECOND = Fraction(1, 1000)


def frame(number: int, width: int = 96, height: int = 64, speed: int = 2) -> np.ndarray:
    """(H, W, 3) uint8: every frame shows the photo `speed` pixels further to the right."""
    left = number * speed % (2 * width)
    return np.ascontiguousarray(_ground(width, height)[height : 2 * height, left : left + width])


@functools.cache
def _ground(width: int, height: int) -> np.ndarray:
    """(3 height, 3 width, 3) uint8: the whole photo, of which a frame of this size is a part."""
    with Image.open(PHOTO) as photo:
        return np.asarray(photo.convert("RGB").resize((3 * width, 3 * height)))


def clip(
    format: str = "mp4",
    frames: int = 4,
    rate: Fraction | int = 10,
    size: tuple[int, int] = (96, 64),
    sound: str | None = None,
    rotation: int = 0,
    codec: str | None = None,
    times: Sequence[int] | None = None,
    pixel: Fraction | None = None,
    heard: Fraction | None = None,
    colors: str = "yuv420p",
) -> bytes:
    """The bytes of a file; `size` is (width, height), `sound` a codec, `rotation` what the file says, in degrees.

    `times` are those of the frames, in milliseconds, `pixel` is how much wider than high a pixel is, and `heard` is the
    length of the sound, in seconds.
    """
    file = io.BytesIO()
    with av.open(file, "w", format=format) as container:
        video = container.add_stream(codec or {"webm": "libvpx-vp9"}.get(format, "libx264"), rate)
        video.width, video.height, video.pix_fmt = *size, colors
        video.codec_context.sample_aspect_ratio = pixel or Fraction(1)
        video.codec_context.time_base = MILLISECOND if times else 1 / Fraction(rate)
        if rotation:
            video.set_display_rotation(rotation)
        track = container.add_stream(sound, SAMPLES) if sound else None
        for number in range(frames):
            shown = av.VideoFrame.from_ndarray(frame(number, *size))
            if times:
                shown.pts, shown.time_base = times[number], MILLISECOND
            container.mux(video.encode(shown))
        container.mux(video.encode(None))
        if track:
            played = tone(track, heard or frames / Fraction(rate))
            container.mux([packet for each in played for packet in track.encode(each)])
            container.mux(track.encode(None))
    return file.getvalue()


def changing(*sizes: tuple[int, int]) -> bytes:
    """A WebM of two frames of each (width, height), as a phone records that is turned meanwhile."""
    file, number = io.BytesIO(), 0
    with av.open(file, "w", format="webm") as container:
        parts = [av.open(io.BytesIO(clip("webm", frames=2, size=size))) for size in sizes]
        track = container.add_stream_from_template(parts[0].streams.video[0])
        for packet in itertools.chain.from_iterable(part.demux() for part in parts):
            if packet.size:
                packet.stream, packet.time_base, packet.pts, packet.dts = track, MILLISECOND, 100 * number, 100 * number
                container.mux(packet)
                number += 1
    return file.getvalue()


def tone(track: av.AudioStream, seconds: Fraction) -> list[av.AudioFrame]:
    wave = np.sin(np.arange(int(seconds * SAMPLES)) * 0.06).astype(np.float32) * 0.3
    heard = av.AudioFrame.from_ndarray(np.stack([wave, wave]), "fltp", "stereo")
    heard.sample_rate, heard.pts, heard.time_base = SAMPLES, 0, Fraction(1, SAMPLES)
    track.codec_context.open(strict=False)
    resampler = av.AudioResampler(track.format, track.layout, SAMPLES, track.codec_context.frame_size or None)
    return [*resampler.resample(heard), *resampler.resample(None)]


def gif(frames: int = 3, milliseconds: int = 100, blank: int | None = None) -> bytes:
    """Transparent but for a square that moves; the frame `blank` is so all over."""
    file, pictures = io.BytesIO(), []
    for number in range(frames):
        picture = Image.new("RGBA", (48, 40))
        if number != blank:
            picture.paste(Image.fromarray(frame(number, 24, 24)), (4 * number, 8))
        pictures.append(picture)
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, disposal=2)
    return file.getvalue()


def first_frame(content: bytes) -> Image.Image:
    return Image.fromarray(ClipReader(io.BytesIO(content), 1).first.pixels)


def shown_again(content: bytes, settings: Settings, checkpoint: bytes) -> Iterator[Event]:
    """A clip as it came, after a progress for each of its frames, and checkpoints; without those of `checkpoint`."""
    clip = ClipReader(io.BytesIO(content), settings.max_seconds, settings.fps)
    done = ClipReader(io.BytesIO(checkpoint), 100).frames if checkpoint else 0
    for number in range(done + 1, clip.frames + 1):
        yield Progress(number, clip.frames, 1.0, number / clip.frames, 1.0)
        if number == 1:
            yield Preview(encode(Image.fromarray(clip.first.pixels)), clip.first.width, clip.first.height)
        else:
            yield ClipCheckpoint(beginning(clip, number), clip.first.width, clip.first.height, number)
    yield Result(content, clip.first.width, clip.first.height, 1.0, clip.first.width, clip.first.height)


def beginning(clip: ClipReader, frames: int) -> bytes:
    """So many frames of a clip."""
    out, size = io.BytesIO(), (clip.first.height, clip.first.width)
    with clip.reading() as reading, ClipWriter(out, Encoding("mp4", size), clip) as recording:
        shown = (item for item in reading.items if isinstance(item, Frame))
        for frame in itertools.islice(shown, frames):
            recording.add(frame.picture, frame.pts, frame.duration)
    return out.getvalue()
