#!/usr/bin/env bash
# One would guess: FFmpeg's filter chromahold, which makes all of a picture grey but what is near one colour, does so
# alike in pictures of 8, 10, 12 and 16 bits; it takes them all as they are.
#
# What is so: of 16 bits it also leaves in colour what is farthest from that colour: with red, turquoise, and with a
# strong red a strong green as well, however small the similarity that is asked for. The square of such a distance is
# more than the filter's numbers can hold, and what comes of it is no number, which is not above the similarity. Of 8 to
# 14 bits all is right. Status 0, no warning.
#
# Who meets it: who takes the colours out of a photo around one red coat, and finds the sea still in colour. FFmpeg
# decodes PNG and TIFF of 16 bits to such pictures and hands them on; a preview in 8 bits is right. Put
# format=yuv444p12 or format=yuv444p in front of it.
#
# Source: run here; libavfilter/vf_chromakey.c, do_chromahold16_slice(): the differences are int, and multiplied as such.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6 opencv-python-headless==5.0.0.93
venv/bin/python - <<'PY'
import subprocess

import cv2
import imageio_ffmpeg
import numpy as np

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
COLOURS = {"red": (230, 20, 20), "green": (20, 200, 30), "blue": (30, 40, 220), "orange": (230, 140, 20),
           "turquoise": (20, 220, 220)}
stripes = np.repeat(np.array([list(COLOURS.values())], np.uint8), 16, 0).repeat(16, 1)
cv2.imwrite("8.png", stripes[..., ::-1])
cv2.imwrite("16.png", stripes[..., ::-1].astype(np.uint16) * 257)
number = subprocess.run([FFMPEG, "-version"], check=True, capture_output=True, text=True).stdout.split()[2]
print("FFmpeg", number)


def held(name, filters):
    done = subprocess.run([FFMPEG, "-v", "error", "-i", name, "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                          check=True, capture_output=True)
    pixels = np.frombuffer(done.stdout, np.uint8).reshape(16, 80, 3)[8, 8::16].astype(int)
    return [colour for colour, pixel in zip(COLOURS, pixels) if np.ptp(pixel) > 30]


for similarity in (0.05, 0.1, 0.3):
    hold = f"chromahold=color=0xE61414:similarity={similarity}"
    right = ["red"] if similarity < 0.2 else ["red", "orange"]
    for name, filters in (("8.png", hold), ("16.png", f"format=yuv444p12,{hold}"), ("16.png", hold)):
        found = held(name, filters)
        print(f"  {name}, {filters}: in colour are {', '.join(found)}")
        of_16 = name == "16.png" and filters == hold
        assert found == [*right, *(["turquoise"] if of_16 else [])], "this has changed"
PY
