#!/usr/bin/env bash
# One would guess: VideoFileClip of moviepy gives a clip that a phone took upright as players show it, 64 wide and 96 high,
# whichever FFmpeg reads it; it has had code for this for years.
#
# What is so: it reads what FFmpeg prints of the file, and looks for "displaymatrix". FFmpeg 7 wrote so; a newer one
# writes "Display Matrix". So moviepy does not see that the clip is turned, takes it for 96 wide and 64 high, and has
# FFmpeg, which turns it as ever, scale it to that: the picture is upright, and squashed to less than half of its height
# for its width. Whoever installs moviepy today gets an FFmpeg of the new kind with it (imageio-ffmpeg asks for no
# version). A clip in landscape is right, and so is one on its head. No error, no warning.
#
# Who meets it: who edits or paints phones' clips, most of which are upright: all faces are broad. Pin
# imageio-ffmpeg==0.6.0, or pass target_resolution.
#
# Source: run here, with the FFmpeg of two imageio-ffmpeg; moviepy/video/io/ffmpeg_reader.py, "ffmpeg 7 now use
# displaymatrix instead of rotate".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile moviepy==2.2.1 numpy==2.4.6
cat > try.py <<'PY'
import subprocess
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from moviepy import VideoFileClip

warnings.simplefilter("ignore")  # that the last pictures cannot be read
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
new = sys.argv[1] == "new"
# A square, red on white, in a picture of 96x64.
frame = np.full((64, 96, 3), 255, np.uint8)
frame[16:48, 32:64] = (255, 0, 0)
if not Path("0.mp4").exists():
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "96x64", "-r", "25", "-i", "-"]
    subprocess.run([FFMPEG, "-v", "error", *source, "-pix_fmt", "yuv420p", "-crf", "1", "0.mp4"],
                   input=frame.tobytes() * 25, check=True)
    for angle in (90, 180, 270):
        subprocess.run([FFMPEG, "-v", "error", "-display_rotation", str(angle), "-i", "0.mp4", "-c", "copy",
                        f"{angle}.mp4"], check=True)

print("moviepy", version("moviepy"), "with FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for angle in (0, 90, 180, 270):
    with VideoFileClip(f"{angle}.mp4") as clip:
        picture = clip.get_frame(0.2).astype(int)
    red = (picture[..., 0] > 200) & (picture[..., 1] < 100)
    width, height = red.any(0).sum(), red.any(1).sum()
    print(f"  turned by {angle}: {picture.shape[1]}x{picture.shape[0]}, the square is {width} wide and {height} high")
    if new and angle in (90, 270):
        assert picture.shape[:2] == (64, 96) and width > 1.8 * height, "this has changed"
    else:
        assert picture.shape[:2] == ((96, 64) if angle in (90, 270) else (64, 96)) and abs(width - height) <= 2
PY
for each in old:0.6.0 new:0.8.1; do
    IFS=: read -r name number <<< "$each"
    venv/bin/pip install --quiet --disable-pip-version-check "imageio-ffmpeg==$number"
    venv/bin/python try.py "$name"
done
