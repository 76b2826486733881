#!/usr/bin/env bash
# One would guess: imageio.v3.imread(film, index=80, plugin="pyav") gives frame 80 of a film, also where its frames do not
# stand equally long: constant_framerate is None by default, which means that the "value will be read from the container
# format", and MP4 is a format of variable frame rates.
#
# What is so: for a file that is read it is always True, as only FFmpeg's writers have the mark that is asked for, and its
# readers have none. So index 80 is taken for the time 80 / rate, by a rate that FFmpeg guessed. Behind the first key frame at which
# the real times differ, the frame is another one, seconds early here, and imopen().metadata(index) tells the time of the
# wrong frame. Nothing is raised. With constant_framerate=False all frames are right, as is imiter().
#
# Who meets it: who takes frames by number out of clips of phones, screen recordings and GIFs made into MP4, which have
# fewer frames where it is dark or nothing moves: labels, thumbnails, samples for training.
#
# Source: run here; imageio/plugins/pyav.py, PyAVPlugin.read(), tests the flag AVFMT_VARIABLE_FPS (0x400), of which
# libavformat's avformat.h says nothing for demuxers; github.com/imageio/imageio, pull request 939 introduced it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 imageio==2.38.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
from fractions import Fraction

import av
import imageio
import imageio.v3 as iio
import numpy as np

SIZE, KEY, BASE = 64, 10, Fraction(1, 600)
times = [Fraction(i, 30) for i in range(30)] + [1 + Fraction(i, 15) for i in range(60)]  # 30 a second, then 15


def picture(number):
    """The grey of the left half is the number's tens, that of the right half its ones."""
    pixels = np.full((SIZE, SIZE, 3), 20 + 20 * (number // 10), np.uint8)
    pixels[:, SIZE // 2 :] = 20 + 20 * (number % 10)
    return pixels


def number_of(frame):
    tens, ones = (round((int(frame[SIZE // 2, at, 0]) - 20) / 20) for at in (SIZE // 4, 3 * SIZE // 4))
    return 10 * tens + ones


with av.open("film.mp4", "w") as film:
    stream = film.add_stream("libx264", rate=30, options={"crf": "1", "g": str(KEY)})
    stream.width, stream.height, stream.pix_fmt = SIZE, SIZE, "yuv420p"
    stream.codec_context.time_base = BASE
    for index, time in enumerate(times):
        frame = av.VideoFrame.from_ndarray(picture(index))
        frame.pts, frame.time_base = round(time / BASE), BASE
        film.mux(stream.encode(frame))
    film.mux(stream.encode())
with av.open("film.mp4") as film:
    shown = [(number_of(frame.to_ndarray(format="rgb24")), float(frame.time)) for frame in film.decode(video=0)]
assert [number for number, _ in shown] == list(range(len(times)))
assert np.allclose([time for _, time in shown], [float(time) for time in times], atol=0.002)

indices = range(len(times))
by_index = [number_of(iio.imread("film.mp4", index=index, plugin="pyav")) for index in indices]
slowly = [number_of(iio.imread("film.mp4", index=index, plugin="pyav", constant_framerate=False)) for index in indices]
one_by_one = [number_of(frame) for frame in iio.imiter("film.mp4", plugin="pyav")]
wrong = [index for index in indices if by_index[index] != index]
last = indices[-1]
told = iio.immeta("film.mp4", index=last, plugin="pyav")["time"]
print(f"ImageIO {imageio.__version__}, PyAV {av.__version__}: of {len(times)} frames, by index {len(wrong)} are others")
print(f"  index {last} gives frame {by_index[last]}, its time as {told:.2f} s; it is shown at {float(times[last]):.2f} s")
assert slowly == one_by_one == list(indices)
assert len(wrong) >= 10 and abs(told - float(times[by_index[last]])) < 0.01, "this has changed"
PY
