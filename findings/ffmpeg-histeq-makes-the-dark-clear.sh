#!/usr/bin/env bash
# One would guess: FFmpeg's filter histeq evens out how light a picture is, and leaves its transparency as it is; with
# strength=0, which is none at all, it changes nothing.
#
# What is so: of a picture with alpha, the result's alpha is the lightness that the pixel had: black is clear, a dark
# blue nearly so, and most of a photo is half clear. What was clear in the file, but light underneath, becomes
# visible. It is so with strength=0, too. Without alpha all is well. Status 0, no warning.
#
# Who meets it: who brightens stickers, screenshots and cut-outs by it: PNG and WebP often have alpha where all is
# opaque. On a white page the result only looks pale. Put format=rgb24 in front, or take alpha out before
# (alphaextract) and put it back afterwards (alphamerge).
#
# Source: run here; libavfilter/vf_histeq.c, which has formats with alpha. FFmpeg's manual of histeq has no word of
# alpha.
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
COLOURS = {"black": (0, 0, 0), "blue": (0, 0, 255), "brown": (200, 100, 50), "lime": (0, 255, 0), "white": (255,) * 3}
PICTURE = np.zeros((4, 8 * len(COLOURS), 4), np.uint8)  # five bars, above opaque, below clear
PICTURE[..., :3] = np.array(list(COLOURS.values()), np.uint8).repeat(8, axis=0)
PICTURE[:2, :, 3] = 255


def evened(kind: str, strength: float) -> np.ndarray:
    """The picture after histeq, in this format, as RGBA, a pixel of each bar above and below."""
    raw = ["-f", "rawvideo", "-pix_fmt", "rgba"]
    done = subprocess.run(
        [FFMPEG, "-loglevel", "warning", *raw, "-s", f"{PICTURE.shape[1]}x{PICTURE.shape[0]}", "-i", "-",
         "-vf", f"format={kind},histeq=strength={strength}", *raw, "-"],
        input=PICTURE.tobytes(), capture_output=True, check=True)
    assert b"histeq" not in done.stderr, "no warning"
    return np.frombuffer(done.stdout, np.uint8).reshape(PICTURE.shape)[::3, 4::8]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
print(f"  {', '.join(COLOURS)}")
for kind in ("rgba", "bgra", "argb"):
    for strength in (0, 0.2):
        made = evened(kind, strength)
        print(f"  {kind}, strength {strength}: alpha is {made[0, :, 3].tolist()} where it was 255, "
              f"{made[1, :, 3].tolist()} where it was 0")
        for alpha in made[..., 3]:
            assert alpha[0] < 5 and alpha[1] < 40 and 90 < alpha[2] < 140 and alpha[4] > 250, "this has changed"
        if strength == 0:
            assert np.array_equal(made[..., :3], PICTURE[::3, 4::8, :3]), "the colours are as before"
plain = evened("rgb24", 0)
print(f"  rgb24: alpha is {np.unique(plain[..., 3]).tolist()}")
assert plain[..., 3].min() == 255
PY
