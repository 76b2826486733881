#!/usr/bin/env bash
# One would guess: CRF stands for a quality, so the same pictures with the same CRF are compressed alike, whatever frame
# rate is written into the file; only a bit rate would depend on that.
#
# What is so: x264 and x265 take a picture for less important the shorter it is shown. The same 60 pictures at CRF 23 have,
# at 60 frames a second, less than half of the bytes that they have at 5, and a PSNR that is 7 dB lower; between 10 and 25
# lie nearly 3 dB. VP9 and AV1 (SVT-AV1) write the same bytes at each of these rates.
#
# Who meets it: who encodes what was painted or drawn at 8 to 12 frames a second with the CRF that is usual for films (the
# files are larger than needed), who doubles the rate by interpolation, who changes a clip's speed, who compares encoders.
#
# Source: run here; x264's encoder/ratecontrol.c, get_qscale, and x265's ratecontrol.cpp: BASE_FRAME_DURATION (1/25 s)
# divided by the frame's duration, to the power 1 - qcomp, with macroblock tree (cutree). Without it x264 does so, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
SVT_LOG=1 "$folder/venv/bin/python" - <<'PY'
import io
from fractions import Fraction

import av
import numpy as np

HEIGHT, WIDTH, COUNT = 144, 192, 60
CODECS = {
    "libx264": {"crf": "23"},
    "libx265": {"crf": "23", "x265-params": "log-level=none"},
    "libvpx-vp9": {"crf": "30", "b": "0", "cpu-used": "4"},
    "libsvtav1": {"crf": "30", "preset": "8"},
}
random = np.random.default_rng(1)
ground = np.kron(random.integers(40, 216, (50, 60, 3)), np.ones((8, 8, 1)))
ground = (ground + np.roll(ground, 3, 0) + np.roll(ground, 3, 1)) / 3 + random.normal(0, 5, ground.shape)
ground = ground.clip(0, 255).astype(np.uint8)
pictures = [ground[2 * n : 2 * n + HEIGHT, 3 * n : 3 * n + WIDTH].copy() for n in range(COUNT)]
frames = [av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p") for picture in pictures]
av.logging.set_level(av.logging.PANIC)


def encoded(codec, rate):
    """The bytes of the pictures, and how near they come back (PSNR of the luma)."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream(codec, rate=rate, options=CODECS[codec])
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        size = 0
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base = number, Fraction(1, rate)
            for packet in stream.encode(frame):
                size += packet.size
                container.mux(packet)
        for packet in stream.encode():
            size += packet.size
            container.mux(packet)
    file.seek(0)
    with av.open(file) as container:
        found = [frame.to_ndarray()[:HEIGHT].astype(float) for frame in container.decode(video=0)]
    assert len(found) == COUNT
    error = np.mean([(one - frame.to_ndarray()[:HEIGHT]) ** 2 for one, frame in zip(found, frames)])
    return size, 10 * np.log10(255**2 / error)


print("PyAV", av.__version__, "libavcodec", av.library_versions["libavcodec"])
for codec in CODECS:
    seen = {rate: encoded(codec, rate) for rate in (5, 10, 25, 60)}
    print(f"{codec:10}", ", ".join(f"{rate} fps: {size} bytes, {psnr:.1f} dB" for rate, (size, psnr) in seen.items()))
    if codec in ("libx264", "libx265"):
        assert seen[60][0] < 0.6 * seen[5][0], f"{codec} no longer follows the frame rate"
        assert seen[25][0] < 0.85 * seen[10][0], f"{codec} no longer follows the frame rate"
        assert seen[60][1] < seen[5][1] - 4, f"{codec} no longer follows the frame rate"
    else:
        assert max(size for size, _ in seen.values()) < 1.02 * min(size for size, _ in seen.values()), f"{codec} does, too"
PY
