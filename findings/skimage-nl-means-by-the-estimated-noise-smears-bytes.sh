#!/usr/bin/env bash
# One would guess: with scikit-image, sigma = estimate_sigma(photo) is how strong a photo's noise is, and
# denoise_nl_means(photo, h=0.8 * sigma, sigma=sigma) takes that noise away, as the example of the documentation does,
# for a photo of bytes as for one of floats; h is a "Cut-off distance (in gray levels)".
#
# What is so: estimate_sigma() measures in the photo's own numbers, of bytes in 0..255. denoise_nl_means() first turns
# bytes into floats of 0..1, and h and sigma with them mean that scale: 8 is eight times the way from black to white. So
# all patches count as alike, and of the photo nothing is left but a blur: at each place the mean of 23x23 pixels. With
# the default of h the same bytes are well; and denoise_wavelet(), in the same module, takes sigma in the photo's numbers
# and scales it by itself (rescale_sigma). No error, no warning.
#
# Who meets it: who cleans photos before painting or training by the documented recipe, on arrays as imread() gives
# them. Convert by img_as_float() before both, or pass preserve_range=True.
#
# Source: run here; skimage/restoration/non_local_means.py and _denoise.py, estimate_sigma(), which has no conversion.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 pywavelets==1.9.0 scikit-image==0.26.0
venv/bin/python - <<'PY'
import numpy as np
import skimage
from skimage.restoration import denoise_nl_means, denoise_wavelet, estimate_sigma

y, x = np.mgrid[:128, :128]
clean = np.where((x // 16 + y // 16) % 2, 180, 70)  # a board of fields of 16 pixels
photo = (clean + np.random.default_rng(0).normal(0, 10, clean.shape)).clip(0, 255).round().astype(np.uint8)


def error(picture, scale=255):
    return np.sqrt(np.mean((picture * scale - clean) ** 2))


def recipe(picture, **more):
    sigma = estimate_sigma(picture)
    return denoise_nl_means(picture, h=0.8 * sigma, sigma=sigma, **more)


print("scikit-image", skimage.__version__)
of_bytes, of_floats = recipe(photo), recipe(photo / 255)
print(f"  estimated noise: {estimate_sigma(photo):.1f} of bytes, {estimate_sigma(photo / 255):.3f} of floats")
print(f"  far from the clean picture, of 255: {error(photo, 1):.1f} the noisy one, {error(of_bytes):.1f} by the recipe "
      f"of bytes, {error(of_floats):.1f} of floats")
kept = error(recipe(photo, preserve_range=True), 1)
wavelet = error(denoise_wavelet(photo, sigma=estimate_sigma(photo)))
print(f"  {kept:.1f} of bytes with preserve_range=True, {wavelet:.1f} by denoise_wavelet, of bytes, by the same sigma")
assert error(of_floats) < 5 and kept < 5 and wavelet < 9
assert error(of_bytes) > 30, "this has changed"
PY
