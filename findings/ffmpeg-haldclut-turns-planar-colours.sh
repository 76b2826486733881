#!/usr/bin/env bash
# One would guess: FFmpeg's filter haldclut gives the same colours whether its two inputs are packed (rgb48) or planar
# (gbrp, gbrp16); an identity table, which its own source haldclutsrc makes, changes nothing in either.
# So it is: with planar inputs the table's planes, stored as green, blue and red, are read as red, green and blue. The
# identity turns orange (200, 100, 30) into green-blue (100, 30, 200). Packed inputs are right.
# Who meets it: who applies a Hald CLUT to video in FFmpeg's fastest format, five times as fast as the packed one.
# Source: tried with PyAV 18.1.0 (FFmpeg 8.1), and with the command ffmpeg 5.1.9 of Debian 12; libavfilter/vf_lut3d.c.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from fractions import Fraction

import av
import numpy as np

LEVEL = 4
axis = np.linspace(0, 65535, LEVEL**2).round()
blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
identity = np.stack([red, green, blue], -1).astype(np.uint16).reshape(LEVEL**3, LEVEL**3, 3)
orange = np.full((48, 64, 3), (200, 100, 30), np.uint8)


def through_the_identity(format):
    graph = av.filter.Graph()
    picture = graph.add_buffer(width=64, height=48, format=av.VideoFormat(format), time_base=Fraction(1))
    table = graph.add_buffer(width=LEVEL**3, height=LEVEL**3, format=av.VideoFormat(format), time_base=Fraction(1))
    look_up, sink = graph.add("haldclut", "clut=first"), graph.add("buffersink")
    picture.link_to(look_up, 0, 0)
    table.link_to(look_up, 0, 1)
    look_up.link_to(sink)
    graph.configure()
    for source, pixels, of in ((table, identity, "rgb48le"), (picture, orange, "rgb24")):
        frame = av.VideoFrame.from_ndarray(pixels, of).reformat(format=format)
        frame.pts, frame.time_base = 0, Fraction(1)
        source.push(frame)
        source.push(None)
    return tuple(int(each) for each in sink.pull().reformat(format="rgb24").to_ndarray()[24, 32])


packed, planar = through_the_identity("rgb48le"), through_the_identity("gbrp16le")
print(f"PyAV {av.__version__}: (200, 100, 30) comes out of the identity as {packed} packed, as {planar} planar")
near = lambda one, other: max(abs(a - b) for a, b in zip(one, other)) <= 4  # noqa: E731
sys.exit(not (near(packed, (200, 100, 30)) and near(planar, (100, 30, 200))))
PYTHON
