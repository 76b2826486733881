"""A picture of one's own as the style: when the next picture is taken for one, and for which photos."""

import pytest

from bot.i18n import texts
from tests.support.chat import asked_for_own, finished, gallery, painting, settled, shows, until_rows
from tests.support.clips import clip
from tests.support.fakes import photo


async def asked(person, sent):
    """The message of a photo that waits for its style."""
    message = await gallery(person, sent)
    await person.presses(message, texts.own_style())
    await person.chat.until(lambda _: message.buttons == [[texts.back()]])
    return message


async def test_a_style_for_which_the_line_was_full_can_be_sent_again(bot_process, ann):
    bot_process.env["MAX_WAITING_PER_USER"] = "1"
    await bot_process.start()
    for status in ("RUNNING", "QUEUED"):
        endless = await gallery(ann, ann.sends_photo(photo("red")))
        await ann.presses(endless, "Poppies")
        await until_rows(bot_process, "SELECT status FROM jobs ORDER BY id DESC LIMIT 1", [(status,)])
    message = await asked(ann, ann.sends_photo(photo("teal")))
    ann.sends_photo(photo("orange"))
    await ann.chat.until(lambda chat: any(shows(m, texts.queue_is_full(1, 1)) for m in chat.from_bot))
    for cancelled in (m for m in ann.chat.from_bot if m.buttons == [[texts.cancel()]]):
        await ann.presses(cancelled, texts.cancel())
    ann.sends_photo(photo("orange"))
    await painting(ann, message)
    assert shows(message, texts.style_name(None))


async def album(person):
    """Three photos that were sent together, and their gallery."""
    sent = person.sends_album([photo("teal"), photo("olive"), photo("navy")])
    control = await gallery(person, sent[0])
    await settled(person)
    return sent, control


async def test_who_went_back_from_a_style_for_all_of_an_album_gives_one_photo_a_style(bot, ann):
    sent, control = await album(ann)
    await ann.presses(control, texts.own_style())
    await ann.chat.until(lambda _: control.buttons == [[texts.back()]])
    await ann.presses(control, texts.back())
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    ann.sends_photo(photo("orange"), reply_to=sent[0])
    await ann.chat.until(lambda chat: any(map(finished, chat.answers(sent[0]))))
    await settled(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    assert shows(control, texts.gallery_album())


async def test_a_picture_in_a_reply_to_an_album_s_gallery_is_the_style_of_all_of_it(bot, ann):
    _, control = await album(ann)
    style = ann.sends_photo(photo("orange"), reply_to=control)
    below = await ann.chat.until(lambda chat: next((m for m in chat.from_bot if m.id > style.id), None))
    await ann.chat.until(lambda _: shows(below, texts.album_state(3, 3, 0)), within=20)
    assert shows(control, texts.gallery_album())


async def test_two_photos_whose_second_was_the_style_are_two_photos_again(bot_process, ann):
    bot_process.command[-1] = "5"
    await bot_process.start()
    sent = ann.sends_album([photo("teal"), photo("olive")])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: control.buttons[0] == [texts.second_is_style()])
    buttons = control.buttons
    await ann.presses(control, texts.second_is_style())
    await ann.chat.until(lambda _: control.buttons == [[texts.cancel()]])
    await ann.presses(control, texts.cancel())
    await ann.chat.until(lambda _: shows(control, texts.cancelled()))
    assert control.buttons == buttons


@pytest.mark.parametrize("said", ["/cancel", "stop"])
async def test_after_a_cancel_the_next_picture_is_a_photo(bot, ann, said):
    message = await asked(ann, ann.sends_photo(photo("teal")))
    ann.sends_text(said)
    await ann.chat.until(lambda chat: any(shows(m, texts.cancelled()) for m in chat.from_bot))
    assert message.buttons[-1] == [texts.own_style()]
    await gallery(ann, ann.sends_photo(photo("olive")))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Never mind!"), ("en", "back"), ("de", "doch nicht"), ("ru", "Неважно")],
)
async def test_who_thinks_better_of_it_gets_the_gallery_back(bot, anna, said):
    message = await asked(anna, anna.sends_photo(photo("teal")))
    anna.sends_text(said)
    await anna.chat.until(lambda chat: any(shows(m, texts.cancelled()) for m in chat.from_bot))
    assert message.buttons[-1] == [texts.own_style()]
    await gallery(anna, anna.sends_photo(photo("olive")))
    anna.sends_text(said)
    await anna.chat.until(lambda chat: chat.from_bot[-1].text == texts.what_to_say())


async def test_who_thinks_better_of_it_in_a_group(bot, world, ann):
    group = world.group("Friends of art", [ann])
    sent = ann.sends_photo(photo("teal"), "@painter_bot", to=group)
    message = await group.until(lambda chat: next(iter(chat.answers(sent)), None))
    await ann.presses(message, texts.own_style())
    await group.until(lambda _: message.buttons == [[texts.back()]])
    ann.sends_text("@painter_bot never mind", to=group)
    await group.until(lambda chat: any(shows(m, texts.cancelled()) for m in chat.from_bot))
    assert message.buttons[-1] == [texts.own_style()]


