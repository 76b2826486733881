#!/usr/bin/env bash
# One would guess: FFmpeg's filter scale resizes a picture with transparency as Pillow, browsers and FFmpeg's own zscale
# do: a pixel at the edge, of which a quarter is covered by white, is white at a quarter's opacity.
#
# What is so: scale averages each of the four channels by itself, with the colour that lies unseen under the transparent
# part, mostly black. That pixel is dark grey at a quarter's opacity; on a white ground, where a white sticker's edge
# cannot be seen, it shows as a grey line, and under transparent pixels of another colour as that. It is so by any
# filter kernel, packed (rgba) and planar (gbrap, yuva420p); gblur, boxblur and rotate do it, too. With
# premultiply=inplace=1 before and unpremultiply=inplace=1 behind, or with zscale, it is right.
#
# Who meets it: who makes Telegram's video stickers, which must be 512 pixels wide with transparency, or reduces drawn
# overlays: the usual command (-vf scale=512:512) outlines all that is light.
#
# Source: run here; FFmpeg's manual of scale, zscale and premultiply; libswscale's scaling of the alpha plane in
# libswscale/swscale.c. The manual of scale does not speak of transparency.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.8.1 numpy==2.4.6 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import subprocess

import imageio_ffmpeg
import numpy as np
from PIL import Image

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
LARGE, SMALL, EDGE = 64, 16, 8  # of four columns that become column 8, one is white
sticker = np.zeros((LARGE, LARGE, 4), np.uint8)
sticker[:, : 4 * EDGE + 1] = 255


def by_ffmpeg(filters, picture=sticker):
    raw = ["-f", "rawvideo", "-pix_fmt", "rgba"]
    command = [FFMPEG, "-loglevel", "warning", *raw, "-s", f"{LARGE}x{LARGE}", "-i", "-", "-vf", filters, *raw, "-"]
    done = subprocess.run(command, input=picture.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(SMALL, SMALL, 4)


def at_edge(picture):
    """The colour and the opacity at the edge, and what a white ground shows there."""
    *colour, alpha = (int(value) for value in picture[SMALL // 2, EDGE])
    return colour, alpha, round((colour[1] * alpha + 255 * (255 - alpha)) / 255)


size = f"{SMALL}:{SMALL}"
WAYS = {
    "scale (bicubic)": by_ffmpeg(f"scale={size}"),
    "scale, area": by_ffmpeg(f"scale={size}:flags=area"),
    "scale, lanczos": by_ffmpeg(f"scale={size}:flags=lanczos"),
    "scale of gbrap": by_ffmpeg(f"format=gbrap,scale={size}"),
    "scale of yuva420p": by_ffmpeg(f"format=yuva420p,scale={size}"),
    "scale of what is premultiplied": by_ffmpeg(f"premultiply=inplace=1,scale={size},unpremultiply=inplace=1"),
    "zscale": by_ffmpeg(f"zscale={size}"),
    "Pillow": np.asarray(Image.fromarray(sticker).resize((SMALL, SMALL), Image.Resampling.BICUBIC)),
}
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for name, picture in WAYS.items():
    colour, alpha, shown = at_edge(picture)
    print(f"  {name}: {colour} at an opacity of {alpha}; on white {shown}")
    assert 50 < alpha < 80
    if name in ("scale of what is premultiplied", "zscale", "Pillow"):
        assert min(colour) >= 250 and shown >= 250
    else:
        assert max(colour) < 100 and shown < 225, "this has changed"
green = np.where(sticker[..., 3:] == 0, np.array([0, 255, 0, 0], np.uint8), sticker)
colour, alpha, _ = at_edge(by_ffmpeg(f"scale={size}", green))
print(f"  scale, with green under what is transparent: {colour} at an opacity of {alpha}")
assert colour[1] > 250 and colour[0] < 100, "this has changed"
PY
