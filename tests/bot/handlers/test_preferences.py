"""/settings: what a person wants for all paintings to come."""

import pytest
from telegram import CallbackQuery, Chat, InaccessibleMessage, User

from bot.handlers.context import change_text
from bot.i18n import languages, texts
from tests.support import clips
from tests.support.chat import chosen, gallery, opened, opened_settings, painting, rows, shows, until_rows
from tests.support.fakes import photo


async def new_painting(person):
    message = await gallery(person, person.sends_photo(photo()))
    await person.presses(message, "Poppies")
    return message, await painting(person, message)


async def test_new_paintings_are_as_the_person_wants_them(bot, ann, bob):
    message = await opened_settings(ann)
    assert message.buttons == [
        ["✓ 512 pixels", "768 pixels", "1024 pixels"],
        ["Soft", "✓ Medium", "Strong"],
        ["✓ Painting’s colours", "Keep my colours"],
        ["Language…"],
    ]
    for button in (texts.pixels(768), texts.strength("strong"), texts.keep_colors()):
        await chosen(ann, message, button)
    of_ann, picture = await new_painting(ann)
    assert shows(of_ann, "Poppies, strong", texts.in_own_colors())
    assert picture.width == 768
    first = opened(of_ann.versions[0].photo)
    assert of_ann.versions[0].body == texts.gallery() + "\nBy your /settings: 768 pixels, strong, your photo’s colours"
    of_bob, picture = await new_painting(bob)
    assert picture.width == 64
    assert of_bob.versions[0].body == texts.gallery()
    assert first.size != picture.size


async def test_what_was_chosen_survives_a_restart_and_can_be_taken_back(bot, ann):
    message = await opened_settings(ann)
    await chosen(ann, message, texts.strength("soft"))
    await bot.kill()
    await bot.start()
    of_ann, _ = await new_painting(ann)
    assert shows(of_ann, "Poppies, soft")
    await chosen(ann, message, texts.strength("medium"))
    of_ann, _ = await new_painting(ann)
    assert of_ann.versions[0].body == texts.gallery()
    assert not shows(of_ann, "medium")


async def test_a_size_too_large_by_now_is_the_largest(bot, ann):
    message = await opened_settings(ann)
    await chosen(ann, message, texts.pixels(1024))
    await bot.stop()
    bot.env["MAX_SIZE"] = "600"
    await bot.start()
    _, picture = await new_painting(ann)
    assert picture.width == 600


async def test_a_size_is_not_promised_where_it_is_not_used(bot, ann):
    message = await opened_settings(ann)
    for button in (texts.pixels(768), texts.strength("soft")):
        await chosen(ann, message, button)
    of_file = await gallery(ann, ann.sends_document(photo(), "photo.jpg"))
    of_clip = await gallery(ann, ann.sends_video(clips.clip()))
    for promise in (of_file, of_clip):
        assert promise.caption.endswith("\nBy your /settings: soft")


async def test_what_the_operator_chose_stands_under_a_painting_too(bot_process, ann):
    bot_process.env |= {"STYLER_STRENGTH": "strong", "STYLER_KEEP_COLORS": "true"}
    await bot_process.start()
    message, _ = await new_painting(ann)
    assert shows(message, "Poppies, strong", texts.in_own_colors())
    assert message.buttons[1] == [texts.softer()]
    assert texts.new_colors() in message.buttons[2]
    await chosen(ann, await opened_settings(ann), texts.strength("medium"))
    message, _ = await new_painting(ann)
    assert not shows(message, "strong")


async def test_the_same_button_ten_times_is_answered_ten_times(bot, ann):
    message = await opened_settings(ann)
    taps = [ann.taps(message, texts.strength("strong")) for _ in range(10)]
    assert {(await tap.answered(2)).text for tap in taps} == {texts.settings_kept()}


async def test_forged_choices_do_nothing(bot, ann):
    message = await opened_settings(ann)
    before = message.now
    for data in ("size:4096", "size:1", "strength:wild", "keep_colors:yes", "steps:9", "language:xx", "language:../en"):
        assert (await ann.forges(message, f"choose:{data}").answered(2)).text == texts.not_yours(), data
    assert message.now == before


async def test_languages_are_named_in_their_own_words(bot, ann):
    message = await opened_settings(ann)
    await ann.presses(message, texts.choose_language(), within=2)
    await ann.chat.until(lambda _: message.text == texts.languages())
    shown = [button.removeprefix("✓ ") for row in message.buttons for button in row]
    assert shown == [*languages.names().values(), texts.language_of_telegram(), texts.back_to_settings()]
    await ann.presses(message, texts.back_to_settings(), within=2)
    await ann.chat.until(lambda _: message.text == texts.settings())


async def test_another_language_at_once_and_back_to_telegram_s(bot, ann):
    message = await opened_settings(ann)
    await ann.presses(message, texts.choose_language())
    await ann.chat.until(lambda _: message.text == texts.languages())
    await ann.presses(message, languages.names()["de"])
    english = texts.languages()
    languages.activate("de")
    await ann.chat.until(lambda _: message.text == texts.languages() != english)
    await ann.presses(message, texts.back_to_settings())
    await ann.chat.until(lambda _: message.text == texts.settings())
    of_ann = await gallery(ann, ann.sends_photo(photo()))
    assert of_ann.caption == texts.gallery()
    languages.activate("en")


async def test_a_painting_comes_in_the_language_that_was_chosen_while_it_was_painted(bot_process, ann):
    bot_process.command[-1] = "3"
    await bot_process.start()
    settings = await opened_settings(ann)
    await ann.presses(settings, texts.choose_language())
    await ann.chat.until(lambda _: settings.text == texts.languages())
    message = await gallery(ann, ann.sends_photo(photo()))
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    await ann.presses(settings, languages.names()["de"])
    await ann.chat.until(lambda _: shows(message, "Mohnblumen", "nach Katsushika Hokusai"))
    assert ["Ein anderes Gemälde"] in message.buttons


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_stranger_gets_a_sentence_in_their_language_and_is_not_kept_in_mind(bot_process, anna):
    bot_process.env["ALLOWED_USERS"] = "1"
    await bot_process.start()
    anna.sends_photo(photo("teal"))
    await anna.chat.until(lambda chat: any(shows(message, texts.stranger()) for message in chat.from_bot))
    await until_rows(bot_process, "SELECT count(*) FROM updates WHERE body IS NULL", [(1,)])
    assert rows(bot_process, "SELECT * FROM users") == []
    assert rows(bot_process, "SELECT * FROM photos") == []


async def test_a_button_of_a_message_that_is_gone_changes_nothing():
    gone = InaccessibleMessage(Chat(7, Chat.PRIVATE), 5)
    await change_text(CallbackQuery("1", User(7, "Ann", is_bot=False), "7", message=gone), texts.settings(), None)