@pytest.mark.parametrize("said", ["another painting", "/paintings"])
async def test_who_wants_to_choose_a_painting_after_all_is_asked_for_no_style(bot, ann, said):
    sent = ann.sends_photo(photo("teal"))
    message = await asked(ann, sent)
    ann.sends_text(said)
    await ann.chat.until(lambda chat: [shows(m, texts.gallery()) for m in chat.answers(sent)] == [True, True])
    assert message.buttons[-1] == [texts.own_style()]
    await gallery(ann, ann.sends_photo(photo("olive")))


async def test_what_moves_is_no_style_and_is_told_so(bot, ann):
    message = await asked(ann, ann.sends_photo(photo("teal")))
    moving = await gallery(ann, ann.sends_animation(clip()))
    assert shows(moving, texts.no_moving_style(), texts.gallery_of_clip(5))
    assert shows(message, texts.ask_style()), "the picture may still come"
    assert not shows(await gallery(ann, ann.sends_animation(clip(), "poppies")), texts.no_moving_style())


async def test_a_style_of_which_no_painting_comes_yet_is_not_looked_at_any_more(bot_process, world, ann):
    bot_process.env["MAX_WAITING_PER_USER"] = "1"
    await bot_process.start()
    await asked_for_own(ann, ann.sends_photo(photo("teal")))
    blended = ann.sends_photo(photo("orange"))
    await ann.chat.until(lambda _: blended.reactions == {world.bot.id: []})
    for status in ("RUNNING", "QUEUED"):
        ann.sends_photo(photo("red"), "poppies")
        await until_rows(bot_process, "SELECT status FROM jobs ORDER BY id DESC LIMIT 1", [(status,)])
    refused = [ann.sends_photo(photo("teal"), "poppies")]
    await asked(ann, ann.sends_photo(photo("teal")))
    refused.append(ann.sends_photo(photo("orange")))
    await ann.chat.until(lambda _: all(sent.reactions == {world.bot.id: []} for sent in refused))


async def test_no_picture_is_looked_at_any_more_when_the_painting_is_there(bot, world, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await asked(ann, sent)
    style = ann.sends_photo(photo("orange"))
    await ann.chat.until(lambda _: style.reactions == {world.bot.id: ["👀"]})
    await painting(ann, message)
    await ann.chat.until(lambda _: sent.reactions == style.reactions == {world.bot.id: []})


async def test_a_painting_chosen_at_the_same_time_ends_the_asking(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    taps = [ann.taps(message, button) for button in (texts.own_style(), "Poppies")]
    assert [(await tap.answered()).text for tap in taps] == ["", ""]
    await painting(ann, message)
    await gallery(ann, ann.sends_photo(photo("olive")))
    assert shows(message, "Poppies")


async def test_a_sticker_is_a_style_in_a_group_too(bot, world, ann):
    group = world.group("Friends of art", [ann])
    sent = ann.sends_photo(photo("teal"), "@painter_bot", to=group)
    message = await group.until(lambda chat: next(iter(chat.answers(sent)), None))
    await ann.presses(message, texts.own_style())
    ann.sends_sticker(photo("orange", kind="WEBP"), to=group, reply_to=message)
    await group.until(lambda _: finished(message))
    assert shows(message, texts.style_name(None))


async def test_under_a_style_one_may_say_how_to_paint(bot, ann):
    message = await asked(ann, ann.sends_photo(photo("teal")))
    ann.sends_photo(photo("orange"), "Strong, keep my colours!")
    await painting(ann, message)
    assert shows(message, texts.how([None], (), "strong"), texts.in_own_colors())


async def test_an_album_that_is_to_be_painted_holds_no_style(bot, ann):
    await asked(ann, ann.sends_photo(photo("teal")))
    sent = ann.sends_album([photo("olive"), photo("navy")], "poppies")
    await ann.chat.until(
        lambda chat: any(shows(m, texts.album_state(2, 2, 0)) for m in chat.answers(sent[0])), within=20
    )
    await until_rows(bot, "SELECT style FROM jobs", [("poppies",)] * 2)


async def test_in_a_topic_of_a_private_chat_as_outside_of_it(bot, world, ann):
    topic = world.topic(ann.chat, "Pictures", by=ann)
    message = await asked(ann, ann.sends_photo(photo("teal"), topic=topic))
    ann.sends_photo(photo("orange"), topic=topic)
    await painting(ann, message)
    assert shows(message, texts.style_name(None))
    ann.sends_text("poppies", topic=topic)
    await ann.chat.until(lambda chat: any(finished(m) and shows(m, "Poppies") for m in chat.from_bot))
    assert {m.thread_id for m in ann.chat.from_bot} == {topic}


async def test_the_file_of_a_gif_that_stands_still_can_be_the_style(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, texts.own_style())
    ann.sends_document(photo("olive", kind="GIF"), "pattern.gif")
    await ann.chat.until(lambda _: finished(message))
    assert shows(message, texts.style_name(None))
