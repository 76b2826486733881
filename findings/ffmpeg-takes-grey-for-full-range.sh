#!/usr/bin/env bash
# One would guess: a film in grey (HEVC with one plane, 4:0:0) in limited range, where black is 16 and white 235, has
# black 0 and white 255 when FFmpeg gives it as RGB, as the same samples have in yuv420p.
#
# What is so: FFmpeg reads that the stream is of limited range and says so ("gray(tv)", frame.color_range), but converts
# it as full range: black is 16, white 235, the film looks washed out. So do the command, PyAV and OpenCV's VideoCapture.
# The other way round, too: what PyAV encodes as grey has black 0 and white 255, and its stream says "limited", so that a
# player that heeds it shows all below 16 as black, all above 235 as white. (FFmpeg 9's command marks it as full range.)
#
# Who meets it: whoever keeps black-and-white films, depth maps or masks in one plane, to save room, or reads such files.
# One has to stretch the values oneself.
#
# Source: run here; FFmpeg's libswscale/utils.c, handle_jpeg: GRAY8 and its kin count as full range, whatever the
# frame says.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    av==18.1.0 imageio-ffmpeg==0.8.1 numpy==2.4.6 opencv-python-headless==4.14.0.94
"$folder/venv/bin/python" - "$folder" <<'PY'
import subprocess
import sys
from pathlib import Path

import av
import cv2
import imageio_ffmpeg
import numpy as np

ffmpeg, folder = imageio_ffmpeg.get_ffmpeg_exe(), Path(sys.argv[1])
version = subprocess.run([ffmpeg, "-version"], capture_output=True, text=True, check=True).stdout.split()[2]
print("PyAV", av.__version__, "with FFmpeg", av.ffmpeg_version_info, "; OpenCV", cv2.__version__, "; command", version)
samples = np.repeat(np.arange(16, 236, dtype=np.uint8)[None], 64, 0)  # black to white, in limited range


def write(path, frame, format):
    with av.open(str(path), "w") as container:
        options = {"x265-params": "lossless=1:log-level=none"}
        stream = container.add_stream("libx265", rate=5, options=options)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, format
        for image in (frame, None):
            container.mux(stream.encode(image))


def first(path):
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def ends(pixels):
    """Of the row in the middle."""
    row = pixels[32].reshape(len(pixels[32]), -1)[:, 0]
    return int(row[0]), int(row[-1])


for format, expected in (("yuv420p", (0, 255)), ("gray", (16, 235))):
    path = folder / f"{format}.mkv"
    planes = samples if format == "gray" else np.vstack([samples, np.full((32, 220), 128, np.uint8)])
    write(path, av.VideoFrame.from_ndarray(planes, format), format)
    frame = first(path)
    command = [ffmpeg, "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    by_command = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.uint8)
    _, by_opencv = cv2.VideoCapture(str(path)).read()
    found = ends(frame.to_ndarray(format="rgb24")), ends(by_command.reshape(64, 220, 3)), ends(by_opencv)
    print(f"{frame.format.name}, range {frame.color_range}: black and white by PyAV, command, OpenCV: {found}")
    assert frame.color_range == 1 and ends(planes[:64]) == (16, 235)  # limited
    assert set(found) == {expected}, "this has changed"

rgb = np.repeat(np.arange(256, dtype=np.uint8)[None], 64, 0)[..., None].repeat(3, 2)
for format, expected in (("yuv420p", (16, 235)), ("gray", (0, 255))):
    write(folder / "encoded.mkv", av.VideoFrame.from_ndarray(rgb, "rgb24"), format)
    frame = first(folder / "encoded.mkv")
    stored = ends(frame.to_ndarray()[:64])
    print(f"RGB 0 to 255 encoded as {format}: range {frame.color_range}, stored {stored}")
    assert frame.color_range == 1 and stored == expected, "this has changed"
PY
