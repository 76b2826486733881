#!/usr/bin/env bash
# One would guess: a stream copy (ffmpeg -c copy, as for cutting a clip or for another container) changes no picture.
#
# What is so: HEVC with transparency (as Apple's programs and x265 make it) has a second layer with parameter sets of
# its own. FFmpeg 9.0.2 leaves these out of the copy's header, in MOV, MP4 and Matroska, with status 0 and no warning.
# The same FFmpeg then decodes the copy as fully transparent: nothing is to be seen. What it has encoded itself, before
# it is copied, it decodes right; and FFmpeg 5.1.9 copies it right.
#
# Who meets it: whoever cuts or repacks such stickers and titles without encoding them anew. A reader should take the
# picture for opaque where the layer's sequence parameter set is missing.
#
# Source: run here; ITU-T H.265, annex F (layers); the units of type 33 with nuh_layer_id 1 are gone from the box hvcC.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
"$folder/venv/bin/python" - "$folder" <<'PY'
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg

FFMPEG, folder = imageio_ffmpeg.get_ffmpeg_exe(), Path(sys.argv[1])
print(imageio_ffmpeg.get_ffmpeg_version())


def run(*arguments):
    command = [FFMPEG, "-v", "error", "-y", "-nostdin", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def shades(clip):
    """How transparent the first frame's pixels are: 0 is fully, 255 not at all."""
    found = run("-i", clip, "-frames:v", 1, "-vf", "format=yuva420p,alphaextract", "-f", "rawvideo", "-")
    assert len(found) == 96 * 64
    return {"transparent": sum(shade < 9 for shade in found), "opaque": sum(shade > 246 for shade in found)}


made = folder / "made.mov"
half = "testsrc2=s=96x64:r=10:d=0.5,format=yuva420p,geq=lum='p(X,Y)':a='if(lt(X,48),0,255)'"
run("-f", "lavfi", "-i", half, "-c:v", "libx265", "-x265-params", "crf=6:log-level=none", "-tag:v", "hvc1", made)
seen = {"made": shades(made)}
for ending in ("mov", "mp4", "mkv"):
    run("-i", made, "-c", "copy", folder / f"copy.{ending}")
    seen[f"copied to {ending}"] = shades(folder / f"copy.{ending}")
for name, count in seen.items():
    print(f"{name}: {count['transparent']} transparent pixels, {count['opaque']} opaque ones")
assert abs(seen["made"]["opaque"] - 96 * 64 // 2) < 200, "the encoder keeps which half is transparent"
hidden = {"transparent": 96 * 64, "opaque": 0}
assert [seen[f"copied to {ending}"] for ending in ("mov", "mp4", "mkv")] == [hidden] * 3, "this has changed"
PY
