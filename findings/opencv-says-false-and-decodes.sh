#!/usr/bin/env bash
# One would guess: cv2.imdecodeanimation returns (False, an animation without frames) for a file that it cannot read whole,
# as cv2.imdecode returns None, so the first value may be asked before the second is used.
# So it is: of an animated PNG that ends early it returns False together with all frames up to the break, right ones; and
# with `start` behind the last frame it returns True and no frames at all. Only the frames can be asked, not the answer.
# Who meets it: who reads downloads that broke off, or long animations piece by piece.
# Source: documentation of imdecodeanimation ("Returns true if the buffer was loaded successfully"); tried with 4.14.0.94.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6 opencv-python-headless==4.14.0.94 pillow==13.0.0
"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import cv2
import numpy as np
from PIL import Image

pictures = [Image.effect_mandelbrot((64, 48), (-2 - n / 10, -1.5, 1, 1.5), 60).convert("RGB") for n in range(6)]
file = io.BytesIO()
pictures[0].save(file, "PNG", save_all=True, append_images=pictures[1:], duration=100)
data = np.frombuffer(file.getvalue(), np.uint8)


def decode(data, **how):
    said, animation = cv2.imdecodeanimation(data, **how)
    right = all(np.array_equal(f[..., 2::-1], np.asarray(p)) for f, p in zip(animation.frames, pictures))
    return said, len(animation.frames), right


whole, cut, behind = decode(data), decode(data[: len(data) * 2 // 3]), decode(data, start=6)
print(f"OpenCV {cv2.__version__}: whole {whole}, two thirds of it {cut}, from frame 6 on {behind}")
sys.exit(not (whole == (True, 6, True) and cut[0] is False and 0 < cut[1] < 6 and cut[2] and behind[:2] == (True, 0)))
PYTHON
