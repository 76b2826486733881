#!/usr/bin/env bash
# One would guess: ffmpegcv, made to take the place of cv2.VideoCapture, gives a phone's clip as OpenCV and every
# player show it, upright, or as it is stored, lying on its side.
#
# What is so: neither. A phone that is held upright stores its pictures lying, and a matrix that turns them. ffmpegcv
# asks ffprobe for the size, which is that of the lying picture, and ffmpeg for the pixels, which turns them. So it
# lays the bytes of 48 columns out in rows of 64: each row begins where the one above has not ended, and the picture
# is torn to slanting stripes. The frames' number and size are those of the stored ones, and nothing is said. Clips of
# phones held across are right.
#
# Who meets it: who paints, labels or measures what people film. VideoCapture(file, infile_options="-noautorotate")
# gives the lying picture whole.
#
# Source: run here; ffmpegcv/video_info.py, get_info(), which takes ffprobe's width and height and looks at no
# rotation, and ffmpeg_reader.py, whose command leaves FFmpeg's -autorotate on. The README does not speak of turned
# clips.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ffmpegcv==0.3.20 imageio-ffmpeg==0.8.1 numpy==2.4.6
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @ffprobe-installer/linux-x64@5.2.0
mkdir bin
ln -s "$folder/node_modules/@ffprobe-installer/linux-x64/ffprobe" bin/ffprobe
ln -s "$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')" bin/ffmpeg
cat > try.py <<'PY'
import subprocess
from importlib.metadata import version

import ffmpegcv
import numpy as np

WIDTH, HEIGHT, COUNT = 64, 48, 5
run = ["ffmpeg", "-y", "-loglevel", "error"]
# Stored: white above, black below. Turned by a quarter: white on one side, black on the other.
lying = np.zeros((COUNT, HEIGHT, WIDTH, 3), np.uint8)
lying[:, : HEIGHT // 2] = 255
subprocess.run([*run, "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", "10", "-i", "-",
                "-c:v", "libx264", "-qp", "1", "-pix_fmt", "yuv420p", "lying.mp4"], input=lying.tobytes(), check=True)
subprocess.run([*run, "-display_rotation", "90", "-i", "lying.mp4", "-c", "copy", "turned.mp4"], check=True)
shown = subprocess.run([*run, "-i", "turned.mp4", "-pix_fmt", "bgr24", "-f", "rawvideo", "-"], check=True,
                       capture_output=True).stdout
upright = np.frombuffer(shown, np.uint8).reshape(COUNT, WIDTH, HEIGHT, 3)


def read(name: str, **options: object) -> np.ndarray:
    with ffmpegcv.VideoCapture(name, **options) as clip:
        return np.stack([frame for frame in clip])


def edges(frame: np.ndarray) -> int:
    """How often white and black meet along the frame's upper row and its left column."""
    grey = frame[..., 0] > 127
    return int(sum(np.count_nonzero(line[1:] != line[:-1]) for line in (grey[0], grey[:, 0])))


plain, turned = read("lying.mp4"), read("turned.mp4")
kept = read("turned.mp4", infile_options="-noautorotate")
print("ffmpegcv", version("ffmpegcv"))
for name, frames in (("of FFmpeg, upright", upright), ("stored", plain), ("turned", turned),
                     ("turned, -noautorotate", kept)):
    print(f"  {name}: {len(frames)} frames of {frames.shape[2]}x{frames.shape[1]}, of edges {edges(frames[0])}")
assert [edges(frames[0]) for frames in (upright, plain, kept)] == [1, 1, 1]
assert turned.shape == plain.shape == (COUNT, HEIGHT, WIDTH, 3) and edges(turned[0]) > 10, "this has changed"
assert np.array_equal(turned, upright.reshape(turned.shape)), "this has changed"
PY
PATH="$folder/bin:$PATH" venv/bin/python try.py
