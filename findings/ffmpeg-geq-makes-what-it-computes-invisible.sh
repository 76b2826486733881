#!/usr/bin/env bash
# One would guess: FFmpeg's filter geq, which computes each pixel by expressions, leaves a picture visible whose
# transparency one says nothing about: "If no alpha expression is specified it will evaluate to opaque value", says
# its manual.
#
# What is so: without an expression for alpha, all of the result is wholly transparent.
# r='r(X,Y)':g='g(X,Y)':b='b(X,Y)', which changes nothing, makes an opaque PNG with an alpha channel an invisible one,
# in all formats with alpha, of 8 to 16 bits, as YUV and as RGB; the colours are there, unseen. Of a picture without
# alpha all is well, so the same command works for a photo and not for a sticker. Status 0, no warning.
#
# Who meets it: who has an effect as expressions (vignettes, waves, grain) and takes it for stickers, screenshots and
# overlays, which have alpha even where they are opaque. Add a='alpha(X,Y)'.
#
# Source: run here; FFmpeg's manual of geq, quoted above; libavfilter/vf_geq.c.
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
WIDTH, HEIGHT, COUNT = 16, 8, 3
CLIP = np.full((COUNT, HEIGHT, WIDTH, 4), (200, 100, 50, 255), np.uint8)
CLIP[:, :, : WIDTH // 2, 3] = 128
SAME = "r='r(X,Y)':g='g(X,Y)':b='b(X,Y)'"
FORMATS = ("rgba", "gbrap", "gbrap10le", "gbrap16le", "yuva444p", "yuva420p")


def computed(kind: str, expressions: str) -> np.ndarray:
    """The clip, given to geq in this format, as RGBA."""
    raw = ["-f", "rawvideo", "-pix_fmt", "rgba"]
    done = subprocess.run(
        [FFMPEG, "-loglevel", "warning", *raw, "-s", f"{WIDTH}x{HEIGHT}", "-i", "-",
         "-vf", f"format={kind},geq={expressions}", *raw, "-"], input=CLIP.tobytes(), capture_output=True, check=True)
    assert b"geq" not in done.stderr, "no warning"
    return np.frombuffer(done.stdout, np.uint8).reshape(CLIP.shape)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for kind in FORMATS:
    for name, expressions in (("RGB", SAME), ("YUV", "lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)'")):
        without, given = computed(kind, expressions), computed(kind, f"{expressions}:a='alpha(X,Y)'")
        print(f"  {kind}, expressions for {name}: alpha is {np.unique(without[..., 3]).tolist()}; "
              f"with a='alpha(X,Y)' it is {np.unique(given[..., 3]).tolist()}")
        assert without[..., 3].max() == 0, "this has changed"
        assert np.abs(np.unique(given[..., 3]).astype(int) - [128, 255]).max() <= 1
        assert np.array_equal(without[..., :3], given[..., :3]), "the colours are there"
plain = computed("rgb24", SAME)
print(f"  rgb24: alpha is {np.unique(plain[..., 3]).tolist()}")
assert plain[..., 3].min() == 255
PY
