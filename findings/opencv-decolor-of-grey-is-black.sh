#!/usr/bin/env bash
# One would guess: OpenCV's decolor(), which turns a colour picture to grey so that colours of like brightness stay
# apart, gives of a picture that is grey already, or sepia, that picture.
#
# What is so: it gives black: each pixel is 0, whatever the photo showed. The same goes for a cyanotype, for each
# picture whose pixels differ in brightness but not in hue. So it does with drawings and posters of flat colours, if no
# two of the pixels that it happens to compare differ, as of a red sheet. The second picture it returns, with raised
# contrast, has lost its light, too. Nothing is raised, and no warning is given. If one corner of that photo is
# coloured, all is well, so it is with nearly all photos. It is so in OpenCV 5.0, too.
#
# Who meets it: who makes grey of all that people send, for sketches, hatching or engraving: some send old photos and
# scans, or clips whose film was black and white. Look first whether there is a hue (cvtColor does it otherwise).
#
# Source: run here; modules/photo/src/contrast_preserve.hpp, grad_system() and weak_order(), in which pairs of pixels
# without a difference in colour have no say. The documentation says "Transforms a color image to a grayscale image".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==4.14.0.94
"$folder/venv/bin/python" - <<'PY'
import cv2
import numpy as np

rng = np.random.default_rng(0)
noise = cv2.GaussianBlur(rng.integers(0, 256, (200, 300, 3), np.uint8), (0, 0), 5)
photo = cv2.normalize(noise, None, 20, 235, cv2.NORM_MINMAX)
light = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
grey = cv2.cvtColor(light, cv2.COLOR_GRAY2BGR)
tinted = {name: (grey * np.array(ink)).round().astype(np.uint8) for name, ink in
          {"sepia": (0.6, 0.8, 1.0), "a cyanotype": (1.0, 0.8, 0.5)}.items()}
corner = grey.copy()
corner[:60, :60] = photo[:60, :60]
sheet = np.full_like(photo, (0, 0, 220))
CASES = {"a photo in colour": photo, "a grey photo": grey, **tinted, "a red sheet": sheet,
         "a grey photo with a coloured corner": corner}
print("OpenCV", cv2.__version__)
for name, picture in CASES.items():
    found, boosted = cv2.decolor(picture)
    usual = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    print(f"  {name}: decolor {found.min()} to {found.max()}, mean {found.mean():.0f}; cvtColor {usual.min()} to "
          f"{usual.max()}, mean {usual.mean():.0f}; light of the boosted one {cv2.cvtColor(boosted, 6).mean():.0f}")
    if name in ("a photo in colour", "a grey photo with a coloured corner"):
        assert found.max() == 255 and found.mean() > 90
    else:
        assert found.max() == 0 and usual.mean() > 60, "this has changed"
PY
