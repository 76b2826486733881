#!/usr/bin/env bash
# One would guess: FFmpeg's filter colorlevels sets black and white, whose places are given from 0 to 1, alike in
# pictures of 8, 10, 12 and 16 bits; it takes them all as they are.
#
# What is so: of 9 to 14 bits it reckons the places as if there were 16. A black point of 0.1 is 6554, more than the
# white of 10 and 12 bits: the whole clip is black. An output black of 0.2, for a faded look, makes it white. In 14
# bits both are four times what was asked for. Without these two, with white points alone, all is right, and so it is
# with 8 and 16 bits: a preview in 8 bits shows nothing of it. Status 0, no warning.
#
# Who meets it: whoever gives clips the look of a print or a film. Phones record HDR in 10 bits, and FFmpeg hands them
# on to the filter as such. Put format=gbrp16 or format=gbrp in front of it.
#
# Source: run here; libavfilter/vf_colorlevels.c. What comes out is what 65535 times the place gives, whatever the
# depth above 8. FFmpeg's manual of colorlevels says "-1.0 to 1.0", and nothing of depths.
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
SHADES = np.linspace(0, 1, 9)
RAMP = np.repeat((SHADES * 65535).round().astype("<u2")[None, :, None], 3, axis=2)
FORMATS = {"gbrp": 8, "gbrp9le": 9, "gbrp10le": 10, "gbrp12le": 12, "gbrp14le": 14, "gbrp16le": 16}
LEVELS = {  # what is asked for, and what it makes of a shade
    "a black point of 0.1": ("rimin=0.1:gimin=0.1:bimin=0.1", ((SHADES - 0.1) / 0.9).clip(0, 1)),
    "a white point of 0.5": ("rimax=0.5:gimax=0.5:bimax=0.5", (SHADES / 0.5).clip(0, 1)),
    "an output black of 0.2": ("romin=0.2:gomin=0.2:bomin=0.2", 0.2 + 0.8 * SHADES),
}


def levelled(kind: str, levels: str) -> np.ndarray:
    """The ramp's red, from 0 to 1, after colorlevels in this format."""
    command = [FFMPEG, "-loglevel", "warning", "-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"{len(SHADES)}x1",
               "-i", "-", "-vf", f"format={kind},colorlevels={levels},format={kind}",
               "-f", "rawvideo", "-pix_fmt", "gbrp16le", "-"]
    done = subprocess.run(command, input=RAMP.tobytes(), capture_output=True, check=True)
    assert b"colorlevels" not in done.stderr, "no warning"
    return np.frombuffer(done.stdout, "<u2").reshape(3, -1)[2] / 65535


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
print(f"  the shades: {SHADES.round(2).tolist()}")
made = {}
for name, (levels, meant) in LEVELS.items():
    print(f"  {name}, meant: {meant.round(2).tolist()}")
    for kind, bits in FORMATS.items():
        made[name, bits] = levelled(kind, levels)
        right = np.abs(made[name, bits] - meant).max() < 0.01
        print(f"    {bits} bits: {'right' if right else made[name, bits].round(2).tolist()}")
        assert right == (bits in (8, 16) or "white" in name), "this has changed"
for bits in (9, 10, 12):
    assert made["a black point of 0.1", bits].max() == 0, "this has changed"
    assert made["an output black of 0.2", bits].min() > 0.99, "this has changed"

raw = ["-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"{len(SHADES)}x1", "-i", "-"]
coded = ["-c:v", "ffv1", "-f", "nut", "-"]


def ffmpeg(given: bytes, *options: str) -> bytes:
    return subprocess.run([FFMPEG, "-loglevel", "error", *options], input=given, capture_output=True, check=True).stdout


levels = LEVELS["a black point of 0.1"][0]
for kind in ("yuv444p", "yuv444p10le"):
    clip = ffmpeg(RAMP.tobytes(), *raw, "-pix_fmt", kind, *coded)
    graded = ffmpeg(clip, "-i", "-", "-vf", f"colorlevels={levels}", *coded)
    lightest = max(ffmpeg(graded, "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"))
    print(f"  a clip in {kind} with a black point of 0.1: its lightest value is {lightest} of 255")
    assert (lightest == 0) == (kind == "yuv444p10le"), "this has changed"
