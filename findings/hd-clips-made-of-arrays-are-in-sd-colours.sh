#!/usr/bin/env bash
# One would guess: imageio, moviepy, OpenCV and PyAV write a clip of frames in RGB so that players show the frames'
# colours, whatever the size.
#
# What is so: all of them let FFmpeg turn RGB to YUV by its default, the matrix of BT.601, and write into the file that
# the matrix is unspecified. Players have to guess then, and most guess by the size: BT.601 for small clips, BT.709 from
# 1280 pixels or 577 rows on (libplacebo and mpv, VLC, browsers in like manner). So a clip of 640x480 is right, and the
# same frames at 1280x720 are off by up to 40 shades: green is too dark, red turns towards orange. Read again by each of
# these packages, which take unspecified for BT.601 at each size, the colours are right, so no test finds it.
#
# Who meets it: who makes films of arrays: painted clips, time lapses, renderings. Convert by the filter
# scale=out_color_matrix=bt709, and set -colorspace bt709, -color_primaries and -color_trc too.
#
# Source: run here; libplacebo's src/colorspace.c, pl_color_system_guess_ycbcr(); github.com/imageio/imageio, issue 552;
# github.com/Zulko/moviepy, issue 1794.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 imageio==2.38.1 imageio-ffmpeg==0.8.1 \
    moviepy==2.2.1 numpy==2.4.6 opencv-python-headless==5.0.0.93
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import av
import cv2
import imageio.v3
import numpy as np
from moviepy import ImageSequenceClip

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "skin": (224, 172, 105)}
UNSPECIFIED = 2


def by_imageio(frames, path):
    imageio.v3.imwrite(path, frames, plugin="FFMPEG", fps=10)


def by_imageio_pyav(frames, path):
    imageio.v3.imwrite(path, frames, plugin="pyav", codec="libx264", fps=10)


def by_moviepy(frames, path):
    ImageSequenceClip(list(frames), fps=10).write_videofile(path, logger=None)


def by_opencv(frames, path):
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"mp4v"), 10, frames.shape[2:0:-1])
    for frame in frames:
        writer.write(frame[..., ::-1].copy())
    writer.release()


def by_pyav(frames, path):
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10, pix_fmt="yuv420p")
        stream.height, stream.width = frames.shape[1:3]
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode())


def rgb(planes, red, blue):
    """The colours of a frame in limited range, by the matrix with these weights of red and blue."""
    y, u, v = (plane.astype(float) for plane in planes)
    light, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    r, b = light + 2 * (1 - red) * v, light + 2 * (1 - blue) * u
    g = (light - red * r - blue * b) / (1 - red - blue)
    return (np.stack([r, g, b], axis=-1).clip(0, 1) * 255).round()


def read(path):
    """The middles of the four colours, as Y, U, V; the matrix that the file names; and the colours by PyAV itself."""
    with av.open(path) as container:
        frame = next(container.decode(video=0))
        assert frame.format.name == "yuv420p"
        planes = []
        for plane, step in zip(frame.planes, (1, 2, 2)):
            rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
            columns = (np.arange(4) * 2 + 1) * frame.width // 8 // step
            planes.append(rows[plane.height // 2, columns])
        own = frame.to_ndarray(format="rgb24")[frame.height // 2, (np.arange(4) * 2 + 1) * frame.width // 8]
        return planes, container.streams.video[0].codec_context.colorspace, own


wanted = np.array(list(COLOURS.values()))
print(*(f"{name} {version(name)}" for name in ("imageio", "moviepy", "opencv-python-headless", "av")))
for write in (by_imageio, by_imageio_pyav, by_moviepy, by_opencv, by_pyav):
    for width, height in ((640, 480), (1280, 720)):
        frame = np.repeat(wanted.astype(np.uint8), width // 4, axis=0)[None].repeat(height, axis=0)
        write(np.stack([frame] * 6), "clip.mp4")
        planes, named, own = read("clip.mp4")
        sd, hd = rgb(planes, 0.299, 0.114), rgb(planes, 0.2126, 0.0722)
        assert named == UNSPECIFIED, "this has changed"
        assert np.abs(sd - wanted).max() < 9 and np.abs(own - wanted).max() < 9, "this has changed"
    shown = ", ".join(f"{name} {tuple(map(int, colour))}" for name, colour in zip(COLOURS, hd))
    off = np.abs(hd - wanted).max()
    print(f"  {write.__name__} at {width}x{height}, taken for BT.709: {shown}; off by up to {off:.0f}")
    assert off > 25
PY
