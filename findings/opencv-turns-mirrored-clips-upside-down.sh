#!/usr/bin/env bash
# One would guess: cv2.VideoCapture, which turns a clip as the file says (CAP_PROP_ORIENTATION_AUTO is on), shows a clip
# that is to be mirrored mirrored, as players do, or as it is stored.
#
# What is so: it takes the angle from the file's display matrix and nothing else. The matrix that mirrors left and right
# has, read so, the angle of 180: the clip stands on its head. The one that mirrors up and down has the angle 0: nothing
# is done. A clip that is to be turned by 90 and mirrored is only turned. CAP_PROP_ORIENTATION_META says 180, 0 and 270,
# as of clips that are only turned. decord is the same, and so is what is built on OpenCV, as PySceneDetect. FFmpeg
# itself, and what reads by its program, as imageio, are right. No warning.
#
# Who meets it: who makes frames of clips of front cameras, of which some are stored unmirrored with such a matrix, and
# of clips that an editor flipped without encoding them again (ffmpeg -display_hflip). Looking at turned clips alone,
# all is well.
#
# Source: run here, with OpenCV 4.14 as well; modules/videoio/src/cap_ffmpeg_impl.hpp, get_rotation_angle(), which calls
# av_display_rotation_get(). OpenCV's documentation says of the property only that frames are turned.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    decord==0.6.0 imageio==2.38.1 imageio-ffmpeg==0.8.1 numpy==2.4.6 opencv-python-headless==5.0.0.93
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import subprocess
from importlib.metadata import version

import cv2
import decord
import imageio.v3
import imageio_ffmpeg
import numpy as np

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
HEIGHT, WIDTH = 64, 96
COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
frame = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
for at, colour in enumerate(COLOURS.values()):
    top, left = at // 2 * HEIGHT // 2, at % 2 * WIDTH // 2
    frame[top : top + HEIGHT // 2, left : left + WIDTH // 2] = colour


def seen(array):
    """The shape, and the colours of the four quarters."""
    height, width = array.shape[:2]
    shown = []
    for y in (height // 4, height * 3 // 4):
        for x in (width // 4, width * 3 // 4):
            shown.append(min(COLOURS, key=lambda name: np.abs(array[y, x] - np.array(COLOURS[name])).sum()))
    return f"{width}x{height} {' '.join(shown)}"


def by_opencv(path):
    capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    return seen(capture.read()[1][..., ::-1])


def by_decord(path):
    return seen(decord.VideoReader(path)[0].asnumpy())


def by_imageio(path):
    return seen(imageio.v3.imread(path, index=0, plugin="FFMPEG"))


base = [FFMPEG, "-y", "-loglevel", "error"]
raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-i", "-"]
encode = ["-pix_fmt", "yuv444p", "-c:v", "libx264", "-crf", "5", "stored.mp4"]
subprocess.run([*base, *raw, *encode], input=frame.tobytes() * 8, check=True)
print("OpenCV", cv2.__version__, "decord", version("decord"), "FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
HOW = {"turned by 90": ["-display_rotation", "90"], "turned by 180": ["-display_rotation", "180"]}
HOW |= {"mirrored left and right": ["-display_hflip"], "mirrored up and down": ["-display_vflip"]}
HOW |= {"turned by 90 and mirrored": ["-display_rotation", "90", "-display_hflip"]}
MEANT = {
    "turned by 90": np.rot90(frame),
    "turned by 180": np.rot90(frame, 2),
    "mirrored left and right": frame[:, ::-1],
    "mirrored up and down": frame[::-1],
}
TAKEN_FOR = {
    "mirrored left and right": MEANT["turned by 180"],
    "mirrored up and down": frame,
    "turned by 90 and mirrored": MEANT["turned by 90"],
}
for name, options in HOW.items():
    subprocess.run([*base, *options, "-i", "stored.mp4", "-c", "copy", "clip.mp4"], check=True)
    opencv, other, right = by_opencv("clip.mp4"), by_decord("clip.mp4"), by_imageio("clip.mp4")
    print(f"  {name}: {right} by imageio, {opencv} by OpenCV, {other} by decord")
    assert name not in MEANT or right == seen(MEANT[name])
    wrong = name in TAKEN_FOR
    assert opencv == other == (seen(TAKEN_FOR[name]) if wrong else right), "this has changed"
    assert (opencv != right) == wrong, "this has changed"
PY
