#!/usr/bin/env bash
# One would guess: FFmpeg's filter chromashift, which moves the colours of a picture a little against its lightness,
# leaves transparency as it is: it takes clips with alpha, and rgbashift, its neighbour for RGB, leaves alpha where it
# has no shift for it.
#
# What is so: all of the result is wholly transparent, also with a shift of 0, which changes nothing else. An opaque
# PNG with an alpha channel, or a sticker, is invisible afterwards; the colours are there, unseen. Without alpha all
# is well. Status 0, no warning.
#
# Who meets it: who gives clips and stickers the look of an old film or a bad print by it. Take rgbashift; or take
# alpha out before (alphaextract) and put it back afterwards (alphamerge).
#
# Source: run here; libavfilter/vf_chromashift.c. FFmpeg's manual of chromashift has no word of alpha.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import subprocess

import imageio_ffmpeg
import numpy as np

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
WIDTH, HEIGHT, COUNT = 32, 16, 4
CLIP = np.full((COUNT, HEIGHT, WIDTH, 4), (200, 100, 50, 255), np.uint8)
CLIP[:, :, : WIDTH // 2, 3] = 128


def shifted(kind: str, filters: str) -> np.ndarray:
    """The clip after these filters, in this format, as RGBA."""
    raw = ["-f", "rawvideo", "-pix_fmt", "rgba"]
    done = subprocess.run(
        [FFMPEG, "-loglevel", "warning", *raw, "-s", f"{WIDTH}x{HEIGHT}", "-i", "-",
         "-vf", f"format={kind},{filters}", *raw, "-"], input=CLIP.tobytes(), capture_output=True, check=True)
    assert b"shift" not in done.stderr, "no warning"
    return np.frombuffer(done.stdout, np.uint8).reshape(CLIP.shape)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for kind in ("rgba", "gbrap", "yuva420p", "yuva444p", "yuva444p10le"):
    for shift in (0, 2):
        made = shifted(kind, f"chromashift=cbh={shift}")
        print(f"  {kind}, chromashift by {shift}: alpha is {np.unique(made[..., 3]).tolist()}")
        assert made[..., 3].max() == 0, "this has changed"
        assert np.abs(made[..., :3].astype(int) - CLIP[..., :3]).max() <= 3, "the colours are there"
neighbour, plain = shifted("rgba", "rgbashift=rh=2"), shifted("yuv444p", "chromashift=cbh=2")
print(f"  rgbashift: alpha is {np.unique(neighbour[..., 3]).tolist()}; "
      f"chromashift of a clip without alpha: {np.unique(plain[..., 3]).tolist()}")
assert np.array_equal(np.unique(neighbour[..., 3]), [128, 255]) and plain[..., 3].min() == 255
PY
