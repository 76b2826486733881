#!/usr/bin/env bash
# One would guess: FFmpeg's filters that make one colour transparent (colorkey, chromakey, hsvkey) can follow each
# other: the second makes another colour transparent, too, and what was clear in the file stays clear.
#
# What is so: each writes the whole alpha anew, from its own colour alone. colorkey=lime,colorkey=blue makes blue
# clear and lime opaque again; all that was clear or half clear in a sticker is opaque after one key, in the colours
# that happen to lie there, mostly black. lumakey, which does the like by lightness, keeps what is there. Status 0, no
# warning.
#
# Who meets it: who cuts a figure out in front of a screen with two colours, or takes one more colour out of a picture
# that is cut out already. Put the keys side by side after split, and join their alphas (alphaextract) by
# blend=all_mode=multiply and alphamerge.
#
# Source: run here; libavfilter/vf_colorkey.c, vf_chromakey.c and vf_hsvkey.c. FFmpeg's manual has no word of pixels
# that are transparent already.
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
NAMES = ("lime", "blue", "brown", "brown, half clear", "brown, clear")
BARS = [(0, 255, 0, 255), (0, 0, 255, 255), (200, 100, 50, 255), (200, 100, 50, 128), (200, 100, 50, 0)]
PICTURE = np.tile(np.array(BARS, np.uint8).repeat(8, axis=0), (8, 1, 1))  # of 40 x 8 pixels


def alphas(filters: str) -> list[int]:
    """The opacity in the middle of the five bars."""
    raw = ["-f", "rawvideo", "-pix_fmt", "rgba"]
    done = subprocess.run([FFMPEG, "-loglevel", "warning", *raw, "-s", "40x8", "-i", "-", "-vf", filters, *raw, "-"],
                          input=PICTURE.tobytes(), capture_output=True, check=True)
    assert b"key @" not in done.stderr, "no warning"
    return np.frombuffer(done.stdout, np.uint8).reshape(PICTURE.shape)[4, 4::8, 3].tolist()


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
before = alphas("null")
print(f"  {', '.join(NAMES)}: {before}")
assert before == [255, 255, 255, 128, 0]
for lime, blue in (("colorkey=lime:0.1", "colorkey=blue:0.1"),
                   ("format=yuva444p,chromakey=lime:0.1", "chromakey=blue:0.1")):
    one, both = alphas(lime), alphas(f"{lime},{blue}")
    print(f"  {lime}: {one}; then {blue}: {both}")
    assert one == [0, 255, 255, 255, 255] and both == [255, 0, 255, 255, 255], "this has changed"
grey = alphas("format=yuva444p,hsvkey=hue=0:sat=0:val=0.99:similarity=0.01")
print(f"  hsvkey of what is nearly white, as nothing is: {grey}")
assert grey == [255] * 5, "this has changed"
kept = alphas("format=yuva444p,lumakey=threshold=0.99:tolerance=0.005")
print(f"  lumakey of what is nearly white: {kept}")
assert max(abs(one - other) for one, other in zip(kept, before, strict=True)) <= 1, "as it is meant"
both = alphas("split=3[one][other][rest]; [one] colorkey=lime:0.1, alphaextract [a]; "
              "[other] colorkey=blue:0.1, alphaextract [b]; [a][b] blend=all_mode=multiply [c]; [rest][c] alphamerge")
print(f"  colorkey of lime and of blue side by side: {both}")
assert both == [0, 0, 255, 255, 255]
PY
