#!/usr/bin/env bash
# One would guess: VideoFrame.to_ndarray(format="rgb24") rounds, so that the mean error of its values is about 0,
# whether a frame stores its colours at full size (4:4:4) or at half the size (4:2:0), as nearly all clips do.
#
# What is so: from 4:2:0 on x86-64 each value is cut off several times on the way: colours come out 1 of 255 darker on
# average, and up to 3; grey 0.5. From 4:4:4, or through FFmpeg's scale filter with the flag accurate_rnd, they are
# right to half a level. libswscale's fast path is the default. PyAV takes the flags as `interpolation`, which they are
# not called; and accurate_rnd alone makes it darker still (1.7): only together with full_chroma_int it rounds.
#
# Who meets it: whoever compares frames with a picture, averages many frames, or encodes what was decoded again and
# again: each generation is darker than the one before.
#
# Source: run here; FFmpeg's documentation of the scaler's flags, "accurate_rnd: Enable accurate rounding".
set -eu
[ "$(uname -m)" = x86_64 ] || { echo "This was seen on x86-64 only."; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
from fractions import Fraction

import av
import numpy as np
from av.video.reformatter import Interpolation as Flag

HEIGHT, WIDTH = 128, 256


def frame(y, u, v, pixel_format):
    made = av.VideoFrame(WIDTH, HEIGHT, pixel_format)
    for plane, values in zip(made.planes, (y, u, v)):
        padded = np.zeros((plane.height, plane.line_size), np.uint8)
        padded[:, : plane.width] = values
        plane.update(padded.tobytes())
    return made


def exact(y, u, v):
    """BT.601 in limited range, in floating point."""
    light, blueness, redness = (y - 16.0) * 255 / 219, (u - 128) * 255 / 224, (v - 128) * 255 / 224
    red, blue = light + 2 * (1 - 0.299) * redness, light + 2 * (1 - 0.114) * blueness
    return np.stack([red, (light - 0.299 * red - 0.114 * blue) / 0.587, blue], axis=-1)


def by_filter(picture):
    graph = av.filter.Graph()
    source = graph.add_buffer(width=WIDTH, height=HEIGHT, format=picture.format, time_base=Fraction(1, 25))
    scale = graph.add("scale", "in_color_matrix=bt601:in_range=tv:flags=accurate_rnd+full_chroma_int")
    rgb, sink = graph.add("format", "rgb24"), graph.add("buffersink")
    source.link_to(scale)
    scale.link_to(rgb)
    rgb.link_to(sink)
    graph.configure()
    graph.vpush(picture)
    return graph.vpull().to_ndarray()


y = np.tile(np.linspace(60, 190, WIDTH).round().astype(np.uint8), (HEIGHT, 1))
print("PyAV", av.__version__)
for name, u, v in (("grey", 128, 128), ("orange", 110, 150), ("blue", 150, 115)):
    right = exact(y, u, v)
    half, full = frame(y, u, v, "yuv420p"), frame(y, u, v, "yuv444p")
    one = half.reformat(format="rgb24", interpolation=Flag.BILINEAR | Flag.ACCURATE_RND).to_ndarray()
    flags = Flag.BILINEAR | Flag.ACCURATE_RND | Flag.FULL_CHR_H_INT
    both = half.reformat(format="rgb24", interpolation=flags).to_ndarray()
    ways = half.to_ndarray(format="rgb24"), full.to_ndarray(format="rgb24"), by_filter(half), one, both
    errors = [pixels - right for pixels in ways]
    means = [error.mean() for error in errors]
    print(
        f"{name:7} mean error: 4:2:0 {means[0]:+.2f}, 4:4:4 {means[1]:+.2f}, 4:2:0 by the filter {means[2]:+.2f},"
        f" by reformat with accurate_rnd {means[3]:+.2f}, and full_chroma_int {means[4]:+.2f}"
    )
    assert means[0] < -0.4, "4:2:0 is no longer darker"
    assert abs(means[1]) < 0.1
    assert abs(means[2]) < 0.1
    assert means[3] < -0.4, "accurate_rnd is enough now"
    assert abs(means[4]) < 0.1
    assert abs(errors[2]).max() < 1
PY
