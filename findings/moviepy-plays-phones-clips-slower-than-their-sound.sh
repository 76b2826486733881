#!/usr/bin/env bash
# One would guess: VideoFileClip("clip.mp4").get_frame(t) is the picture that a player shows at the time t, also where the
# pictures do not stand equally long, as in clips of phones and screen recordings. It reads by FFmpeg, which knows the times.
#
# What is so: moviepy has FFmpeg turn the clip into one of a constant rate, and takes for that rate another one than FFmpeg
# does: FFmpeg repeats pictures up to the rate that it guesses ("tbr", here 30 a second), moviepy counts by the average
# ("fps", here 20). So the pictures run at two thirds of their speed, the sound at its own, and the last third of the film is
# never seen. The clip has the right length all the same. A jump of more than 100 pictures seeks by time and is right, so
# get_frame(t) of the same t gives one picture after reading in order, and another one after a jump. Nothing is raised.
#
# Who meets it: who cuts, subtitles or mosaics clips that people send. With a phone's 29.6 and 30 a second the sound is ahead
# by 0.8 s after a minute. VideoFileClip(..., fps_source="tbr") is right here; issues tell of clips where that is wrong.
#
# Source: run here; moviepy/video/io/ffmpeg_reader.py, FFMPEG_VideoReader: initialize() gives FFmpeg no rate, get_frame()
# counts by the "fps" line; github.com/Zulko/moviepy, issues 1548 (open) and 1660. The documentation of fps_source says
# only that "tbr" "may be helpful if you are finding that it is reading the incorrect fps".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    av==18.1.0 imageio-ffmpeg==0.6.0 moviepy==2.2.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
from fractions import Fraction
from importlib.metadata import version

import av
import numpy as np
from moviepy import VideoFileClip

SIZE, BASE = 96, Fraction(1, 600)
times = [Fraction(i, 30) for i in range(150)] + [5 + Fraction(i, 15) for i in range(150)]  # 5 s of 30, 10 s of 15 a second


def picture(number):
    """Three bars, whose grey levels are the number's digits."""
    bars = np.array([20 + 20 * int(digit) for digit in f"{number:03}"], np.uint8)
    return np.broadcast_to(bars.repeat(SIZE // 3)[None, :, None], (SIZE, SIZE, 3)).copy()


def number_of(pixels):
    return int("".join(str(round((int(pixels[SIZE // 2, at, 0]) - 20) / 20)) for at in range(SIZE // 6, SIZE, SIZE // 3)))


with av.open("clip.mp4", "w") as film:
    stream = film.add_stream("libx264", rate=30, options={"crf": "1"})
    stream.width, stream.height, stream.pix_fmt = SIZE, SIZE, "yuv420p"
    stream.codec_context.time_base = BASE
    for number, time in enumerate(times):
        frame = av.VideoFrame.from_ndarray(picture(number))
        frame.pts, frame.time_base = round(time / BASE), BASE
        film.mux(stream.encode(frame))
    film.mux(stream.encode())
with av.open("clip.mp4") as film:
    shown = [(float(frame.time), number_of(frame.to_ndarray(format="rgb24"))) for frame in film.decode(video=0)]
assert [number for _, number in shown] == list(range(len(times)))
assert np.allclose([time for time, _ in shown], [float(time) for time in times], atol=0.002)

ASKED = (2.01, 4.01, 8.01, 12.01, 14.81)
with VideoFileClip("clip.mp4") as clip:
    print(f"moviepy {version('moviepy')}: {clip.duration} s, {clip.fps} pictures a second")
    assert abs(clip.duration - 15) < 0.1 and abs(clip.fps - 20) < 0.2
    in_order = {}
    for t in np.arange(0.01, 14.9, 0.1):
        in_order[round(float(t), 2)] = number_of(clip.get_frame(t))
for t in ASKED:
    right = max(number for time, number in shown if time <= t)
    with VideoFileClip("clip.mp4") as clip:
        jumped = number_of(clip.get_frame(t))
    with VideoFileClip("clip.mp4", fps_source="tbr") as clip:
        by_tbr = number_of(clip.get_frame(t))
    stands = float(times[in_order[t]])
    print(f"  at {t} s: picture {in_order[t]}, which belongs to {stands:.2f} s; after a jump {jumped}; right is {right}")
    assert abs(by_tbr - right) <= 1
    assert abs(stands - t * 20 / 30) < 0.15, "this has changed"
    if t * 20 > 110:
        assert abs(jumped - right) <= 1, "this has changed"
PY
