"""What the tests of chats share: what a person sees and does there, and what the bot's database says."""

import asyncio
import io

from PIL import Image

from bot.i18n import texts
from styler.gallery import load_gallery
from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS
from tests.support.sqlite import open_beside


def shows(message, *words):
    """The message says this now."""
    return not message.deleted and all(word in (message.now.body or "") for word in words)


def finished(message):
    return [texts.another()] in message.buttons


async def gallery(person, sent):
    """The bot's answer to a photo."""
    return await person.chat.until(lambda chat: next(iter(chat.answers(sent)), None))


def opened(data):
    return Image.open(io.BytesIO(data))


async def painting(person, message):
    await person.chat.until(lambda _: finished(message))
    return opened(message.photo)


def is_negative_of(image, color):
    """The quick painter's work: the negative of a photo of one colour."""
    expected = [255 - value for value in Image.new("RGB", (1, 1), color).getpixel((0, 0))]
    return all(abs(a - b) < 12 for a, b in zip(image.getpixel((40, 40)), expected, strict=True))


async def finished_painting(person, color="teal", name="Poppies"):
    """A photo, and its painting."""
    sent = person.sends_photo(photo(color))
    message = await gallery(person, sent)
    await person.presses(message, name)
    await painting(person, message)
    return sent, message


async def redone(person, sent, message, button):
    """What comes of a button under a painting: a new message."""
    before = message.now
    count = len(person.chat.answers(sent))
    assert (await person.presses(message, button)).text == ""
    new = await person.chat.until(lambda chat: len(chat.answers(sent)) > count and chat.answers(sent)[-1])
    await person.chat.until(lambda _: finished(new))
    assert message.now == before, "the first one stays"
    return new


async def opened_settings(person):
    """The message by which a person chooses what they prefer."""
    person.sends_text("/settings")
    return await person.chat.until(lambda chat: next((m for m in chat.from_bot if m.text == texts.settings()), None))


async def chosen(person, message, button):
    """There, this."""
    assert (await person.presses(message, button, within=2)).text == texts.settings_kept()
    await person.chat.until(lambda _: any(f"✓ {button}" in row for row in message.buttons))


def two_groups(world, person):
    """A basic group, and the supergroup that it becomes once it is `upgraded_to` that."""
    return [world.group("Friends of art", [person], basic=basic) for basic in (True, False)]


def rows(bot, query):
    """From the bot's real database, beside the bot."""
    with open_beside(bot.data) as connection:
        return connection.execute(query).fetchall()


async def until_rows(bot, query, expected):
    """The bot's database comes to say this."""
    async with asyncio.timeout(HANG_SECONDS):
        assert await bot.process.until(lambda: rows(bot, query) == expected), "the bot has ended"


async def asked_for_own(person, sent):
    """The message of a photo, with one painting chosen, that waits for a picture to blend with it."""
    wave = load_gallery()[0]
    message = await sent.chat.until(lambda chat: next(iter(chat.answers(sent)), None))
    ask = texts.ask_to_blend if message.chat is person.chat else texts.ask_to_blend_by_reply
    for button, then in (
        (texts.blend(), texts.blend_first()),
        (texts.label(wave), texts.blend_second(wave)),
        (texts.own_style(), ask(wave)),
    ):
        await person.presses(message, button, within=2)
        await message.chat.until(lambda _, then=then: shows(message, then))
    return message


async def settled(person):
    """All that this person sent before is handled: the updates of a chat are handled in order."""
    person.sends_text("hello")
    answers = texts.send_photo(), texts.unknown_painting("hello")  # without a photo, and with one
    await person.chat.until(lambda chat: any(shows(m, each) for m in chat.from_bot for each in answers))


async def file_of(person, message):
    await person.chat.until(lambda _: finished(message), within=60)
    assert message.photo is None
    return opened(message.document)


async def painted_file(person, data, name):
    message = await gallery(person, person.sends_document(data, name))
    await person.presses(message, texts.label(load_gallery()[0]))
    return message, await file_of(person, message)
