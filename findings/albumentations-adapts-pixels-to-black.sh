#!/usr/bin/env bash
# One would guess: PixelDistributionAdaptation of Albumentations gives a photo the colours of another: its channels get
# about the other's mean and deviation, wholly with blend_ratio=(1, 1), by half with (0.5, 0.5).
#
# What is so: of bytes, the adapted photo is black, by each of the three methods, whatever the other photo is, the photo
# itself included. Blended with the photo, as blend_ratio=(0.25, 1) does by default, that is a photo that is made darker
# at random, and which looks like one. It is computed for shades of 0 to 1, and then cut to bytes as if they were those
# of 0 to 255. Of floats it is right at the ratio 1, and white at all others. No error, no warning. HistogramMatching
# and FDA, its neighbours, do what they say. AlbumentationsX 2.5.1 is the same, and of floats it is all but black at the
# ratio 1, too.
#
# Who meets it: who trains on photos whose colours are brought near those of another camera, or of paintings; the runs
# go on with half of them darkened, and the training seems to be hard.
#
# Source: run here; albumentations/augmentations/mixing/domain_adaptation_functional.py: DomainAdapter.flatten() calls
# to_float(), and reconstruct() clips to uint8.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    albumentations==2.0.8 numpy==2.2.6 opencv-python-headless==4.11.0.86
NO_ALBUMENTATIONS_UPDATE=1 "$folder/venv/bin/python" - <<'PY'
import albumentations
import numpy as np

rng = np.random.default_rng(0)
y, x = np.mgrid[:64, :96]
planes = [127 + 70 * np.sin(x / 9 + y / 15 + turn) + rng.normal(0, 6, x.shape) for turn in (0, 2, 4)]
photo = np.stack(planes, axis=2).clip(0, 255).astype(np.uint8)
painting = (photo[..., [2, 0, 1]] * 0.5 + 100).astype(np.uint8)


def adapted(method, ratio, photo, other, **how):
    change = getattr(albumentations, method)(blend_ratio=(ratio, ratio), metadata_key="others", p=1, **how)
    return albumentations.Compose([change], seed=0)(image=photo, others=[other])["image"]


print("Albumentations", albumentations.__version__)
print(f"  the photo's mean is {photo.mean():.0f}, the painting's {painting.mean():.0f}")
matched = adapted("HistogramMatching", 1, photo, painting)
print(f"  HistogramMatching: {matched.mean():.0f}")
assert abs(matched.mean() - painting.mean()) < 2
floats = [each.astype(np.float32) / 255 for each in (photo, painting)]
for kind in ("pca", "standard", "minmax"):
    means = []
    for ratio in (1, 0.5):
        for pair, scale in (((photo, painting), 1), ((photo, photo), 1), (floats, 255)):
            result = adapted("PixelDistributionAdaptation", ratio, *pair, transform_type=kind)
            means.append(result.mean() * scale)
        print("  {}, {}: the mean is {:.0f}, to itself {:.0f}, of floats {:.0f}".format(kind, ratio, *means[-3:]))
    assert means[0] < 1 and means[1] < 1 and abs(means[2] - painting.mean()) < 10, "this has changed"
    assert all(abs(mean - photo.mean() / 2) < 1 for mean in means[3:5]) and means[5] > 254, "this has changed"
PY
