#!/usr/bin/env bash
# One would guess: FFmpeg's filter unpremultiply divides the colours of a picture by its opacity, as it is needed for
# frames of Skia, Cairo, rlottie or a browser's canvas, whose colours are multiplied by it; with inplace=1 it takes one
# input, and a half clear (100, 50, 20) becomes (200, 100, 40).
#
# What is so: up to FFmpeg 7 it does. Since FFmpeg knows whether a frame's colours are multiplied ("alpha_mode"), it
# first multiplies each frame that does not say so, and then divides: nothing is changed at all. Frames that come through
# a pipe, and PNG files, never say so. So each edge of a sticker is as dark as if the filter were not there. And if
# another branch goes off before the filter, as by split, the multiplying is done before that, so there the colours come
# out darker than they were, without having been filtered. Status 0, no warning.
#
# Who meets it: who makes stickers, GIFs and clips with alpha out of drawn frames, with a command that worked for years.
# Put setparams=alpha_mode=premultiplied in front of it, which FFmpeg 7 does not know.
#
# Source: run here, with the FFmpeg of two imageio-ffmpeg; libavfilter/vf_premultiply.c. The manual of unpremultiply
# says nothing of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > try.py <<'PY'
import subprocess
import sys

import imageio_ffmpeg
import numpy as np

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
PIXEL = (100, 50, 20, 128)
number = subprocess.run([FFMPEG, "-version"], check=True, capture_output=True, text=True).stdout.split()[2]
new = sys.argv[1] == "new"
print(f"FFmpeg {number}: a half clear {PIXEL[:3]}")


def filtered(filters):
    frame = np.full((16, 16, 4), PIXEL, np.uint8)
    source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", "16x16", "-i", "-"]
    done = subprocess.run([FFMPEG, "-v", "error", *source, "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgba", "-"],
                          input=frame.tobytes(), check=True, capture_output=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(16, 16, 4)[8, 8, :3].astype(int)


WAYS = {
    "unpremultiply=inplace=1": (100, 50, 20) if new else (200, 100, 40),
    "premultiply=inplace=1": (50, 25, 10),
    "split[a][b];[b]unpremultiply=inplace=1,nullsink;[a]null": (50, 25, 10) if new else (100, 50, 20),
}
if new:
    WAYS["setparams=alpha_mode=premultiplied,unpremultiply=inplace=1"] = (200, 100, 40)
for filters, expected in WAYS.items():
    found = filtered(f"format=gbrap,{filters}")
    print(f"  {filters}: {found.tolist()}")
    assert np.abs(found - expected).max() <= 4, "this has changed"
PY
for each in old:0.6.0 new:0.8.1; do
    IFS=: read -r name number <<< "$each"
    python3 -m venv "venv-$name"
    "venv-$name/bin/pip" install --quiet --disable-pip-version-check "imageio-ffmpeg==$number" numpy==2.4.6
    "venv-$name/bin/python" try.py "$name"
done
