"""A finished painting's buttons: stronger, softer, own colours, larger, as a file."""

import pytest

from bot.i18n import texts
from styler.image.side_by_side import GAP
from styler.settings import STRENGTHS
from tests.support import clips
from tests.support.chat import finished, finished_painting, is_negative_of, opened, redone, settled, shows, until_rows


@pytest.fixture(scope="module")
def prepare():
    return lambda bot: bot.env.update(MAX_SIZE="2048")


async def test_each_strength_has_the_buttons_to_the_others(bot, ann):
    sent, message = await finished_painting(ann)
    strong = await redone(ann, sent, message, texts.stronger())
    assert shows(strong, "Poppies, strong")
    assert strong.buttons[1] == [texts.softer()]
    soft = await redone(ann, sent, message, texts.softer())
    assert shows(soft, "Poppies, soft")
    assert soft.buttons[1] == [texts.stronger()]
    assert message.buttons[1] == [texts.softer(), texts.stronger()]


async def test_keep_my_colours_and_back(bot, ann):
    sent, message = await finished_painting(ann)
    assert texts.keep_colors() in message.buttons[2]
    own = await redone(ann, sent, message, texts.keep_colors())
    assert shows(own, "Poppies", texts.in_own_colors())
    assert is_negative_of(opened(own.photo), (255, 127, 127)), "it is the photo, not its negative"
    assert texts.new_colors() in own.buttons[2]
    back = await redone(ann, sent, own, texts.new_colors())
    assert is_negative_of(opened(back.photo), "teal")
    assert not shows(back, texts.in_own_colors())


async def test_changes_add_up(bot, ann):
    sent, message = await finished_painting(ann)
    own = await redone(ann, sent, message, texts.keep_colors())
    both = await redone(ann, sent, own, texts.stronger())
    assert shows(both, "Poppies, strong", texts.in_own_colors())
    assert texts.new_colors() in both.buttons[2]


async def test_larger_to_the_largest_and_as_a_file_where_telegram_would_shrink_a_photo(bot, ann):
    sent, message = await finished_painting(ann)
    for size in (768, 1024):
        message = await redone(ann, sent, message, texts.larger(size))
        assert opened(message.photo).width == size
    message = await redone(ann, sent, message, texts.larger_file(1536))
    assert (opened(message.document).width, opened(message.document).format) == (1536, "PNG")
    assert not shows(message, texts.largest(1536))
    message = await redone(ann, sent, message, texts.larger(2048))
    assert opened(message.document).width == 2048
    assert shows(message, texts.largest(2048))
    assert message.buttons == [
        [texts.another()],
        [texts.softer(), texts.stronger()],
        [texts.keep_colors()],
        [texts.how_it_was_painted(), texts.before_and_after()],
        [texts.share()],
    ]


async def test_as_a_file_every_pixel_as_it_was_painted(bot, ann):
    sent, message = await finished_painting(ann, (30, 90, 160))
    file = await redone(ann, sent, message, texts.as_file())
    picture = opened(file.document)
    assert (picture.format, picture.size) == ("PNG", (64, 48))
    sent_to_bot = opened(sent.photo)
    assert picture.getpixel((40, 40)) == tuple(255 - value for value in sent_to_bot.getpixel((40, 40)))
    assert file.now.media.file.name == "poppies.png"
    assert shows(file, "Poppies", texts.dimensions(64, 48))
    assert file.buttons[-1] == [texts.share()]
    assert [m for m in ann.chat.from_bot if m.document] == [file]


async def test_a_timelapse(bot, ann):
    sent, message = await finished_painting(ann)
    timelapse = await redone(ann, sent, message, texts.how_it_was_painted())
    assert timelapse.now.media.kind == "animation"
    assert shows(timelapse, texts.timelapse("Poppies"))
    assert timelapse.buttons == [[texts.another()]]
    assert (await ann.presses(message, texts.how_it_was_painted())).text == texts.painted_already()


async def test_a_timelapse_of_a_file_is_no_file(bot, ann):
    sent, message = await finished_painting(ann)
    file = await redone(ann, sent, message, texts.as_file())
    timelapse = await redone(ann, sent, file, texts.how_it_was_painted())
    assert timelapse.now.media.kind == "animation"


