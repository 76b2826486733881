"""Promises 10 and 13, and access: what the bot must not reveal, must not keep, and must not do for strangers."""

import asyncio
import io
import time

from PIL import ExifTags, Image, ImageCms

from bot.demo.telegram.model import Chat, TelegramUser
from bot.demo.telegram.person import Person
from bot.i18n import texts
from tests.support.shallow import SHALLOW_ENV
from tests.torture.kit import PATIENCE, QUEUE_PATIENCE, STYLE, Tally, bot_at_work, check_log, order

MARKS = (b"SENTINEL-PLACE", b"SENTINEL-XMP", b"SENTINEL-MAKER", b"SENTINEL-NAME", b"SENTINEL-PROFILE", b"SENTINEL-TALE")


def planted(number: int) -> bytes:
    """A photo whose metadata tells place, camera and author, in every field that a JPEG or PNG has for them."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SENTINEL-MAKER"
    exif[ExifTags.Base.Artist] = "SENTINEL-NAME"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = b"SENTINEL-PLACE"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + b"SENTINEL-PROFILE"
    kind = ("JPEG", "PNG", "WEBP")[number % 3]
    more = {"comment": b"SENTINEL-TALE"} if kind == "JPEG" else {}
    file = io.BytesIO()
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    image.save(file, kind, exif=exif, icc_profile=profile, xmp=b"<x:xmpmeta>SENTINEL-XMP</x:xmpmeta>", **more)
    return file.getvalue()


async def leaks(photos):
    """Nothing from a photo, its file name or its caption is in results, logs or the database. The token is nowhere."""
    tally = Tally()
    small = {"LOG_LEVEL": "DEBUG", "STYLER_SIZE": "32", "STYLER_STEPS": "1", **SHALLOW_ENV}
    async with bot_at_work("--children", "real", **small) as bot:
        ann = bot.world.person("SENTINEL-NAME")
        for number in range(photos):
            await _painted(bot, ann, number, tally)
        bot.server.faults.add("error", "download", count=1, code=500, description="Internal Server Error")
        bot.server.faults.add("bad_gateway", "getFile", count=1)
        await _painted(bot, ann, photos, tally)
        await bot.server.go_offline()
        await asyncio.sleep(0.2)
        await bot.server.come_back()
        await bot.stop()
        token = bot.server.token.encode()
        for mark in (*MARKS, token, token.partition(b":")[2]):
            tally.expect(mark not in bot.log.read_bytes(), f"{mark} in the log")
            hits = [path.name for path in bot.data.iterdir() if mark in path.read_bytes()]
            tally.expect(not hits, f"{mark} in {hits}")
        tally.expect(bot.log.stat().st_size > 1000, "there is no log to search")
    return tally


async def _painted(bot, ann, number, tally):
    """Send one photo as a file, and search the painting for its metadata."""
    kind = ("jpg", "png", "webp")[number % 3]
    data = planted(number)
    tally.expect(sum(mark in data for mark in MARKS) >= 3, "too little is planted")
    sent = ann.sends_document(data, f"SENTINEL-NAME.{kind}", caption="SENTINEL-TALE")
    gallery = await ann.chat.until(lambda chat: next(iter(chat.answers(sent)), None), PATIENCE)
    await ann.presses(gallery, STYLE, PATIENCE)
    await ann.chat.until(lambda _: [texts.another()] in gallery.buttons, QUEUE_PATIENCE)
    tally.counted["paintings"] += 1
    tally.counted["uploads searched"] += len(gallery.versions)
    for version in gallery.versions:
        hits = [mark for mark in MARKS if version.media and mark in version.media.file.data]
        tally.expect(not hits, f"{hits} in a picture that was sent")


# Forgetting


def somebody(world, number: int) -> Person:
    """A person with an id that no file contains by chance."""
    user = TelegramUser(number, "Unmistakable", username="unmistakable", language_code="en")
    chat = Chat(number, "private")
    world.users[number], world.chats[number] = user, chat
    world.people[number] = Person(world, user, chat)
    return world.people[number]


async def forgotten(people):
    """After /forget, even during a painting, no file in the data folder contains one of the person's ids."""
    tally, slowest = Tally(), 0.0
    async with bot_at_work("--slots", 3) as bot:
        others = [order(bot.world.person(f"Person {i}"), "teal") for i in range(5)]
        for one in others:
            await one.choose()
        for number in range(people):
            slowest = max(slowest, await _forgets(bot, somebody(bot.world, 7_123_456_789 + 1009 * number), tally))
            tally.counted["forgotten"] += 1
        for one in others:
            await one.finish()
        check_log(bot, tally)
    tally.measured["slowest"] = f"{slowest:.2f} s"
    return tally


async def _forgets(bot, person, tally):
    orders = [order(person, color) for color in ("teal", "red", "olive")]
    for one in orders:
        await (await one.choose()).answered(PATIENCE)
    await orders[0].finish()
    await bot.until_rows(f"SELECT count(*) FROM jobs WHERE user_id = {person.user.id} AND status = 'RUNNING'", [(1,)])  # noqa: S608
    media = [one.sent.now.media for one in orders]
    number = person.user.id
    marks = [str(number).encode(), number.to_bytes(6, "big"), *(f.file_id.encode() for m in media for f in m.files)]
    tally.expect(all(_found(bot, mark) for mark in marks[:2]), "the search finds nothing even before")
    began = time.monotonic()
    person.sends_text("/forget")
    await person.chat.until(lambda chat: chat.from_bot[-1].text == texts.forgotten(), PATIENCE)
    while (left := [mark for mark in marks if _found(bot, mark)]) and time.monotonic() - began < PATIENCE:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    tally.expect(not left, f"found after /forget: {left}")
    return time.monotonic() - began


def _found(bot, mark):
    return [path.name for path in bot.data.iterdir() if mark in path.read_bytes()]


# Access


async def strangers(_=None):
    """ALLOWED_USERS and ADMINS: a stranger gets one sentence, and /stats is only for admins."""
    tally = Tally()
    async with bot_at_work(start=False) as bot:
        friend, admin, stranger = (bot.world.person(name) for name in ("Friend", "Admin", "Stranger"))
        bot.env |= {"ALLOWED_USERS": str(friend.user.id), "ADMINS": str(admin.user.id)}
        await bot.until_polling()
        mine = order(friend, "teal")
        await mine.choose()
        await mine.finish()
        for person in (friend, admin):
            person.sends_text("/stats")
            await person.chat.until(lambda chat: chat.from_bot and chat.from_bot[-1].text, PATIENCE)
        told = admin.chat.from_bot[-1].text
        words = (
            "Waiting: 0",
            "Running: 0",
            "24 h: 1",
            "Failed in the last 24 h: 0",
            "Median time of a painting: 0 sec",
        )
        tally.expect(all(word in told for word in words), told)
        tally.expect("Waiting" not in friend.chat.from_bot[-1].text, "/stats is for admins")
        photo = order(stranger, "teal")
        await stranger.chat.until(lambda chat: chat.from_bot, PATIENCE)
        press = stranger.forges(photo.sent, f"paint:{photo.sent.id}:great-wave")
        tally.expect((await press.answered(PATIENCE)).text == texts.stranger(), "a stranger's press")
        tally.expect([m.text for m in stranger.chat.from_bot] == [texts.stranger()], f"{stranger.chat.from_bot}")
        kept = bot.rows(f"SELECT count(*) FROM photos WHERE user_id = {stranger.user.id}")  # noqa: S608
        tally.expect(kept == [(0,)], "a stranger's photo is kept")
        tally.counted["people"] = 3
        check_log(bot, tally)
    return tally
