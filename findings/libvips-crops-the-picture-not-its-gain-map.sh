#!/usr/bin/env bash
# One would guess: of an Ultra HDR photo (a JPEG with a gain map, as phones take them) libvips crops, flips and turns the
# gain map together with the picture, or drops it; in both cases an HDR screen shows what was asked for.
#
# What is so: libvips 8.18 carries the map along as it was, and saves it so, by plain jpegsave, too. An HDR screen then
# lays the light of the whole photo over the crop, or the light of the left over the flipped right: a bright window's glow
# stands on a wall. On an ordinary screen, and in every viewer that shows the JPEG alone, nothing is to be seen of it.
# resize() and thumbnail() are right, as a map that covers the whole fits every size; so is `keep="none"`, without HDR.
#
# Who meets it: photo pipelines on libvips since 8.18, which reads gain maps unasked; sharp does so with keepGainMap().
#
# Source: run here; libvips.org/API/current/uhdr.html: one must "sometimes" update the map oneself; libvips' pull request
# 4709 meant crops and resizes to do so; github.com/lovell/sharp, issue 4606, has it for extract().
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 pyvips==3.2.0 pyvips-binary==8.18.7
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import pyvips

BRIGHT, DARK = 3.0, 0.2  # 1.0 is the white of an ordinary screen
light = np.full((128, 256, 3), DARK, np.float32)
light[:, :128] = BRIGHT
photo = pyvips.Image.new_from_array(light, interpretation="scrgb").uhdrsave_buffer(Q=95)
print("pyvips", pyvips.__version__, "libvips", *(pyvips.version(part) for part in range(3)))


def on_an_hdr_screen(data):
    """The light of the left and of the right half."""
    shown = pyvips.Image.new_from_buffer(data, "").uhdr2scRGB().numpy()[..., 1]
    half = shown.shape[1] // 2
    return float(np.median(shown[:, :half])), float(np.median(shown[:, half:]))


def near(seen, *wanted):
    return all(abs(one - other) < 0.15 * other for one, other in zip(seen, wanted))


WAYS = {
    "as it is": (lambda image: image, (BRIGHT, DARK)),
    "reduced": (lambda image: image.resize(0.5), (BRIGHT, DARK)),
    "its dark half": (lambda image: image.crop(128, 0, 128, 128), (DARK, DARK)),
    "flipped": (lambda image: image.fliphor(), (DARK, BRIGHT)),
    "turned upside down": (lambda image: image.rot180(), (DARK, BRIGHT)),
}
right = {}
for name, (change, wanted) in WAYS.items():
    changed = change(pyvips.Image.new_from_buffer(photo, ""))
    seen = on_an_hdr_screen(changed.jpegsave_buffer(Q=95))
    right[name] = near(seen, *wanted)
    print(f"  {name}: left {seen[0]:.2f}, right {seen[1]:.2f}; it should be {wanted[0]:.2f} and {wanted[1]:.2f}")
dropped = pyvips.Image.new_from_buffer(photo, "").crop(128, 0, 128, 128).jpegsave_buffer(keep="none")
assert not [field for field in pyvips.Image.new_from_buffer(dropped, "").get_fields() if "gainmap" in field]
assert list(right.values()) == [True, True, False, False, False], "this has changed"
PY
