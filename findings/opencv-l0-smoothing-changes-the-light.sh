#!/usr/bin/env bash
# One would guess: OpenCV's l0Smooth() makes of a photo areas of even colour with sharp edges, as the paper that it
# names: what is that already, stays as it is; and the mean of the picture, which the method never touches, is kept.
#
# What is so: of two even areas, 50 and 200, side by side, it makes 29 and 173 at 256x256, so all is darker by a tenth
# of the whole range; at other sizes it makes slopes, of up to 70 shades at the left edge. Of a small photo with soft
# colours, at 48x64, blue becomes a quarter brighter, and red is all but gone; mirrored, it is there. The larger the
# photo, the less it is. The same method in NumPy, in doubles, keeps areas and means exactly. The result is smooth,
# with sharp edges, as wished; nothing is said.
#
# Who meets it: who makes photos flat before a painting, a poster or a vector drawing of them, by parts or as
# thumbnails; who computes detail as the photo minus the smooth one: it has the colours' shift in it.
#
# Source: run here, with the paper's method beside it (Xu, Lu, Xu and Jia, Image smoothing via L0 gradient
# minimization, 2011); opencv_contrib, modules/ximgproc/src/l0_smooth.cpp, which computes in single precision. OpenCV
# 5.0 is the same.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > try.py <<'PY'
import cv2
import numpy as np

WEIGHT, KAPPA, LAST = 0.02, 2.0, 1e5  # l0Smooth()'s defaults, and where the method ends


def exactly(picture: np.ndarray) -> np.ndarray:
    """The paper's algorithm 1, in doubles."""
    smooth = picture / 255
    height, width = smooth.shape[:2]
    right, down = np.zeros((2, height, width))
    right[0, [0, -1]] = down[[0, -1], 0] = -1, 1
    power = sum(np.abs(np.fft.fft2(kernel)) ** 2 for kernel in (right, down))
    given = np.fft.fft2(smooth, axes=(0, 1))
    beta = 2 * WEIGHT
    while beta < LAST:
        across, along = (np.roll(smooth, -1, axis) - smooth for axis in (1, 0))
        flat = (across**2 + along**2).sum(axis=2) < WEIGHT / beta
        across[flat] = along[flat] = 0
        slopes = np.roll(across, 1, 1) - across + np.roll(along, 1, 0) - along
        top = given + beta * np.fft.fft2(slopes, axes=(0, 1))
        smooth = np.fft.ifft2(top / (1 + beta * power)[..., None], axes=(0, 1)).real
        beta *= KAPPA
    return smooth * 255


def halves(height: int, width: int) -> np.ndarray:
    picture = np.full((height, width, 3), 50, np.uint8)
    picture[:, width // 2 :] = 200
    return picture


print("OpenCV", cv2.__version__)
for size in ((48, 64), (256, 256), (480, 640)):
    picture = halves(*size)
    made, right = cv2.ximgproc.l0Smooth(picture), exactly(picture)
    row = made[size[0] // 2, :: size[1] // 8, 0].tolist()
    print(f"  two halves, {size}: 50 ... 200 becomes {row}; exactly, it differs by {np.abs(right - picture).max():.2g}")
    assert np.abs(right - picture).max() < 0.01
    assert np.abs(made.astype(int) - picture).max() > 20, "this has changed"

noise = np.random.default_rng(0).random((48, 64, 3))
photo = cv2.GaussianBlur(noise, (0, 0), 2)
photo = ((photo - photo.min()) / np.ptp(photo) * 200 + 20).astype(np.uint8)
means = [each.mean(axis=(0, 1)).round().astype(int).tolist() for each in
         (photo, exactly(photo), cv2.ximgproc.l0Smooth(photo), cv2.ximgproc.l0Smooth(photo[:, ::-1].copy()))]
print(f"  a photo's means {means[0]}, smoothed exactly {means[1]}, by OpenCV {means[2]}, mirrored {means[3]}")
assert means[0] == means[1]
assert max(abs(a - b) for a, b in zip(means[0], means[2])) > 5, "this has changed"
PY
for each in 4.14.0.94 5.0.0.93; do
    python3 -m venv $each
    $each/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 opencv-contrib-python-headless==$each
    $each/bin/python try.py
done
