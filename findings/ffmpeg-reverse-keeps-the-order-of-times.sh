#!/usr/bin/env bash
# One would guess: FFmpeg's filter reverse plays a clip backwards: a picture that stood for a second stands for a second in
# the reversed clip, too.
#
# What is so: the pictures are turned round, their times are not. If a GIF's first picture stands for a second and the others
# go by fast, the reversed one stands for a second on what was the last picture, and flits over the one that was first. The
# sum is right, and so is a clip of an even rate, with which it is usually tried.
#
# Who meets it: who makes boomerangs and loops there and back of GIFs, stickers, screen recordings or phones' clips, whose
# frames do not come evenly (a phone's camera is slower in the dark).
#
# Source: run here, and so does the command of FFmpeg 9.0.2; FFmpeg's libavfilter/f_reverse.c, request_frame(): frames go out
# from the last on, time stamps from the first on. The documentation warns of the memory only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6 pillow==13.0.0
"$folder/venv/bin/python" - <<'PY'
import io

import av
import numpy as np
from PIL import Image

SHADES, TIMES = [0, 60, 120, 180, 240], [1000, 100, 100, 100, 400]  # milliseconds
first, *others = (Image.fromarray(np.full((32, 32), shade, np.uint8)) for shade in SHADES)
first.save(file := io.BytesIO(), "GIF", save_all=True, append_images=others, duration=TIMES, loop=0)

with av.open(io.BytesIO(file.getvalue())) as container:
    stream = container.streams.video[0]
    graph = av.filter.Graph()
    source, reverse, sink = graph.add_buffer(template=stream), graph.add("reverse"), graph.add("buffersink")
    source.link_to(reverse)
    reverse.link_to(sink)
    graph.configure()
    last = 0
    for frame in container.decode(stream):
        source.push(frame)
    source.push(None)
frames = []
while True:
    try:
        frames.append(sink.pull())
    except (av.EOFError, av.BlockingIOError):
        break
starts = [round(float(frame.pts * frame.time_base) * 1000) for frame in frames]
shades = [int(frame.reformat(format="gray").to_ndarray()[16, 16]) for frame in frames]
stands = [after - start for start, after in zip(starts, [*starts[1:], sum(TIMES)])]
print("PyAV", av.__version__, "libavfilter", *av.library_versions["libavfilter"])
print("  the clip:         ", *(f"{shade} for {time} ms," for shade, time in zip(SHADES, TIMES)))
print("  reversed:         ", *(f"{shade} for {time} ms," for shade, time in zip(shades, stands)))
print("  one would guess:  ", *(f"{shade} for {time} ms," for shade, time in zip(SHADES[::-1], TIMES[::-1])))
assert all(abs(seen - shade) <= 2 for seen, shade in zip(shades, SHADES[::-1], strict=True))
assert stands == TIMES != TIMES[::-1], "this has changed"
PY
