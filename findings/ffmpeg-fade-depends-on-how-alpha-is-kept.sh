#!/usr/bin/env bash
# One would guess: FFmpeg's filter fade fades a clip in from black; of one with transparency the transparency stays, as
# the option alpha ("fade only alpha channel, if one exists") is off; and a shade is darkened alike, with alpha or not.
#
# What is so: it depends on how the pixels are kept. In planes of red, green and blue (gbrap) all is so. In RGBA, as PNG
# and GIF are decoded, it fades the transparency as well: at the beginning there is no black, but nothing, and what lies
# beneath shows through. In YUV with alpha (yuva420p), as video stickers in WebM are decoded, the transparency stays, but
# it fades to a black below black: all shades of 0..255 lose up to 19 on the way, so at a quarter of the way a grey of 60
# is 1 where it should be 15, and comes in late and with a jolt of contrast. Without alpha, in yuv420p, it is right.
# Status 0, no warning.
#
# Who meets it: who fades stickers, titles and cut-out people over a film: the same command gives three films. Put
# format=gbrap in front of it, and set alpha=1 where the transparency is meant.
#
# Source: run here; libavfilter/vf_fade.c: black_level is 16 only for pixel formats in its list of YUV without alpha.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
venv/bin/python - <<'PY'
import subprocess

import imageio_ffmpeg
import numpy as np

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SHADES = [60, 120, 240]
frame = np.full((16, 48, 4), 255, np.uint8)
for at, shade in enumerate(SHADES):
    frame[:, 16 * at : 16 * at + 16, :3] = shade
number = subprocess.run([FFMPEG, "-version"], check=True, capture_output=True, text=True).stdout.split()[2]
print("FFmpeg", number)


def faded(kind):
    """The second of four frames, a quarter faded in: the shades, and the opacity."""
    source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", "48x16", "-i", "-"]
    filters = f"format={kind},fade=t=in:start_frame=0:nb_frames=4,format=rgba"
    done = subprocess.run([FFMPEG, "-v", "error", *source, "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgba", "-"],
                          input=frame.tobytes() * 4, check=True, capture_output=True)
    second = np.frombuffer(done.stdout, np.uint8).reshape(4, 16, 48, 4)[1, 8, 8::16].astype(int)
    return second[:, 0].tolist(), second[0, 3]


print(f"  opaque greys of {SHADES}, a quarter faded in")
RIGHT = [15, 30, 60]
for kind, expected, opacity in (("gbrap", RIGHT, 255), ("yuv420p", RIGHT, 255), ("yuva420p", [0, 14, 46], 255),
                                ("rgba", RIGHT, 64)):
    shades, alpha = faded(kind)
    print(f"    {kind}: {shades}, opacity {alpha}")
    assert np.abs(np.subtract(shades, expected)).max() <= 4 and abs(alpha - opacity) <= 1, "this has changed"
PY
