#!/usr/bin/env bash
# One would guess: OpenCV's tone mapping (createTonemapDrago, -Reinhard, -Mantiuk) maps a black pixel, 0, to black, and
# one such pixel changes nothing in the rest of the picture.
#
# What is so: each of the three makes NaN of it, a division of 0 by 0. With Drago and Reinhard the NaN also keeps the
# last step from stretching the result to 0..1, so the whole picture is darker: by Drago, a third of the light is left.
# With 0.000001 in place of 0 nothing happens. No error, no warning; NaN becomes 0 in uint8, so it looks as it should,
# only too dark. A frame of a clip that has such a pixel, and the next that has none, flicker.
#
# Who meets it: pictures with a black border, of a rendering or of sensors with the black level taken off, warped or
# aligned ones, and OpenEXR with an empty ground. np.maximum(picture, 1e-6) first.
#
# Source: run here, OpenCV 4 and 5; modules/photo/src/tonemap.cpp, mapLuminance(), which divides by the luminance, and
# TonemapImpl::process(), whose minMaxLoc() meets the NaN; opencv's issue 27392 names NaN by the weights of merging.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/four"
"$folder/four/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==4.14.0.94
python3 -m venv "$folder/five"
"$folder/five/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
cat > "$folder/try.py" <<'PY'
import cv2
import numpy as np

rng = np.random.default_rng(0)
noise = cv2.GaussianBlur(rng.random((200, 300, 3), np.float32), (0, 0), 5)
picture = 8 * cv2.normalize(noise, None, 0.08, 0.95, cv2.NORM_MINMAX) ** 2.2
print("OpenCV", cv2.__version__)
for name in ("Drago", "Reinhard", "Mantiuk"):
    means = {}
    for corner in (None, 1e-6, 0.0):
        given = picture.copy()
        if corner is not None:
            given[0, 0] = corner
        mapped = getattr(cv2, f"createTonemap{name}")().process(given)
        nan = np.isnan(mapped)
        means[corner] = float(mapped[~nan].mean())
        print(f"  {name}, first pixel {corner}: {nan.sum()} numbers are NaN, mean of the rest {means[corner]:.3f}, "
              f"largest {mapped[~nan].max():.3f}")
        assert nan.sum() == (3 if corner == 0 else 0), "this has changed"
    assert abs(means[1e-6] / means[None] - 1) < 0.05
    if name != "Mantiuk":
        assert means[0.0] < 0.8 * means[1e-6], "this has changed"
PY
for each in four five; do "$folder/$each/bin/python" "$folder/try.py" 2> /dev/null; done
