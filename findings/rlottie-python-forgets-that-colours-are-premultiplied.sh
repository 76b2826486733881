#!/usr/bin/env bash
# One would guess: render_pillow_frame() of rlottie-python gives an image of mode RGBA as Pillow means it: a red that is
# half transparent is (255, 0, 0, 127).
#
# What is so: it is (127, 0, 0, 127). rlottie paints with colours that are multiplied by alpha, and rlottie-python hands
# its bytes to Pillow as if they were not (Pillow has a mode for such, RGBa). On a coloured background all that is half
# transparent comes out too dark, and each soft edge gets a dark rim. What save_frame() and save_animation() write has
# the same fault.
#
# Who meets it: who turns Telegram's animated stickers (.tgs) into WebP, GIF or video: shadows, glows, smoke, all edges.
# Image.frombuffer("RGBa", image.size, image.tobytes()).convert("RGBA") mends it.
#
# Source: run here; rlottie_python/rlottie_wrapper.py, render_pillow_frame: Image.frombuffer("RGBA", ..., "BGRA");
# rlottie's inc/rlottie.h: a Surface is ARGB32_Premultiplied. Of a grey outline in C: github.com/Samsung/rlottie, 466.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 rlottie-python==1.3.8
"$folder/venv/bin/python" - "$folder" <<'PY'
import json
import sys

import rlottie_python
from PIL import Image

print("rlottie-python", rlottie_python.__version__)


def animation(opacity):
    """A red square of 64x64 pixels, through 30 frames."""

    def still(value):
        return {"a": 0, "k": value}

    place = {"p": still([0, 0]), "a": still([0, 0]), "s": still([100, 100]), "r": still(0), "o": still(100)}
    square = {"ty": "rc", "s": still([64, 64]), "p": still([32, 32]), "r": still(0)}
    fill = {"ty": "fl", "c": still([1, 0, 0, 1]), "o": still(opacity)}
    shapes = [{"ty": "gr", "it": [square, fill, {"ty": "tr", **place}]}]
    layer = {"ty": 4, "ind": 1, "ip": 0, "op": 30, "st": 0, "ks": place, "shapes": shapes}
    lottie = {"v": "5.5.2", "fr": 30, "ip": 0, "op": 30, "w": 64, "h": 64, "layers": [layer]}
    return rlottie_python.LottieAnimation.from_data(json.dumps(lottie))


for opacity in (100, 50, 20):
    sticker = animation(opacity)
    image = sticker.render_pillow_frame(0)
    sticker.save_frame(f"{sys.argv[1]}/frame.png", 0)
    with Image.open(f"{sys.argv[1]}/frame.png") as file:
        saved = file.convert("RGBA").getpixel((32, 32))
    pixel = image.getpixel((32, 32))
    mended = Image.frombuffer("RGBa", image.size, image.tobytes()).convert("RGBA").getpixel((32, 32))
    on_blue = Image.alpha_composite(Image.new("RGBA", image.size, "blue"), image).getpixel((32, 32))
    print(f"red, {opacity} %: {image.mode} {pixel}, in the PNG {saved}, on blue {on_blue[:3]}; as RGBa {mended}")
    alpha = round(2.55 * opacity)
    assert abs(pixel[3] - alpha) <= 7 and mended[0] >= 250, "this has changed"
    assert abs(pixel[0] - pixel[3]) <= 1 and abs(saved[0] - pixel[0]) <= 1, "this has changed"
PY
