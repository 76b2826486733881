"""Two paintings at once: chosen by buttons or in a caption, and moved between in five steps."""

from itertools import combinations

import pytest

from bot.chat import keyboards
from bot.chat.gallery import painting_key
from bot.chat.gallery_pages import pages_of
from bot.handlers.caption_parser import parse_caption
from bot.i18n import languages, texts
from bot.options import BLENDS
from bot.storage.models import Photo
from styler.gallery import load_gallery
from styler.settings import Settings
from tests.support.chat import (
    asked_for_own,
    finished,
    finished_painting,
    gallery,
    opened,
    painting,
    redone,
    rows,
    settled,
    shows,
    until_rows,
)
from tests.support.fakes import mixture, photo

PAINTINGS = load_gallery()
[PAGE] = pages_of(PAINTINGS)
WAVE, POPPIES = (next(p for p in PAINTINGS if p.name == name) for name in ("great-wave", "poppies"))
BOTH = "The Great Wave off Kanagawa ({}) and Poppies ({})"


async def asked_how_much(person, sent):
    """The message of a photo, with two paintings chosen."""
    message = await gallery(person, sent)
    await person.presses(message, texts.blend(), within=2)
    await person.chat.until(lambda _: shows(message, texts.blend_first()))
    await person.presses(message, "Great Wave", within=2)
    await person.chat.until(lambda _: shows(message, texts.blend_second(WAVE)))
    await person.presses(message, "Poppies", within=2)
    await person.chat.until(lambda _: shows(message, texts.blend_weights(WAVE, POPPIES)))
    return message


def is_blend_of_both(image, share, second=None):
    """The quick painter's corner tells which style images it got, and in which shares."""
    styles = [WAVE.path.read_bytes(), second or POPPIES.path.read_bytes()]
    color = mixture(styles, Settings(style_blend=(share, 1 - share)))
    return all(abs(a - b) < 12 for a, b in zip(image.getpixel((8, 8)), color, strict=True))


@pytest.mark.parametrize("step", range(5))
async def test_two_paintings_and_how_much_of_each(bot, ann, step):
    message = await asked_how_much(ann, ann.sends_photo(photo("teal")))
    assert message.buttons == [
        ["Mostly Great Wave: 85%"],
        ["More Great Wave: 70%"],
        ["Half of each"],
        ["More Poppies: 70%"],
        ["Mostly Poppies: 85%"],
        [texts.back()],
    ]
    await ann.presses(message, message.buttons[step][0])
    assert is_blend_of_both(await painting(ann, message), BLENDS[step])
    first = round(100 * BLENDS[step])
    assert shows(message, BOTH.format(f"{first}%", f"{100 - first}%"), "after Katsushika Hokusai, 1831 and 1833")
    assert rows(bot, "SELECT style, json_extract(settings, '$.style_blend[0]') FROM jobs") == [
        ("great-wave+poppies", BLENDS[step])
    ]
    assert ann.chat.from_bot == [message]


