"""The whole of it: the real bot with its real painter, small and with few layers, against the stand-in. With the layers
that people get: test_wheel.py.
"""

import asyncio
import contextlib
import io

import numpy as np
import pillow_heif
import psutil
import pytest
from PIL import Image

from bot.i18n import languages, texts
from styler.gallery import load_gallery
from styler.video.reader import ClipReader
from tests.support import clips, shared_bot
from tests.support.chat import finished, gallery, painted_file, shows
from tests.support.clip_chat import counted, frames, moves, until_recorded
from tests.support.fakes import encode
from tests.support.hang import HANG_SECONDS
from tests.support.project import ROOT
from tests.support.shallow import SHALLOW_ENV

pillow_heif.register_heif_opener()

CAT = (ROOT / "tests/photos/chelsea.jpg").read_bytes()  # 451x300
FORMATS = {
    "jpg": ("JPEG", "JPEG"),
    "heic": ("HEIF", "JPEG"),
    "avif": ("AVIF", "JPEG"),
    "png": ("PNG", "PNG"),
    "webp": ("WEBP", "PNG"),
    "tiff": ("TIFF", "PNG"),
    "bmp": ("BMP", "PNG"),
}

server, bot = shared_bot.server, shared_bot.bot


def prepared(bot):
    bot.command = ["-m", "bot"]
    bot.env = {"STYLER_SIZE": "96", "STYLER_STEPS": "10", "STYLER_MAX_SECONDS": "0.5", "STYLER_FPS": "8"}
    bot.env |= {"MAX_SIZE": "200", **SHALLOW_ENV}


@pytest.fixture(scope="module")
def prepare():
    """The real bot, with one painter for most tests here: it takes seconds to start."""
    return prepared


def painters(bot):
    found = []
    for child in psutil.Process(bot.process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # or dead already
            found += [child] if {"bot.executors.worker", "tests.torture.painter"} & set(child.cmdline()) else []
    return found


def painter(bot):
    [child] = painters(bot)
    return child


async def replaced(bot):
    """The painter is killed; what takes its place. Processes tell no events, so it is asked again and again."""
    before = painter(bot)
    before.kill()
    async with asyncio.timeout(HANG_SECONDS):
        while painters(bot) in ([], [before]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return painter(bot)


async def painted(person, message):
    await person.chat.until(lambda _: finished(message), within=60)
    with Image.open(io.BytesIO(message.photo)) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


async def test_a_photo_becomes_a_painting_and_two_paintings_are_blended(bot, ann, bob):
    message = await gallery(ann, ann.sends_photo(CAT))
    await ann.presses(message, "Great Wave")
    other = await gallery(bob, bob.sends_document(b"no picture at all", "photo.jpg"))
    await bob.presses(other, "Poppies")
    wave = await painted(ann, message)
    assert wave.shape == (64, 96, 3)
    with Image.open(io.BytesIO(CAT)) as photo:
        before = np.asarray(photo.resize((96, 64)), dtype=float)
    assert 10 < np.abs(wave - before).mean() < 90, "it is another picture, but not just any"
    await bob.chat.until(lambda _: shows(other, "I cannot paint your photo"))
    assert other.buttons == []
    poppies, both = [
        await painted(ann, await gallery(ann, ann.sends_photo(CAT, caption)))
        for caption in ("poppies", "great wave + poppies")
    ]
    apart = np.abs(wave - poppies).mean()
    assert 0.2 * apart < np.abs(both - wave).mean() < apart
    assert 0.2 * apart < np.abs(both - poppies).mean() < apart


async def test_files_come_back_as_files(bot, world, ann):
    """In every format, and larger than what is painted, of twelve megapixels as well, in two languages."""
    with Image.open(io.BytesIO(CAT)) as image:
        small = image.convert("RGB").resize((150, 100))
    for ending, (kind, back) in FORMATS.items():
        message, file = await painted_file(ann, encode(small, kind), f"cat.{ending}")
        assert (file.format, file.size) == (back, (150, 100)), ending
        assert message.now.media.file.name == f"great-wave.{'jpg' if back == 'JPEG' else 'png'}"
        assert shows(message, texts.dimensions(150, 100))
        difference = np.abs(np.asarray(file.convert("RGB"), float) - np.asarray(small, float)).mean()
        assert 4 < difference < 90, f"{ending}: it is painted, and still the cat"
    assert sum(bool(m.document) for m in ann.chat.from_bot) == len(FORMATS)  # where it takes long, more is said
    with Image.open(io.BytesIO(CAT)) as image:
        photo = image.convert("RGB")
    try:
        for language, size in (("en", (4000, 3000)), ("es", (800, 600))):
            languages.activate(language)
            person = world.person(f"Anna {language}", language)
            message, file = await painted_file(person, encode(photo.resize(size)), "IMG_0001.jpg")
            assert (file.format, file.size) == ("JPEG", (200, 150))
            assert shows(message, texts.smaller_than_photo(200, *size))
    finally:
        languages.activate(languages.DEFAULT)


async def test_a_clip_becomes_a_painted_clip(bot, ann):
    message = await gallery(ann, ann.sends_video(clips.clip(frames=20, sound="aac")))
    assert shows(message, texts.gallery_of_clip(0.5))
    await ann.presses(message, load_gallery()[0].label)
    await ann.chat.until(lambda _: finished(message), within=120)
    clip = ClipReader(io.BytesIO(message.now.media.file.data), 10)
    assert (clip.frames, clip.rate) == (4, 8)
    assert (clip.first.width, clip.first.height) == (96, 64)
    with clip.reading() as reading:
        assert reading.sound


async def test_the_bot_answers_while_it_paints(bot_process, ann, bob):
    prepared(bot_process)
    bot_process.env["STYLER_STEPS"] = "20000"  # or it might be over before it is looked at
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(CAT))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"), within=60)
    own = await gallery(bob, bob.sends_photo(CAT))
    await bob.presses(own, texts.own_style())
    await bob.chat.until(lambda _: shows(own, texts.ask_style()))
    await ann.presses(message, texts.cancel())
    await ann.chat.until(lambda _: shows(message, texts.cancelled()))
    assert not any("Hokusai" in (version.body or "") for version in message.versions), "it was not done before"


async def test_a_clip_goes_on_after_the_painter_and_the_bot_were_killed(bot_process, ann):
    """With more checkpoints, and more of what is shown of them, than people get, and with painters that start without
    the engine: what a killed one of the engine's had painted is test_local.py's. Photos: test_promises.py.
    """
    bot_process.command = ["-m", "tests.torture.bot", "--children", "quick", "--edits", "0.3"]
    bot_process.env = {"STYLER_FPS": "10"}
    await bot_process.start()
    message = await gallery(ann, ann.sends_video(clips.clip(frames=20, sound="aac")))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: moves(message), within=90)
    await until_recorded(bot_process, message)
    shown, known = frames(message), len(message.versions)
    child = await replaced(bot_process)
    await ann.chat.until(lambda _: counted(message, known + 1), within=60)
    await bot_process.kill()
    await asyncio.to_thread(psutil.wait_procs, [child], timeout=HANG_SECONDS)
    assert not child.is_running()
    await bot_process.start()
    await ann.chat.until(lambda _: finished(message), within=120)
    assert min(counted(message, known)) >= shown
    assert (message.now.media.kind, frames(message)) == ("video", 20)
    assert ann.chat.from_bot == [message]
