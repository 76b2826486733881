#!/usr/bin/env bash
# One would guess: full_range_flag=0, by which pillow-heif saves a HEIC in limited range (black is 16, white is 235),
# does so for grey pictures as for those in colour.
#
# What is so: colours are converted, grey is not. Its samples stay 0 to 255, and its stream says "full range", but the
# box that has the last word (colr of type nclx) says "limited". A reader that heeds the box, as the standard asks,
# stretches it: all that is darker than 16 becomes black, all that is lighter than 235 white.
#
# Who meets it: whoever saves scans or masks as grey HEIC beside photos, with one set of options.
#
# Source: run here; ISO/IEC 14496-12, 12.1.5: colour information in the box overrides that of the bitstream.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6 pillow==13.0.0 pillow-heif==1.8.1
"$folder/venv/bin/python" - <<'PY'
import io

import av
import numpy as np
import pillow_heif
from PIL import Image

ramp = np.repeat(np.arange(256, dtype=np.uint8)[None], 64, 0)
codes = {"color_primaries": 1, "transfer_characteristics": 13, "matrix_coefficients": 6, "full_range_flag": 0}
print("pillow-heif", pillow_heif.__version__, "libheif", pillow_heif.libheif_version())
seen = {}
for name, pixels in (("colour", np.dstack([ramp] * 3)), ("grey", ramp)):
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(pixels)).save(file, quality=-1, chroma=444, **codes)
    told = pillow_heif.open_heif(file.getvalue()).info["nclx_profile"]["full_range_flag"]
    with av.open(io.BytesIO(file.getvalue())) as container:  # shows the samples as they are stored
        luma = np.asarray(next(container.decode(video=0)).to_ndarray())
    luma = luma if luma.ndim == 2 else luma[0]
    seen[name] = told, int(luma.min()), int(luma.max())
    print(f"{name}: the box says full range {told}, the samples reach from {seen[name][1]} to {seen[name][2]}")
assert seen["colour"][0] == 0 and 15 <= seen["colour"][1] and seen["colour"][2] <= 236, "this has changed"
assert seen["grey"] == (0, 0, 255), "this has changed"
PY
