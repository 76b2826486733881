#!/usr/bin/env bash
# One would guess: FFmpeg's filter deflicker evens out how light the pictures of a clip are: each is brought to the
# mean of those around it. A clip that does not flicker stays as it is, however short.
#
# What is so: a clip with fewer pictures than the window has (size=5 by default, up to 129) gets dark, and the shorter
# the darker: the places of the pictures that never came count as black ones. With the default, one picture of grey
# 128 becomes 10, four become 98, 98, 69, 40; by mode=median one to three are quite black. With size=129, which
# smooths more, a clip of two seconds at 30 pictures a second is dark from beginning to end. From the fifth picture
# on, or the 129th, all is right. Status 0, no warning.
#
# Who meets it: who paints clips picture by picture and evens out their flicker afterwards: GIFs, live photos, short
# loops, clips that are cut into pieces, a single picture as a test. Repeat the last picture by tpad, and cut it off
# again.
#
# Source: run here; libavfilter/vf_deflicker.c: filter_frame() waits until there are s->size pictures, or the end; the
# means are then taken of s->size values at any rate. FFmpeg's manual of deflicker has no word of it.
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
GREY, SIDE = 128, 16


def shades(count: int, options: str = "", before: str = "") -> list[int]:
    """How light the pictures of a clip of one grey are after deflicker."""
    clip = np.full((count, SIDE, SIDE, 3), GREY, np.uint8)
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
    done = subprocess.run(
        [FFMPEG, "-loglevel", "warning", *raw, "-s", f"{SIDE}x{SIDE}", "-r", "30", "-i", "-",
         "-vf", f"{before}deflicker{options}", *raw, "-"], input=clip.tobytes(), capture_output=True, check=True)
    assert b"deflicker" not in done.stderr, "no warning"
    made = np.frombuffer(done.stdout, np.uint8).reshape(-1, SIDE, SIDE, 3)
    assert len(made) == count
    return made[:, 0, 0, 0].tolist()


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
plain, median = {}, {}
for count in (1, 2, 3, 4, 5, 6, 12):
    plain[count], median[count] = shades(count), shades(count, "=mode=median")
    print(f"  {count} pictures of {GREY}: {plain[count]}; by mode=median {median[count]}")
long = shades(60, "=size=129")
print(f"  60 pictures, size=129: from {max(long)} to {min(long)}; 129 pictures: {set(shades(129, '=size=129'))}")
for made in (plain, median):
    assert all(abs(shade - GREY) <= 1 for count in (5, 6, 12) for shade in made[count])
assert plain[1][0] < 20 and max(plain[2]) < 50 and max(plain[4]) < 110, "this has changed"
assert all(max(median[count]) == 0 for count in (1, 2, 3)), "this has changed"
assert max(long) < 70, "this has changed"
helped = shades(2, ",trim=end_frame=2", "tpad=stop=4:stop_mode=clone,")
print(f"  2 pictures, with 4 copies of the last one while deflicker works: {helped}")
assert all(abs(shade - GREY) <= 1 for shade in helped)
PY
