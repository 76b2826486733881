#!/usr/bin/env bash
# One would guess: blendLayers(photo, light, BlendType.ADDITIVE) of blendmodes adds the light's colours to the photo's,
# and BlendType.GLOW lets it glow; both are in its list of 27 ways, and it has a function for either.
#
# What is so: the table by which it finds the function has neither, and what is not in the table is done as NORMAL: the
# light is laid on top, and the photo is gone. A light on black, as such layers are made (rays, sparks, a lens flare),
# makes the photo black. No error, no warning. The other ways are found; what one asks for by a wrong name raises an
# error.
#
# Who meets it: who blends layers in Python, among them readers of OpenRaster and Paint.NET files, which have these
# ways. Of RGBA, blend by blendmodes.blend.additive() or glow() on floats.
#
# Source: run here; blendmodes/blend.py, blend(): `if blendType not in blendLookup: return normal(...)`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check blendmodes==2025 numpy==2.4.6 pillow==13.0.0
venv/bin/python - <<'PY'
from importlib.metadata import version

import numpy as np
from blendmodes import blend
from blendmodes.blendtype import BlendType
from PIL import Image

photo = Image.new("RGBA", (2, 2), (100, 150, 60, 255))
light = Image.new("RGBA", (2, 2), (0, 0, 0, 255))
light.paste((80, 40, 20, 255), (0, 0, 1, 2))


def shown(kind):
    pixels = np.asarray(blend.blendLayers(photo, light, kind))[0, :, :3]
    return [tuple(each.tolist()) for each in pixels]


print("blendmodes", version("blendmodes"))
print(f"  on (100, 150, 60), a light of (80, 40, 20) and, beside it, none, (0, 0, 0)")
for kind, function in ((BlendType.SCREEN, blend.screen), (BlendType.ADDITIVE, blend.additive), (BlendType.GLOW, blend.glow)):
    found = shown(kind)
    one, other = (np.asarray(layer)[0, :, :3] / 255 for layer in (photo, light))
    right = [tuple(each.tolist()) for each in (function(one, other) * 255).round().astype(int)]
    print(f"  {kind.name}: {found}; its function gives {right}")
    if kind is BlendType.SCREEN:
        assert np.abs(np.subtract(found, right)).max() <= 1
    else:
        assert found == shown(BlendType.NORMAL) == [(80, 40, 20), (0, 0, 0)], "this has changed"
        assert right != found
missing = [kind.name for kind in BlendType if kind is not BlendType.NORMAL and shown(kind) == shown(BlendType.NORMAL)]
print(f"  as NORMAL: {', '.join(missing)}")
assert {"ADDITIVE", "GLOW"} <= set(missing)
PY
