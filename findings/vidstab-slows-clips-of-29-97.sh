#!/usr/bin/env bash
# One would guess: VidStab().stabilize() of vidstab, Python's package for steadying clips, writes a clip as fast as
# the one that it read: of its output_fps the documentation says "If not set then the input FPS is set for the
# output".
#
# What is so: the rate is cut to a whole number. Of 29.97 pictures a second, as cameras and many phones record, there
# are 29; of 59.94 and 23.976, 59 and 23. No picture is lost, so the clip lasts longer: of a minute two seconds, at
# 23.976 two and a half. Its sound, which vidstab does not take along and one puts back afterwards, ends before the
# picture, and is off all the way. Nothing is said.
#
# Who meets it: who steadies what people film by hand. Read the rate by OpenCV, and hand it over as output_fps.
#
# Source: run here; vidstab/frame_queue.py, set_frame_source(): int(source.get(cv2.CAP_PROP_FPS)); the docstring of
# stabilize(), quoted above.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    imutils==0.5.4 numpy==2.4.6 opencv-python-headless==4.14.0.94 vidstab==1.7.4
cat > try.py <<'PY'
from importlib.metadata import version

import cv2
import numpy as np
from vidstab import VidStab

cv2.destroyAllWindows = lambda: None  # which vidstab calls at the end, and a machine without a screen has not

COUNT = 60
MJPG = cv2.VideoWriter_fourcc(*"MJPG")
random = np.random.default_rng(0)
scene = cv2.normalize(cv2.GaussianBlur(random.integers(0, 256, (180, 240, 3), np.uint8), (0, 0), 3), None, 0, 255,
                      cv2.NORM_MINMAX)
moves = random.integers(-4, 5, (COUNT, 2))


def facts(name: str) -> tuple[float, int]:
    """A clip's pictures a second, and how many there are."""
    clip, count = cv2.VideoCapture(name), 0
    while clip.read()[0]:
        count += 1
    return clip.get(cv2.CAP_PROP_FPS), count


print("vidstab", version("vidstab"), "OpenCV", cv2.__version__)
for rate in (30, 30000 / 1001, 60000 / 1001, 24000 / 1001):
    writer = cv2.VideoWriter("shaky.avi", MJPG, rate, (160, 120))
    for across, along in moves:
        writer.write(scene[30 + along : 150 + along, 40 + across : 200 + across].copy())
    writer.release()
    given, count = facts("shaky.avi")
    VidStab().stabilize("shaky.avi", "steady.avi", smoothing_window=10, show_progress=False)
    made, kept = facts("steady.avi")
    VidStab().stabilize("shaky.avi", "told.avi", smoothing_window=10, show_progress=False, output_fps=given)
    print(f"  {given:.3f} pictures a second become {made:.3f}: a minute lasts {60 * given / made:.2f} seconds; "
          f"with output_fps {facts('told.avi')[0]:.3f}; {kept} of {count} pictures")
    assert abs(given - rate) < 1e-3 and kept == count == COUNT
    assert abs(facts("told.avi")[0] - rate) < 1e-3
    assert made == int(given), "this has changed"
PY
venv/bin/python try.py