async def test_from_step_to_step_and_every_other_change_keeps_the_blend(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await asked_how_much(ann, sent)
    await ann.presses(message, "More Great Wave: 70%")
    await painting(ann, message)
    assert message.buttons[1:3] == [["More Great Wave"], ["More Poppies"]]
    most = await redone(ann, sent, message, "More Great Wave")
    assert shows(most, BOTH.format("85%", "15%"))
    assert most.buttons[1:3] == [["More Poppies"], [texts.softer(), texts.stronger()]], "there is no step beyond"
    half = await redone(ann, sent, message, "More Poppies")
    assert shows(half, BOTH.format("50%", "50%"))
    strong = await redone(ann, sent, most, texts.stronger())
    assert shows(strong, BOTH.format("85%", "15%") + ", strong")
    file = await redone(ann, sent, strong, texts.as_file())
    assert shows(file, BOTH.format("85%", "15%") + ", strong")
    assert is_blend_of_both(opened(file.document).convert("RGB"), 0.85)


async def test_chosen_before_a_restart_it_goes_on_after_it(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await asked_how_much(ann, sent)
    await bot.kill()
    await bot.start()
    await ann.presses(message, "Half of each")
    assert is_blend_of_both(await painting(ann, message), 0.5)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    await bot.kill()
    await bot.start()
    assert shows(await redone(ann, sent, message, "More Poppies"), BOTH.format("30%", "70%"))


async def test_a_gallery_that_is_deleted_as_its_button_is_pressed_is_no_fault(bot, server, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    server.faults.add("error", "editMessageCaption", count=1, description="Bad Request: message to edit not found")
    await ann.presses(message, texts.blend())
    await settled(ann)
    assert len(ann.chat.from_bot) == 2, "the gallery and an answer to the text"


async def test_back_to_all_the_paintings(bot, ann):
    message = await asked_how_much(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, texts.back())
    await ann.chat.until(lambda _: shows(message, texts.gallery()))


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_picture_of_one_s_own_is_the_second_also_over_restarts(bot, world, spoken, language):
    person = world.person("Anna", language)
    sent = person.sends_photo(photo("teal"))
    message = await asked_for_own(person, sent)
    await bot.kill()
    await bot.start()
    own = person.sends_photo(photo("orange"))
    await person.chat.until(lambda _: shows(message, texts.blend_weights(WAVE, None)))
    assert [row[0] for row in message.buttons] == [*(texts.blended(WAVE, None, s) for s in BLENDS), texts.back()]
    await person.chat.until(lambda _: own.reactions)
    await settled(person)
    await bot.kill()
    await bot.start()
    await person.presses(message, texts.blended(WAVE, None, 0.3))
    assert is_blend_of_both(await painting(person, message), 0.3, own.photo)
    assert shows(message, texts.how([WAVE, None], [0.3, 0.7]))
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    more = await redone(person, sent, message, texts.more_of(None))
    assert is_blend_of_both(await painting(person, more), 0.15, own.photo)
    assert person.chat.answers(own) == [], "it is a style, and gets no gallery"


@pytest.mark.parametrize(
    "moment", ["before:photos.set_custom_style", "after:photos.set_custom_style", "before:photos.close_style_request"]
)
async def test_killed_while_the_picture_comes_it_asks_how_much(bot_process, ann, moment):
    bot_process.command = ["-m", "tests.torture.bot", "--die", f"{moment}:1"]
    await bot_process.start()
    message = await asked_for_own(ann, ann.sends_photo(photo("teal")))
    own = ann.sends_photo(photo("orange"))
    await bot_process.process.wait()
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()
    await ann.chat.until(lambda _: shows(message, texts.blend_weights(WAVE, None)))
    await settled(ann)
    assert ann.chat.answers(own) == []


async def test_an_album_is_blended_with_a_picture_of_one_s_own(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    control = await asked_for_own(ann, sent[0])
    ann.sends_photo(photo("orange"))
    await ann.chat.until(lambda _: shows(control, texts.blend_weights(WAVE, None)))
    await ann.presses(control, "Half of each")
    await ann.chat.until(lambda _: shows(control, "your picture (50%)", texts.album_state(3, 3, 0)), within=20)


async def test_in_a_group_the_picture_is_a_reply(bot, world, ann, bob):
    group = world.group("Friends of art", [ann, bob])
    sent = bob.sends_photo(photo("teal"), "@painter_bot", to=group)
    message = await asked_for_own(bob, sent)
    bob.sends_photo(photo("orange"), to=group, reply_to=message)
    await group.until(lambda _: shows(message, texts.blend_weights(WAVE, None)))


async def test_back_from_the_picture_asked_for_the_next_one_is_a_photo_again(bot, ann):
    message = await asked_for_own(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, texts.back())
    await ann.chat.until(lambda _: shows(message, texts.gallery()))
    assert await gallery(ann, ann.sends_photo(photo("orange")))


async def test_an_album_whose_caption_names_two_begins_with_both(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive")], "wave + poppies")
    [control] = await ann.chat.until(lambda chat: [m for m in chat.answers(sent[0]) if not m.media_group_id])
    assert control.versions[0].body == texts.starting(BOTH.format("50%", "50%"))
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)), within=20)


async def test_an_album_is_blended_whole(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    await settled(ann)
    await ann.presses(control, texts.blend())
    await ann.chat.until(lambda _: shows(control, texts.blend_first()))
    await ann.presses(control, texts.back())
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    control = await asked_how_much(ann, sent[0])
    await ann.presses(control, "Half of each")
    await ann.chat.until(lambda _: shows(control, BOTH.format("50%", "50%"), texts.album_state(3, 3, 0)), within=20)


async def test_forged_blends_do_nothing(bot, ann, bob):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    wave, dream = painting_key(WAVE), painting_key(PAINTINGS[-1])
    assert not PAINTINGS[-1].blends
    other = await gallery(bob, bob.sends_photo(photo("olive")))
    for data in (
        f"mix:{message.id - 1}:{wave}:{wave}",
        f"mix:1:{wave}:{dream}",
        "mix:1:00000000",
        f"mix:1:{wave}:{wave}:2",
    ):
        assert (await ann.forges(message, data).answered(2)).text == texts.not_yours(), data
    for data in ("mix:99", f"mix:99:{wave}:{painting_key(POPPIES)}:2", f"mix:1:{wave}:{painting_key(POPPIES)}:5"):
        assert (await bob.forges(other, data).answered(2)).text == texts.not_yours(), data
    for data in (
        f"mix:{message.id - 1}:own",
        f"mix:{message.id - 1}:{wave}:own:2",
        f"mix:1:{dream}:own",
        "mix:1:own:own:2",
    ):
        assert (await ann.forges(message, data).answered(2)).text == texts.not_yours(), data
    assert rows(bot, "SELECT count(*) FROM jobs") == [(0,)]


async def test_of_a_painting_alone_there_is_no_more(bot, ann):
    _, message = await finished_painting(ann)
    number = message.now.keyboard[1][0]["callback_data"].split(":")[1]
    assert (await ann.forges(message, f"redo:{number}:more-first").answered(2)).text == texts.not_yours()


async def test_a_caption_names_two(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal"), "great wave + poppies, strong"))
    await ann.chat.until(lambda _: finished(message))
    assert shows(message, BOTH.format("50%", "50%") + ", strong")


@pytest.mark.parametrize(
    ("names", "after"),
    [
        (["great-wave", "poppies"], ["after Katsushika Hokusai, 1831 and 1833"]),
        (["church-at-auvers", "village-street-in-auvers"], ["after Vincent van Gogh, 1890"]),
        (["poppies", "church-at-auvers"], ["after Katsushika Hokusai, 1833", "after Vincent van Gogh, 1890"]),
        (["poppies", None], ["after Katsushika Hokusai, 1833"]),
    ],
)
def test_each_artist_is_named_once(names, after):
    styles = [next((p for p in PAINTINGS if p.name == name), None) for name in names]
    assert texts.done("both", styles).splitlines() == ["both", *after]


@pytest.mark.parametrize("caption", ["wave + ", "wave + wave", "wave + my cat", "wave + dream", "wave+poppies+village"])
def test_captions_that_name_no_blend(caption):
    assert parse_caption(caption, PAINTINGS) is None


def test_no_two_paintings_have_the_same_key_and_all_data_fits():
    blended = [p for p in PAINTINGS if p.blends]
    assert len({painting_key(p) for p in blended}) == len(blended)
    for button in buttons_of_blends():
        assert len(button.callback_data.encode()) <= 64


@pytest.mark.parametrize("language", languages.languages())
def test_no_button_is_cut_off(language):
    """A button alone in its row has room for 40 characters."""
    languages.activate(language)
    for button in buttons_of_blends():
        assert len(button.text) <= 40, button.text
    assert all(len(texts.more_of(style)) <= 40 for style in [*PAINTINGS, None])
    assert all(len(texts.cancel_number(10, f"{texts.label(p)} + …")) <= 40 for p in PAINTINGS)
    languages.activate("en")


def buttons_of_blends():
    """Each button on the way to any blend."""
    largest = Photo(-(10**13), 10**10, 10**10, "file")
    blended = [p for p in PAINTINGS if p.blends]
    choices = [keyboards.blend_paintings(largest, True, chosen, PAGE) for chosen in [[], *([p] for p in blended)]]
    choices += [keyboards.blend_weights(largest, True, *both) for both in combinations([*blended, None], 2)]
    for keyboard in choices:
        for row in keyboard.inline_keyboard:
            yield from row