async def test_before_and_after_as_one_picture(bot, ann):
    sent, message = await finished_painting(ann, (30, 90, 160))
    both = await redone(ann, sent, message, texts.before_and_after())
    assert both.now.caption == texts.before_and_after()
    assert both.buttons == [[texts.another()]]
    picture = opened(both.photo).convert("RGB")
    assert picture.size == (64 + GAP + 64, 48)
    before, after = picture.crop((0, 0, 64, 48)), picture.crop((64 + GAP, 0, *picture.size))
    assert is_negative_of(before, (225, 165, 95)), "the photo"
    assert is_negative_of(after, (30, 90, 160)), "the painting"
    assert (await ann.presses(message, texts.before_and_after())).text == texts.painted_already()


async def test_before_and_after_of_a_file_is_a_photo(bot, ann):
    sent, message = await finished_painting(ann)
    file = await redone(ann, sent, message, texts.as_file())
    both = await redone(ann, sent, file, texts.before_and_after())
    assert both.now.media.kind == "photo"


async def test_a_timelapse_is_one_message_after_a_kill(bot_process, ann):
    bot_process.command[-1] = "1.5"
    await bot_process.start()
    sent, message = await finished_painting(ann)
    await ann.presses(message, texts.how_it_was_painted())
    timelapse = await ann.chat.until(lambda chat: len(chat.answers(sent)) > 1 and chat.answers(sent)[-1])
    await ann.chat.until(lambda _: shows(timelapse, "Painting"))
    await bot_process.kill()
    await bot_process.start()
    await ann.chat.until(lambda _: finished(timelapse))
    assert timelapse.now.media.kind == "animation"
    assert ann.chat.answers(sent) == [message, timelapse]


async def test_a_file_is_one_message_after_a_kill(bot_process, ann):
    bot_process.command[-1] = "1.5"
    await bot_process.start()
    sent, message = await finished_painting(ann)
    await ann.presses(message, texts.as_file())
    file = await ann.chat.until(lambda chat: len(chat.answers(sent)) > 1 and chat.answers(sent)[-1])
    await ann.chat.until(lambda _: shows(file, "Painting"))
    await bot_process.kill()
    await bot_process.start()
    await ann.chat.until(lambda _: finished(file))
    assert opened(file.document).format == "PNG"
    assert ann.chat.answers(sent) == [message, file]


@pytest.mark.parametrize("button", ["stronger", "keep_colors", "as_file"])
async def test_pressed_ten_times_and_after_a_restart_is_one_more_painting(bot, ann, button):
    sent, message = await finished_painting(ann)
    await bot.stop()
    taps = [ann.taps(message, getattr(texts, button)()) for _ in range(10)]
    await bot.start()
    answers = [(await tap.answered(2)).text for tap in taps]
    assert answers[0] == ""
    assert set(answers[1:]) <= {texts.already(), texts.painted_already()}
    await ann.chat.until(lambda chat: len(list(filter(finished, chat.answers(sent)))) == 2)
    assert len(ann.chat.from_bot) == 2


async def test_of_a_photo_that_was_exchanged_it_is_the_painted_one(bot, ann):
    sent, message = await finished_painting(ann)
    ann.edits(sent, "", ann.file("video", clips.clip(), "video/mp4", "video.mp4"))
    await settled(ann)
    strong = await redone(ann, sent, message, texts.stronger())
    assert is_negative_of(opened(strong.photo), "teal")
    ann.sends_text("soft", reply_to=strong)
    soft = await ann.chat.until(lambda chat: next((m for m in chat.answers(sent)[2:] if finished(m)), None))
    assert is_negative_of(opened(soft.photo), "teal")


async def test_pressed_again_when_it_is_painted_it_says_where(bot, ann):
    sent, message = await finished_painting(ann)
    strong = await redone(ann, sent, message, texts.stronger())
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)] * 2)
    assert (await ann.presses(message, texts.stronger())).text == texts.painted_already()
    assert ann.chat.answers(sent) == [message, strong]


async def test_forged_changes_do_nothing(bot, ann, bob):
    _, message = await finished_painting(ann)
    _, other = await finished_painting(bob)
    number = message.now.keyboard[1][0]["callback_data"].split(":")[1]
    for person, place, changes in (
        (bob, other, [*STRENGTHS, "768", "file", "own-colors"]),
        (ann, message, ["4096", "640", "9999", "steps", "FILE", "file:file", "-1"]),
    ):
        for change in changes:
            assert (await person.forges(place, f"redo:{number}:{change}").answered(2)).text == texts.not_yours(), change
    assert ann.chat.from_bot == [message]
    assert bob.chat.from_bot == [other]
