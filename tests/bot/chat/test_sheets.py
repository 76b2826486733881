"""The gallery made of the person's own photo."""

import asyncio

import pytest
from PIL import Image
from telegram.ext import ExtBot

from bot.chat.gallery import Gallery
from bot.chat.message_editor import MessageEditor, MessageWatch
from bot.chat.sheet_requests import SheetRequest, SheetRequests
from bot.i18n import texts
from bot.storage.models import Photo
from bot.transport.rate_limiter import RateLimiter
from styler.gallery import load_gallery
from styler.gallery.contact_sheet import CELL, GAP
from tests.support.chat import (
    chosen,
    finished,
    gallery,
    is_negative_of,
    opened,
    opened_settings,
    painting,
    rows,
    shows,
    until_rows,
)
from tests.support.clips import clip
from tests.support.fakes import photo


@pytest.fixture(scope="module")
def prepare():
    return lambda bot: bot.env.update(PREVIEWS="on")


def is_made_of(message, color):
    """The gallery's first cell is the quick painter's work on a photo of this colour."""
    first = opened(message.photo).crop((GAP, GAP, GAP + CELL[0], GAP + CELL[1]))
    return is_negative_of(first, color)


async def own_gallery(person, color="teal", **more):
    sent = person.sends_photo(photo(color), **more)
    message = await gallery(person, sent)
    await person.chat.until(lambda _: message.photo and is_made_of(message, color))
    return sent, message


async def test_the_gallery_becomes_the_photo_in_the_manner_of_each_painting(bot, ann):
    _, message = await own_gallery(ann)
    first, *_, last = message.versions
    assert (last.body, last.buttons) == (first.body, first.buttons)
    assert len(message.versions) == 2, "by one edit"
    await ann.presses(message, "Poppies")
    assert is_negative_of(await painting(ann, message), "teal")


async def test_another_painting_is_chosen_from_the_same_sheet(bot, ann):
    sent, message = await own_gallery(ann)
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: finished(message))
    await ann.presses(message, texts.another())
    again = await ann.chat.until(lambda chat: len(chat.answers(sent)) > 1 and chat.answers(sent)[-1])
    assert is_made_of(again, "teal")
    assert len(again.versions) == 1, "it is at Telegram already"


async def test_the_names_are_in_the_language_of_the_photo_s_sender(bot, world):
    anna = world.person("Anna", "de")
    await own_gallery(anna)
    await until_rows(bot, "SELECT count(*), substr(key, 1, 3) FROM photos, json_each(sheets)", [(1, "de ")])


async def test_a_photo_that_is_exchanged_gets_a_sheet_of_its_own(bot, ann):
    sent, message = await own_gallery(ann)
    ann.edits(sent, "", ann.photo(photo("olive")))
    await ann.chat.until(lambda _: is_made_of(message, "olive"))


async def test_the_photos_of_an_album_share_a_gallery_of_the_first(bot, ann):
    first, *_ = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    message = await gallery(ann, first)
    await ann.chat.until(lambda _: is_made_of(message, "teal") and shows(message, texts.gallery_album()))


async def test_what_is_forgotten_is_gone(bot, ann):
    await own_gallery(ann)
    ann.sends_text("/forget")
    await ann.chat.until(lambda chat: any(shows(message, texts.forgotten()) for message in chat.from_bot))
    assert rows(bot, "SELECT count(*) FROM photos") == [(0,)]


async def sheet_of(person, sent):
    """The gallery of what was sent, once it shows it."""
    message = await gallery(person, sent)
    await person.chat.until(lambda _: len(message.versions) > 1)
    return message


async def test_what_a_gallery_says_first_stays(bot, ann):
    message = await sheet_of(ann, ann.sends_photo(photo("teal"), "cafe night"))
    assert is_made_of(message, "teal")
    assert message.now.body == message.versions[0].body != texts.gallery()


async def test_one_photo_of_an_album_stays_alone(bot, ann):
    first, second = ann.sends_album([photo("teal"), photo("olive")])
    await sheet_of(ann, first)
    ann.sends_text("poppies", reply_to=second)
    message = await gallery(ann, second)
    await painting(ann, message)
    await ann.presses(message, texts.another())
    again = await ann.chat.until(lambda chat: len(chat.answers(second)) > 1 and chat.answers(second)[-1])
    await ann.chat.until(lambda _: is_made_of(again, "olive"))
    assert again.now.body == texts.gallery()
    assert again.buttons == again.versions[0].buttons


async def test_after_other_settings_it_is_another_sheet(bot, ann):
    sent, message = await own_gallery(ann)
    settings = await opened_settings(ann)
    await chosen(ann, settings, texts.keep_colors())
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: finished(message))
    await ann.presses(message, texts.another())
    again = await ann.chat.until(lambda chat: len(chat.answers(sent)) > 1 and chat.answers(sent)[-1])
    await ann.chat.until(lambda _: len(again.versions) > 1)
    assert not is_made_of(again, "teal"), "it keeps the photo's colours"


def gif(color, frames):
    return photo(color, kind="GIF", save_all=True, append_images=[Image.new("RGB", (64, 48))] * (frames - 1))


@pytest.mark.parametrize(
    ("file", "name", "mime"),
    [
        (gif("teal", 2), "moves.png", "image/png"),
        (gif("teal", 1), "stays.gif", "image/gif"),
        (clip(frames=2), "film.jpg", "image/jpeg"),
        (photo("teal"), "photo.mp4", "video/mp4"),
    ],
)
async def test_the_bytes_of_a_file_tell_whether_it_moves(bot, ann, file, name, mime):
    await sheet_of(ann, ann.sends_document(file, name, mime))


async def test_a_photo_of_which_no_sheet_comes_keeps_the_paintings(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("red")))
    await own_gallery(ann)  # later, and done
    assert len(message.versions) == 1
    await until_rows(bot, "SELECT sheets = '{}' FROM photos ORDER BY message_id", [(1,), (0,)])


async def test_with_previews_off_the_gallery_stays_as_it_is(bot_process, ann):
    bot_process.env |= {"PREVIEWS": "off"}
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: finished(message))
    assert not any(is_made_of(message, "teal") for version in message.versions[:1] if version.photo)
    assert rows(bot_process, "SELECT sheets FROM photos") == [("{}",)]


async def test_a_change_of_a_watched_message_is_noticed(server, ann):
    bot = ExtBot(server.token, f"{server.url}/bot", f"{server.url}/file/bot", rate_limiter=RateLimiter())
    async with bot:
        editor = MessageEditor(bot, Gallery(load_gallery()))
        number = await editor.send(ann.chat.id, "great-wave")
        other = await editor.send(ann.chat.id, "poppies")
        watch = editor.watch(ann.chat.id, number)
        await editor.edit(ann.chat.id, other, "another one", None)
        assert not watch.changed
        await editor.edit(ann.chat.id, number, "this one", None)
        assert watch.changed
        assert not editor.watch(ann.chat.id, number).changed, "from now on"


async def test_the_newest_requests_are_kept_and_the_oldest_of_them_comes_first():
    requests = SheetRequests(most=2)
    for number in (1, 2, 3, 2):
        requests.add(SheetRequest(Photo(1, number, 1, f"file {number}"), number, object(), MessageWatch()))
    assert [(await requests.take()).message_id for _ in range(2)] == [3, 2]
    waiting = asyncio.create_task(requests.take())
    await asyncio.sleep(0)
    assert not waiting.done()
    requests.add(SheetRequest(Photo(1, 9, 1, "file"), 9, object(), MessageWatch()))
    assert (await waiting).message_id == 9
