#!/usr/bin/env bash
# One would guess: OpenCV's stylization(), which makes a picture look painted, works at every size: of a small
# drawing, or a thumbnail with a white sky, it makes what it makes of the large one.
#
# What is so: it makes black, each pixel is 0. It does so where the picture has even areas, and one of its sides is
# shorter than about one and a half times sigma_s: 93 pixels by default, and 310 with sigma_s=200, the largest value
# that the documentation has. A banner of 64x1000 is black, a drawing of 300x300 with sigma_s=200, too; four pixels
# more, and they are right. Photos in which each pixel differs from the next are right at every size, so a test with
# one shows nothing. edgePreservingFilter() takes all of them. No error, no warning.
#
# Who meets it: who offers "painting" as an effect, for previews and icons first; who turns sigma_s up for a broader
# brush; and whose users send screenshots, drawings, banners, or photos with a burnt-out sky.
#
# Source: run here, OpenCV 4 and 5; modules/photo/src/npr.hpp, whose filter by sums has a window as wide as the
# picture then. The documentation gives sigma_s as "between 0 to 200", and names no size.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > try.py <<'PY'
import cv2
import numpy as np

random = np.random.default_rng(0)


def drawing(height: int, width: int) -> np.ndarray:
    sheet = np.full((height, width, 3), 230, np.uint8)
    cv2.circle(sheet, (width // 2, height // 2), min(height, width) // 4, (40, 60, 200), -1)
    return sheet


def photo(size: int, sky: bool) -> np.ndarray:
    picture = cv2.GaussianBlur(random.integers(0, 256, (size, size, 3), np.uint8), (0, 0), 3)
    picture = cv2.normalize(picture, None, 20, 230, cv2.NORM_MINMAX)
    if sky:
        picture[: size // 2] = 255
    return picture


cases = [
    ("a drawing of 88x88", drawing(88, 88), 60, True),
    ("a drawing of 100x100", drawing(100, 100), 60, False),
    ("a banner of 64x1000", drawing(64, 1000), 60, True),
    ("a drawing of 300x300, sigma_s=200", drawing(300, 300), 200, True),
    ("a drawing of 330x330, sigma_s=200", drawing(330, 330), 200, False),
    ("a photo of 88x88", photo(88, sky=False), 60, False),
    ("a photo of 88x88 with a white sky", photo(88, sky=True), 60, True),
    ("a photo of 150x150 with a white sky", photo(150, sky=True), 60, False),
]
print("OpenCV", cv2.__version__)
for name, picture, sigma, is_black in cases:
    painted, smooth = cv2.stylization(picture, sigma_s=sigma), cv2.edgePreservingFilter(picture, sigma_s=sigma)
    black = (painted == 0).all(axis=2).mean()
    print(f"  {name}: mean {picture.mean():.0f}, painted {painted.mean():.0f}, black {black:.0%}")
    assert abs(smooth.mean() - picture.mean()) < 10
    assert (black == 1) == is_black and (black < 0.1) == (not is_black), "this has changed"
PY
for each in 4.14.0.94 5.0.0.93; do
    python3 -m venv $each
    $each/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==$each
    $each/bin/python try.py
done
