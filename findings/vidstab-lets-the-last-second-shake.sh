#!/usr/bin/env bash
# One would guess: VidStab().stabilize() of vidstab, Python's package for steadying clips, steadies a clip from its
# beginning to its end.
#
# What is so: the last frames, as many as smoothing_window has (30 by default), shake on as they did: each of them
# gets the correction that was meant for the frame before them. Until there, what is left of the motion is less than a
# tenth of a pixel from frame to frame, and then all of it is back, four pixels here. A clip that is not much longer
# than the window is hardly steadied at all. gen_transforms() and apply_transforms(), the way by two passes, do the
# same. All frames are there, and nothing is said; a larger window, for a calmer clip, makes it worse.
#
# Who meets it: who steadies what people film by hand before painting it frame by frame: of a clip of five seconds the
# last one shakes, and with a window of 60 the last two do.
#
# Source: run here; vidstab/frame_queue.py, _append_frame(): the number of the frame goes on only while frames are
# read, and VidStab._apply_next_transform() takes the correction by it; the project's issue 117 is of the end of
# clips, too (there, a frame is missing).
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

COUNT, LAST = 120, 30
random = np.random.default_rng(0)
scene = cv2.GaussianBlur(random.integers(0, 256, (300, 400, 3), np.uint8), (0, 0), 3)
scene = cv2.normalize(scene, None, 0, 255, cv2.NORM_MINMAX)
writer = cv2.VideoWriter("shaky.avi", cv2.VideoWriter_fourcc(*"MJPG"), 30, (320, 240))
for across, along in random.integers(-4, 5, (COUNT, 2)):
    writer.write(scene[30 + along : 270 + along, 40 + across : 360 + across].copy())
writer.release()


def motion(name: str) -> np.ndarray:
    """By how many pixels each frame differs from the one before."""
    clip, frames = cv2.VideoCapture(name), []
    while (read := clip.read())[0]:
        frames.append(cv2.cvtColor(read[1][40:200, 40:280], cv2.COLOR_BGR2GRAY).astype(np.float32))
    assert len(frames) == COUNT
    return np.array([np.hypot(*cv2.phaseCorrelate(one, two)[0]) for one, two in zip(frames, frames[1:])])


def parts(name: str, last: int) -> tuple[float, float]:
    found = motion(name)
    return float(found[: -last - 1].mean()), float(found[-last + 1 :].mean())


print("vidstab", version("vidstab"), "OpenCV", cv2.__version__)
for window in (LAST, 2 * LAST):
    VidStab().stabilize("shaky.avi", "steady.avi", smoothing_window=window, show_progress=False)
    steadied = VidStab()
    steadied.gen_transforms("shaky.avi", smoothing_window=window, show_progress=False)
    steadied.apply_transforms("shaky.avi", "twice.avi", show_progress=False)
    before, one, two = (parts(name, window) for name in ("shaky.avi", "steady.avi", "twice.avi"))
    print(f"  smoothing_window={window}: motion until the last {window} frames {before[0]:.2f}, steadied {one[0]:.2f}, "
          f"by two passes {two[0]:.2f}; of the last {before[1]:.2f}, {one[1]:.2f}, {two[1]:.2f}")
    assert max(one[0], two[0]) < before[0] / 5
    assert min(one[1], two[1]) > before[1] * 0.8, "this has changed"
PY
venv/bin/python try.py
