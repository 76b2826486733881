#!/usr/bin/env bash
# One would guess: every frame of a lossy animated WebP comes out as it went in, but for the noise of its quality.
#
# What is so: libwebp's encoder leaves out the pixels of a frame that are like those of the frame before, by 5 levels at
# quality 75 and by 3 at 90. It compares with the frame before as it was given, not with what a viewer sees by then. So a
# fade of 2 levels a frame is never stored where anything else moves: the picture stays at 200 while it should fall to 82.
# Key frames would mend it. FFmpeg's libwebp_anim and libvips (sharp, too) make none. Pillow makes one every 5 frames, so
# that it is off by 10, unless minimize_size asks for none. At quality 100, where it is 1 level, and in lossless files this
# fade is right. A film in which nothing else moves is right, too, since a frame that is like the one before in all places is
# put off.
#
# Who meets it: who makes WebPs of films that fade in or out, of sunsets, or of slow zooms into an even sky.
#
# Source: run here, also with sharp 0.35.3; libwebp 1.6.0's src/mux/anim_encode.c: QualityToMaxDiff(), PixelsAreSimilar(),
# and prev_canvas, which CacheFrame() takes from the frame as it was given. Since August 2025 its source compares with what
# is left on the canvas ("Add canvas carryover"), but it is in no release up to 1.6.0. Pillow's documentation says that
# minimize_size "implicitly disables key-frame insertion", and not what that loses.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6 pillow==13.0.0 pyvips==3.2.0 pyvips-binary==8.18.7
"$folder/venv/bin/python" - <<'PY'
import io

import av
import numpy as np
import PIL
import pyvips
from PIL import Image, features

COUNT, SIZE, TIME, STEP, START = 60, 64, 40, 2, 200


def film(moving):
    """Grey that becomes darker by two levels a frame, with a red square that jumps about."""
    frames = [np.full((SIZE, SIZE, 3), START - STEP * i, np.uint8) for i in range(COUNT)]
    for i, frame in enumerate(frames if moving else []):
        left = (4 + 7 * i) % 48
        frame[2:10, left : left + 8] = (255, 0, 0)
    return frames


def by_ffmpeg(frames, quality):
    file = io.BytesIO()
    with av.open(file, "w", format="webp") as container:
        stream = container.add_stream("libwebp_anim", rate=1000 // TIME, options={"quality": str(quality)})
        stream.width, stream.height, stream.pix_fmt = SIZE, SIZE, "yuv420p"
        for frame in [*(av.VideoFrame.from_ndarray(each, "rgb24") for each in frames), None]:
            container.mux(stream.encode(frame))
    return file.getvalue()


def by_libvips(frames, quality, **options):
    image = pyvips.Image.new_from_array(np.concatenate(frames)).copy()
    image.set_type(pyvips.GValue.gint_type, "page-height", SIZE)
    image.set_type(pyvips.GValue.array_int_type, "delay", [TIME] * COUNT)
    return image.webpsave_buffer(Q=quality, **options)


def by_pillow(frames, quality, **options):
    first, *others = map(Image.fromarray, frames)
    first.save(file := io.BytesIO(), "WEBP", save_all=True, append_images=others, duration=TIME, quality=quality, **options)
    return file.getvalue()


def worst(data):
    """How far the grey is off, at most, at the moment when a frame appears."""
    with Image.open(io.BytesIO(data)) as image:
        at, found = 0, 0
        for i in range(image.n_frames):
            image.seek(i)
            image.load()
            grey = int(np.asarray(image.convert("RGB"))[40, 40, 1])
            found = max(found, abs(grey - (START - STEP * (at // TIME))))
            at += image.info["duration"]
        assert at == COUNT * TIME
    return found


print("PyAV", av.__version__, "Pillow", PIL.__version__, "with libwebp", features.version("webp"), end=", ")
print("libvips", *(pyvips.version(part) for part in range(3)))
moving, resting = film(moving=True), film(moving=False)
found = {
    "FFmpeg, quality 75": worst(by_ffmpeg(moving, 75)),
    "FFmpeg, quality 90": worst(by_ffmpeg(moving, 90)),
    "libvips, quality 75": worst(by_libvips(moving, 75)),
    "libvips, quality 90": worst(by_libvips(moving, 90)),
    "Pillow without key frames, quality 90": worst(by_pillow(moving, 90, minimize_size=True)),
    "Pillow, quality 90": worst(by_pillow(moving, 90)),
    "FFmpeg, quality 100": worst(by_ffmpeg(moving, 100)),
    "libvips with key frames": worst(by_libvips(moving, 90, kmin=3, kmax=5)),
    "libvips, lossless": worst(by_libvips(moving, 90, lossless=True)),
    "FFmpeg, where nothing moves": worst(by_ffmpeg(resting, 75)),
}
for name, levels in found.items():
    print(f"  {name}: off by {levels} at most, of a fade by {STEP * (COUNT - 1)}")
assert all(levels > 110 for levels in list(found.values())[:5]), "this has changed"
assert all(levels <= 14 for levels in list(found.values())[5:]), "this has changed"
PY
