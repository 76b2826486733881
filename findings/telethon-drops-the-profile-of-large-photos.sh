#!/usr/bin/env bash
# One would guess: Telethon's send_file() sends a photo as it is, and where it is too large for Telegram (over 2560
# pixels a side), and Pillow is there, the same photo, smaller: with its colours.
#
# What is so: what it makes smaller, or finds in another mode than RGB, it saves as a new JPEG of Pillow's default
# quality of 75, without the colour profile, the numbers unchanged. A phone's photo in Display P3 has 4000 pixels and
# more, so its reds and greens are sent pale; EXIF is kept, and so the rest looks as taken. Grey JPEGs, which are small
# enough, are compressed again as well and lose theirs; and of PNGs in 16 bits grey, all that is brighter than 0.4 % is
# white. A small photo in RGB goes out byte by byte. Nothing is said; without Pillow, all go out as they are.
#
# Who meets it: user bots and archives that send photos or paintings by Telethon. Convert them to sRGB and to 2560
# pixels oneself before, or send them with force_document=True.
#
# Source: run here, without a network; telethon/client/uploads.py, _resize_photo_if_needed(), which passes on exif only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 telethon==1.45.0
"$folder/venv/bin/python" - <<'PY'
import asyncio
import io
from importlib.metadata import version

import numpy as np
from PIL import Image, ImageCms
from telethon import TelegramClient, types
from telethon.sessions import MemorySession

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # stands for any


class Client(TelegramClient):
    """Keeps what would be sent."""

    async def upload_file(self, file, **_):
        self.sent = file.read() if hasattr(file, "read") else file
        return types.InputFile(1, 1, "photo.jpg", "0")

    async def get_input_entity(self, peer):
        return types.InputPeerSelf()

    async def __call__(self, request, *_, **__):
        self.request = request

    def _get_response_message(self, *_):
        return None


def written(image, **how):
    file = io.BytesIO()
    image.save(file, icc_profile=PROFILE, **how)
    return file.getvalue()


async def sent(data, name, **how):
    client = Client(MemorySession(), 1, "0" * 32)
    file = io.BytesIO(data)
    file.name = name
    await client.send_file("me", file, **how)
    kind = "a photo" if isinstance(client.request.media, types.InputMediaUploadedPhoto) else "a document"
    return kind, client.sent


async def main():
    print("Telethon", version("telethon"), "Pillow", version("pillow"))
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)).resize((640, 480))
    large = small.resize((4032, 3024))
    deep = Image.fromarray(np.full((480, 640), 0x4000, np.uint16))
    jpeg = {"format": "JPEG", "quality": 95}
    cases = {
        "a small photo": (written(small, **jpeg), "small.jpg"),
        "a large photo": (written(large, **jpeg), "large.jpg"),
        "a small photo in grey": (written(small.convert("L"), **jpeg), "grey.jpg"),
        "a quarter's grey in 16 bits": (written(deep, format="PNG"), "deep.png"),
    }
    for name, (data, path) in cases.items():
        kind, result = await sent(data, path)
        image = Image.open(io.BytesIO(result))
        kept, profile = result == data, "icc_profile" in image.info
        print(f"  {name}: sent as {kind} in {image.mode} {image.size}, as it was: {kept}, with its profile: {profile}")
        assert kind == "a photo" and kept == profile == (name == "a small photo"), "this has changed"
        if path == "deep.png":
            print("    its shade is", image.getpixel((9, 9))[0], "of 255, where it was 64")
            assert image.getpixel((9, 9)) == (255, 255, 255), "this has changed"
    kind, result = await sent(*cases["a large photo"], force_document=True)
    print(f"  a large photo with force_document: sent as {kind}, as it was: {result == cases['a large photo'][0]}")
    assert kind == "a document" and result == cases["a large photo"][0]


asyncio.run(main())
PY
