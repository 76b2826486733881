#!/usr/bin/env bash
# One would guess: imageio.v3.imread(film, plugin="pyav") gives all frames of a film, as many as imiter() and every player.
#
# What is so: it makes room for as many frames as the header counts, decodes into it, and gives all of it. If a film was cut
# without encoding it again (ffmpeg -ss ... -c copy, "trim" of a phone), the frames in front of the cut are still in the
# file, as later ones are built upon them, and an edit list says that they are not shown. The header counts them, the decoder
# leaves them out. As many frames at the end of the array are memory that nobody has written: black, or whatever stood there
# before. Nothing is raised. improps(film).shape is wrong in the same way; imiter() is right.
#
# Who meets it: who reads clips for training, for a style from a film or for a measure over all frames. A second cut away
# from a clip of five seconds makes every sixth frame a false one.
#
# Source: run here; imageio/plugins/pyav.py, PyAVPlugin.read(), fills numpy.empty(); github.com/imageio/imageio, issue 1005,
# has a film of 806 and 752 frames, which its author took for corrupted, and pull request 939 made the array in advance.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 imageio==2.38.1 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
from fractions import Fraction

import av
import imageio
import imageio.v3 as iio
import numpy as np

SIZE, RATE, FRAMES, CUT = 64, 30, 48, 10


def grey(value):
    return np.full((SIZE, SIZE, 3), value, np.uint8)


with av.open("whole.mp4", "w") as film:  # frame i is grey with the level 20 + 4 i
    stream = film.add_stream("libx264", rate=RATE, options={"crf": "1"})
    stream.width, stream.height, stream.pix_fmt = SIZE, SIZE, "yuv420p"
    for index in range(FRAMES):
        film.mux(stream.encode(av.VideoFrame.from_ndarray(grey(20 + 4 * index))))
    film.mux(stream.encode())

with av.open("whole.mp4") as whole, av.open("cut.mp4", "w") as cut:  # as ffmpeg -ss 10/30 -i whole.mp4 -c copy cut.mp4
    old = whole.streams.video[0]
    new = cut.add_stream_from_template(old)
    for packet in whole.demux(old):
        if packet.dts is not None:
            packet.pts -= round(Fraction(CUT, RATE) / old.time_base)
            packet.dts -= round(Fraction(CUT, RATE) / old.time_base)
            packet.stream = new
            cut.mux(packet)

print("ImageIO", imageio.__version__, "PyAV", av.__version__)
for name, expected, header in (("whole.mp4", FRAMES, FRAMES), ("cut.mp4", FRAMES - CUT, FRAMES)):
    with av.open(name) as film:
        decoded = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    with av.open(name) as film:
        counted = film.streams.video[0].frames
    one_by_one = list(iio.imiter(name, plugin="pyav"))
    frames = iio.imread(name, plugin="pyav")
    levels = frames[:, SIZE // 2, SIZE // 2, 0].tolist()
    print(f"  {name}: PyAV decodes {len(decoded)} frames, imiter() gives {len(one_by_one)}, imread() {len(frames)}")
    assert len(decoded) == len(one_by_one) == expected and counted == header
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(frames, decoded))
    if len(frames) > expected:
        print(f"    grey levels of the film's last two frames: {levels[:expected][-2:]}; behind: {levels[expected:]}")
    assert len(frames) == header, "this has changed"
PY
