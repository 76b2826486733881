#!/usr/bin/env bash
# One would guess: a white box that FFmpeg's drawbox lays on a picture is white, and a black one black, whatever file
# the picture comes from: white is 255 in the result.
#
# What is so: on a JPEG, white is 235, black is 16, and red is (238, 14, 14). The filter knows the colours of films,
# whose luma goes from 16 to 235, and a JPEG's goes from 0 to 255, as does that of MJPEG, of webcams and of some
# phones' clips. drawbox, drawgrid and fillborders do so; pad, rotate and fade look at the range and are right. From
# the same photo as PNG, which is RGB, all are right. Status 0, no warning.
#
# Who meets it: who lays a frame, a bar for a caption or a grid on photos, or blackens a face or a number plate:
# beside paper or a real border one sees the grey. Put format=gbrp in front of the filter.
#
# Source: run here; libavfilter/vf_drawbox.c and vf_fillborders.c, which take RGB_TO_Y_CCIR for any range, where pad
# has ff_draw_init2() with the frame's. FFmpeg's manual names no limit.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 pillow==13.0.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import io
import subprocess

import imageio_ffmpeg
from PIL import Image

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
SIZE, COLOUR = (64, 48), (120, 130, 140)
photo = Image.new("RGB", SIZE, COLOUR)
photo.save("photo.jpg", quality=95, subsampling=0)
photo.save("photo.png")
subprocess.run([FFMPEG, "-loglevel", "error", "-i", "photo.png", "-pix_fmt", "yuv420p", "-c:v", "ffv1", "film.mkv"],
               check=True)


def drawn(file: str, filters: str) -> tuple[int, int, int]:
    """The colour in the upper left corner."""
    done = subprocess.run(
        [FFMPEG, "-loglevel", "warning", "-i", file, "-vf", filters, "-c:v", "png", "-pix_fmt", "rgb24",
         "-f", "image2pipe", "-"], capture_output=True, check=True)
    assert not any(name in done.stderr for name in (b"drawbox", b"drawgrid", b"fillborders")), "no warning"
    return Image.open(io.BytesIO(done.stdout)).convert("RGB").getpixel((2, 2))


WHITE = (255, 255, 255)
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
found = {}
for name, filters, meant in (
    ("drawbox, white", "drawbox=0:0:20:20:white:fill", WHITE),
    ("drawbox, black", "drawbox=0:0:20:20:black:fill", (0, 0, 0)),
    ("drawbox, red", "drawbox=0:0:20:20:red:fill", (255, 0, 0)),
    ("drawgrid, white", "drawgrid=w=8:h=8:c=white:t=8", WHITE),
    ("fillborders, white", "fillborders=4:4:4:4:fixed:white", WHITE),
    ("pad, white", "pad=80:64:8:8:white", WHITE),
    ("rotate, white", "rotate=0.5:c=white", WHITE),
    ("fade, white", "fade=in:0:10:color=white", WHITE),
    ("format=gbrp, drawbox, white", "format=gbrp,drawbox=0:0:20:20:white:fill", WHITE),
):
    found[name] = {kind: drawn(kind, filters) for kind in ("photo.jpg", "photo.png", "film.mkv")}
    print(f"  {name}: {found[name]}")
    for kind in ("photo.png", "film.mkv"):
        assert max(abs(a - b) for a, b in zip(found[name][kind], meant, strict=True)) <= 2, "as it is meant"
of_jpeg = {name: made["photo.jpg"] for name, made in found.items()}
assert of_jpeg["drawbox, white"] == of_jpeg["drawgrid, white"] == of_jpeg["fillborders, white"] == (235,) * 3, \
    "this has changed"
assert of_jpeg["drawbox, black"] == (16, 16, 16) and of_jpeg["drawbox, red"] == (238, 14, 14), "this has changed"
assert all(of_jpeg[name] == WHITE for name in (
    "pad, white", "rotate, white", "fade, white", "format=gbrp, drawbox, white"))
PY
