#!/usr/bin/env bash
# One would guess: a reader of Radiance pictures (.hdr) that takes a file whose header says FORMAT=32-bit_rle_xyze, which
# is the format's second kind and holds the colours as CIE's X, Y and Z, gives RGB, or refuses it.
#
# What is so: HDRLoader of three.js and rgbe_decode() of imagecodecs look at no more of that line than that it is there,
# or not at all, and give X, Y and Z as if they were red, green and blue. White becomes bluish, a strong red an orange
# brown with a third of its light, and each colour is paler. imagecodecs gives nothing but the array, and three's
# texture is a texture as any other. OpenCV, OpenImageIO and hdrify refuse such a file. No error, no warning.
#
# Who meets it: who lights a scene or paints after panoramas of measured light: Radiance's tools write this kind if they
# are asked for it (ra_xyze), as it keeps colours that no screen shows.
#
# Source: run here; three's examples/jsm/loaders/HDRLoader.js, RGBE_ReadHeader(), which stores the FORMAT and compares it
# with nothing; Radiance's "File Formats", picture files.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    imagecodecs==2026.3.6 numpy==2.4.6 opencv-python-headless==5.0.0.93
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund hdrify@1.2.1 three@0.187.0
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { readHdr } from "hdrify";
import { FloatType, REVISION } from "three";
import { HDRLoader } from "three/examples/jsm/loaders/HDRLoader.js";

const bytes = new Uint8Array(readFileSync(process.argv[2]));
const { data } = new HDRLoader().setDataType(FloatType).parse(bytes.buffer);
let hdrify;
try {
  hdrify = [...readHdr(bytes).data.subarray(0, 3)];
} catch {
  hdrify = null;
}
console.log(JSON.stringify({ three: [...data.subarray(0, 3)], hdrify, revision: REVISION }));
JS
OPENCV_LOG_LEVEL=SILENT venv/bin/python - <<'PY'
import json
import subprocess
from importlib.metadata import version
from pathlib import Path

import cv2
import imagecodecs
import numpy as np

HEIGHT, WIDTH = 4, 16
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # of sRGB's colours
COLOURS = {"white": (1.0, 1.0, 1.0), "red": (1.0, 0.0, 0.0), "leaves": (0.1, 0.5, 0.05)}


def radiance(stored, kind):
    mantissa, exponent = np.frexp(stored.max())
    pixel = bytes([*(stored * mantissa * 256 / stored.max()).astype(int), exponent + 128])
    header = f"#?RADIANCE\nFORMAT=32-bit_rle_{kind}\n\n-Y {HEIGHT} +X {WIDTH}\n"
    rows = [bytes([2, 2, 0, WIDTH]) + b"".join(bytes([128 + WIDTH, value]) for value in pixel) for _ in range(HEIGHT)]
    path = Path(f"scene-{kind}.hdr")
    path.write_bytes(header.encode() + b"".join(rows))
    return path


def read(path):
    """The first pixel by each reader, or None."""
    found = json.loads(subprocess.check_output(["node", "try.mjs", path], text=True))
    found["imagecodecs"] = imagecodecs.rgbe_decode(path.read_bytes())[0, 0].tolist()
    opened = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    found["OpenCV"] = None if opened is None else opened[0, 0, ::-1].tolist()
    return found


def rounded(values):
    return None if values is None else [round(value, 2) for value in values]


for name, colour in COLOURS.items():
    plain = read(radiance(np.array(colour), "rgbe"))
    xyz = TO_XYZ @ colour
    found = read(radiance(xyz, "xyze"))
    if name == "white":
        print(f"three r{found['revision']}, imagecodecs {version('imagecodecs')}, light in X, Y and Z, as RGB:")
    shown = ", ".join(f"{reader} {rounded(found[reader])}" for reader in ("three", "imagecodecs", "OpenCV", "hdrify"))
    print(f"  {name}, {colour}: {shown}")
    for reader in ("three", "imagecodecs", "OpenCV", "hdrify"):
        assert np.allclose(plain[reader], colour, atol=0.02), "the same colour in RGB"
    for reader in ("three", "imagecodecs"):
        assert np.allclose(found[reader], xyz, atol=0.02), "this has changed"
    assert found["OpenCV"] is None and found["hdrify"] is None, "this has changed"
PY
