#!/usr/bin/env bash
# One would guess: ImageSequenceClip(pictures, fps=30).write_videofile() of moviepy writes as many pictures as it was
# given.
#
# What is so: for most lengths it leaves the last one out. The clip's length is the sum of a thirtieth of a second,
# added picture by picture, which comes out a little below the true length as often as above it; the number of pictures
# to write is that length times fps, cut down to a whole number. At 24 a second that is so of 74 of the 198 lengths from
# 2 to 199 pictures, at 30 of 129, at 25 of 4. write_gif() and iter_frames() do the same, write_images_sequence() does
# not: of ten pictures at 10 a second, the video and the GIF have nine, and the folder ten. No error, no warning.
#
# Who meets it: who makes films of pictures painted one by one. Of a short loop, as of a sticker of six pictures, a
# sixth is gone and it jumps; a clip taken apart and put together again is shorter than its sound, and two such films
# that are to be compared picture by picture have different lengths. Give clip.with_duration((n + 0.5) / fps).
#
# Source: run here; moviepy/video/io/ImageSequenceClip.py (sum(durations)) and moviepy/Clip.py, iter_frames():
# int(self.duration * fps).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check moviepy==2.2.1 numpy==2.4.6 pillow==11.3.0
venv/bin/python - <<'PY'
from importlib.metadata import version
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from moviepy import ImageSequenceClip
from PIL import Image

PICTURES = [np.full((32, 32, 3), shade, np.uint8) for shade in range(200)]


def written(clip: ImageSequenceClip) -> int:
    return sum(1 for _ in clip.iter_frames())


print("moviepy", version("moviepy"), "numpy", version("numpy"))
lost = {}
for fps in (10, 24, 25, 30, 60):
    counts = {given: written(ImageSequenceClip(PICTURES[:given], fps=fps)) for given in range(2, 200)}
    lost[fps] = [given for given, found in counts.items() if found == given - 1]
    assert all(given - found in (0, 1) for given, found in counts.items())
    print(f"  {fps} a second: of {len(counts)} lengths {len(lost[fps])} lose one picture, as {lost[fps][:8]}")

ten = ImageSequenceClip(PICTURES[:10], fps=10)
ten.write_videofile("ten.mp4", logger=None)
ten.write_gif("ten.gif", logger=None)
ten.write_images_sequence("ten-%02d.png", logger=None)
video = imageio_ffmpeg.count_frames_and_secs("ten.mp4")[0]
with Image.open("ten.gif") as image:
    gif = image.n_frames
files = len(list(Path().glob("ten-*.png")))
helped = written(ten.with_duration(10.5 / 10))
print(f"  10 pictures, {ten.duration!r} s: {video} in the MP4, {gif} in the GIF, {files} files; as advised {helped}")
assert files == helped == 10
assert video == gif == 9 and len(lost[24]) > 50 and len(lost[30]) > 100, "this has changed"
PY
