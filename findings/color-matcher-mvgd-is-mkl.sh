#!/usr/bin/env bash
# One would guess: color-matcher's transfer(src=..., ref=..., method="mvgd") matches colours by the method "mvgd", and
# "hm-mvgd-hm", of which the package's page says that it does best, by that. So ComfyUI's nodes for colour matching
# offer them in a list, beside "mkl" and "hm-mkl-hm".
#
# What is so: which of the two is computed is settled when the object is made, by the constructor's own argument
# method. ColorMatcher() has none, and then it is MKL. So transfer() gives, for "mvgd" and "hm-mvgd-hm", bit by bit
# what it gives for "mkl" and "hm-mkl-hm", and an object made with method="mvgd" gives MVGD when it is asked for "mkl".
# There is no warning. ColorMatcher(src, ref, method="mvgd").main() is another picture, up to more than a hundred
# shades of 255 away, and is refused if the two pictures differ in size, which nobody who asks transfer() for it gets
# to see.
#
# Who meets it: who compares these methods, cites the one named, or makes one object for all pictures, as the package's
# page shows it.
#
# Source: run here; color_matcher/mvgd_matcher.py, TransferMVGD.__init__ (reads kwargs["method"]), and
# color_matcher/top_level.py, ColorMatcher.transfer (for both names the same function). The release notes of 0.5.0
# present transfer(..., method=...) as the same as the constructor with main().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check color-matcher==0.6.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import numpy as np
from color_matcher import ColorMatcher

noise = np.random.default_rng(0)
photo = noise.normal((120, 100, 80), (30, 25, 20), (64, 64, 3)).clip(1, 255).round()
palette = noise.normal((90, 130, 160), (15, 40, 30), (64, 64, 3)).clip(1, 255).round()
print("color-matcher", version("color-matcher"))


def by_transfer(method, made_with=None):
    matcher = ColorMatcher() if made_with is None else ColorMatcher(method=made_with)
    return matcher.transfer(src=photo.copy(), ref=palette.copy(), method=method)


def by_main(method):
    return ColorMatcher(src=photo.copy(), ref=palette.copy(), method=method).main()


for mvgd, mkl in (("mvgd", "mkl"), ("hm-mvgd-hm", "hm-mkl-hm")):
    far = np.abs(by_main(mvgd) - by_main(mkl)).max()
    near = np.abs(by_transfer(mvgd) - by_transfer(mkl)).max()
    turned = np.abs(by_transfer(mkl, made_with=mvgd) - by_main(mvgd)).max()
    print(f"{mvgd} and {mkl}: up to {far:.0f} shades apart if the constructor is told, {near:.0f} if transfer() is")
    assert far > 50 and np.allclose(by_transfer(mkl), by_main(mkl))
    assert near == 0 and turned < 1e-6, "this has changed"

covariance = np.cov(palette.reshape(-1, 3).T)
for method in ("mkl", "mvgd"):
    error = np.abs(np.cov(by_transfer(method).reshape(-1, 3).T) - covariance).max()
    print(f"transfer(method={method!r}): the palette's covariance, which is what MKL brings about, to {error:.0e}")
    assert error < 1e-6, "this has changed"
smaller = palette[:32]
assert np.isfinite(ColorMatcher().transfer(src=photo.copy(), ref=smaller.copy(), method="mvgd")).all()
try:
    ColorMatcher(src=photo.copy(), ref=smaller.copy(), method="mvgd").main()
except Exception as refusal:
    print("another size, by the constructor:", refusal)
else:
    raise AssertionError("this has changed")
PY
