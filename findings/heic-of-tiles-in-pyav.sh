#!/usr/bin/env bash
# One would guess: av.open("photo.heic") has one video stream, and container.decode(video=0) gives the photo.
#
# What is so: the photo of a phone is a grid of tiles (an iPhone's are 512x512), and FFmpeg's demuxer gives each tile as
# a stream of its own. The first frame is the upper left tile, without a word; no stream has the photo's size. (Its
# stream groups tell how the tiles lie; PyAV does not show them.) The same photo without tiles does come whole.
#
# Who meets it: whoever reads stills with PyAV, because it does so well for AVIF and for small HEICs.
#
# Source: run here; FFmpeg's libavformat/mov.c makes a stream for each hvc1 item, and AV_STREAM_GROUP_PARAMS_TILE_GRID.
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

WHOLE = (192, 128)
picture = Image.fromarray(np.tile(np.linspace(0, 255, WHOLE[0]).astype(np.uint8)[None, :, None], (WHOLE[1], 1, 3)))
print("PyAV", av.__version__, "libavformat", av.library_versions["libavformat"], "pillow-heif", pillow_heif.__version__)
seen = {}
for name, options in (("whole", {}), ("in tiles", {"tile_size": 64})):
    file = io.BytesIO()
    pillow_heif.from_pillow(picture).save(file, quality=90, **options)
    assert pillow_heif.open_heif(file.getvalue()).size == WHOLE, "libheif sees the picture"
    with av.open(io.BytesIO(file.getvalue())) as container:
        frame = next(container.decode(video=0))
        seen[name] = len(container.streams.video), (frame.width, frame.height)
    print(f"{name}: {seen[name][0]} streams, the first frame has {seen[name][1]}")
assert seen == {"whole": (1, WHOLE), "in tiles": (6, (64, 64))}, "this has changed"
PY
