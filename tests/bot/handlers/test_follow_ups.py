"""What people say of a photo they sent before: a painting's name or 'stronger', another caption, another picture."""

import json

import pytest

from bot.i18n import texts
from styler.gallery import load_gallery
from tests.support import clips
from tests.support.chat import (
    asked_for_own,
    finished,
    finished_painting,
    gallery,
    is_negative_of,
    opened,
    painting,
    redone,
    rows,
    settled,
    shows,
    until_rows,
)
from tests.support.fakes import photo

POPPIES = next(p for p in load_gallery() if p.name == "poppies")


async def next_answer(person, sent, known):
    """The bot's next answer to a photo, finished."""
    new = await person.chat.until(lambda chat: next((m for m in chat.answers(sent) if m not in known), None))
    await person.chat.until(lambda _: finished(new))
    return new


async def answer_to(person, asked):
    """What the bot says next."""
    return await person.chat.until(lambda chat: next((m for m in chat.from_bot if m.id > asked.id), None))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "poppies, strong"), ("de", "Mohnblumen, stark"), ("ru", "маки, сильно")]
)
async def test_another_painting_s_name_in_a_reply_to_a_painting(bot, world, spoken, language, said):
    person = world.person("Anna", language)
    sent, first = await finished_painting(person, "teal", texts.label(load_gallery()[0]))
    await gallery(person, person.sends_photo(photo("olive")))  # another photo since: it is not meant
    person.sends_text(said, reply_to=first)
    second = await next_answer(person, sent, [first])
    assert is_negative_of(opened(second.photo), "teal"), "the photo, and not the painting, is painted again"
    assert shows(second, texts.how([POPPIES], (), "strong"))
    person.sends_text(said.split(",", maxsplit=1)[0], reply_to=second)
    third = await next_answer(person, sent, [first, second])
    assert shows(third, texts.title(POPPIES))
    assert not shows(third, texts.strength("strong").lower())


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Stronger, keep my colours!"), ("es", "más intenso, mis colores")]
)
async def test_stronger_in_a_reply_to_a_painting(bot, anna, said):
    sent, first = await finished_painting(anna, "teal", texts.label(POPPIES))
    anna.sends_text(said, reply_to=first)
    second = await next_answer(anna, sent, [first])
    assert shows(second, texts.how([POPPIES], (), "strong"), texts.in_own_colors())
    anna.sends_text(said, reply_to=sent)
    await anna.chat.until(lambda chat: any(shows(m, texts.so_already()) for m in chat.from_bot))


@pytest.mark.parametrize(
    ("language", "said", "seen"),
    [
        ("en", "stronger", "strong"),
        ("en", "/paint softer", "soft"),
        ("de", "bitte stärker", "stark"),
        ("ru", "Сильнее", "сильно"),
    ],
)
async def test_stronger_right_after_a_painting(bot, world, spoken, language, said, seen):
    person = world.person("Anna", language)
    sent, first = await finished_painting(person, "teal", texts.label(POPPIES))
    person.sends_text(said)
    second = await next_answer(person, sent, [first])
    assert shows(second, texts.title(POPPIES), seen)
    assert is_negative_of(opened(second.photo), "teal")


@pytest.mark.parametrize(
    ("language", "said", "is_it"),
    [
        ("en", "as a file", lambda message: message.document),
        ("en", "Larger, please!", lambda message: opened(message.photo).width == 768),
        ("de", "größer", lambda message: opened(message.photo).width == 768),
        ("en", "how it was painted", lambda message: shows(message, texts.how_it_was_painted())),
        ("fr", "avant et apres", lambda message: shows(message, texts.before_and_after())),
    ],
)
async def test_a_button_s_words_right_after_a_painting(bot, world, spoken, language, said, is_it):
    person = world.person("Anna", language)
    sent, first = await finished_painting(person, "teal", texts.label(POPPIES))
    person.sends_text(said)
    assert is_it(await next_answer(person, sent, [first]))


@pytest.mark.parametrize(("language", "said"), [("en", "More poppies, please!"), ("es", "más amapolas")])
async def test_more_of_one_after_a_blend_is_as_its_button(bot, world, spoken, language, said):
    person = world.person("Anna", language)
    sent = person.sends_photo(photo("teal"), "great wave + poppies")
    known = [await next_answer(person, sent, [])]
    for share in (0.7, 0.85):
        person.sends_text(said)
        known.append(await next_answer(person, sent, known))
        assert shows(known[-1], texts.how([load_gallery()[0], POPPIES], [1 - share, share]))
        await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    assert (await answer_to(person, person.sends_text(said))).text == texts.so_already()


async def test_more_of_one_and_another_wish_at_once_also_of_one_s_own_picture(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await asked_for_own(ann, sent)
    ann.sends_photo(photo("orange"))
    await ann.chat.until(lambda _: shows(message, texts.blend_weights(load_gallery()[0], None)))
    await ann.presses(message, texts.blended(load_gallery()[0], None, 0.5))
    known = [message]
    for said, share, strength in (("more of my picture, softer", 0.3, "soft"), ("less of my picture", 0.5, "soft")):
        await ann.chat.until(lambda _: finished(known[-1]))
        await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
        ann.sends_text(said)
        known.append(await next_answer(ann, sent, known))
        assert shows(known[-1], texts.how([load_gallery()[0], None], [share, 1 - share], strength))


async def test_more_of_one_after_the_blend_of_a_clip(bot, ann):
    sent = ann.sends_animation(clips.clip(frames=2), "great wave + poppies")
    known = [await next_answer(ann, sent, [])]
    for _ in range(2):
        await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
        ann.sends_text("more poppies")
        known.append(await next_answer(ann, sent, known))
    await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    assert (await answer_to(ann, ann.sends_text("more poppies"))).text == texts.so_already()


async def test_before_and_after_while_it_is_painted_is_to_be_asked_again(bot, ann):
    await gallery(ann, ann.sends_photo(photo("red"), "poppies"))  # for ever
    await until_rows(bot, "SELECT status FROM jobs", [("RUNNING",)])
    assert (await answer_to(ann, ann.sends_text("before and after"))).text == texts.not_there_yet()


async def test_larger_than_the_largest(bot, ann):
    sent, first = await finished_painting(ann)
    last = await redone(ann, sent, await redone(ann, sent, first, texts.larger(768)), texts.larger(1024))
    for where in ({}, {"reply_to": last}):
        before = len(ann.chat.from_bot)
        ann.sends_text("Even larger", **where)
        answer = await ann.chat.until(lambda chat, before=before: chat.from_bot[before:])
        assert shows(answer[0], texts.largest(1024))


async def test_again_right_after_a_painting_is_as_the_button_for_another(bot, ann):
    sent, first = await finished_painting(ann)
    ann.sends_text("Again")
    again = await ann.chat.until(lambda chat: next((m for m in chat.answers(sent) if m is not first), None))
    assert shows(again, texts.gallery())


async def test_stronger_after_another_photo_is_not_said_of_the_painting_before(bot, ann):
    sent, _ = await finished_painting(ann)
    await gallery(ann, ann.sends_photo(photo("olive")))
    ann.sends_text("stronger")
    await ann.chat.until(lambda chat: any(shows(m, texts.nothing_to_change()) for m in chat.from_bot))
    await settled(ann)
    assert len(ann.chat.answers(sent)) == 1


async def album_below(person, said, *shown, reply_to=None):
    """The newest album: what comes of words for all of it. Its buttons are in the message before it."""
    asked = person.sends_text(said, reply_to=reply_to)
    control = await answer_to(person, asked)
    await person.chat.until(lambda _: shows(control, *shown, texts.album_state(2, 2, 0)))
    album = [m for m in person.chat.from_bot if m.id > control.id]
    assert len({m.media_group_id for m in album}) == 1
    assert len(album) == 2
    return control, album


async def test_stronger_after_an_album_is_for_all_of_it_and_comes_as_an_album(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive")])
    control = await gallery(ann, sent[0])
    await settled(ann)
    await ann.presses(control, "Poppies")
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)), within=20)
    below, strong = await album_below(ann, "stronger", "Poppies, strong")
    assert all(is_negative_of(opened(m.photo), color) for m, color in zip(strong, ("teal", "olive"), strict=True))
    assert below.buttons == control.buttons
    await album_below(ann, "great wave", "Hokusai", reply_to=below)
    await album_below(ann, "softer", "Kanagawa, soft")


async def test_what_is_said_of_an_album_s_paintings_counts_for_all_that_came_of_the_words_before(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive")], "poppies")
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)))
    _, files = await album_below(ann, "as a file")
    assert all(m.document for m in files)
    _, strong = await album_below(ann, "stronger", "Poppies, strong")
    assert all(m.document for m in strong)
    asked = ann.sends_text("softer", reply_to=strong[0])
    alone = await answer_to(ann, asked)
    await ann.chat.until(lambda _: finished(alone) and shows(alone, "Poppies"))
    await settled(ann)
    assert rows(bot, "SELECT count(*) FROM jobs") == [(2 + 2 + 2 + 1,)]


async def test_stronger_in_a_reply_to_an_album_s_buttons_is_for_all_of_it(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive")], "poppies")
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)))
    await gallery(ann, ann.sends_photo(photo("navy")))
    await album_below(ann, "stronger", "Poppies, strong", reply_to=control)


@pytest.mark.parametrize("shown", [texts.how_it_was_painted, texts.before_and_after])
async def test_an_album_shown_otherwise_is_an_album_too(bot, ann, shown):
    sent = ann.sends_album([photo("teal"), photo("olive")], "poppies")
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)))
    await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    _, album = await album_below(ann, shown())
    assert all(shows(m, shown()) for m in album)


async def test_a_wish_for_an_album_that_the_line_has_no_room_for_is_refused_for_all_of_it(bot_process, ann):
    bot_process.env["MAX_WAITING_PER_USER"] = "1"
    await bot_process.start()
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    for status in ("RUNNING", "QUEUED"):
        endless = await gallery(ann, ann.sends_photo(photo("red")))
        await ann.presses(endless, "Poppies")
        await until_rows(bot_process, "SELECT status FROM jobs ORDER BY id DESC LIMIT 1", [(status,)])
    below = await answer_to(ann, ann.sends_text("great wave", reply_to=control))
    await ann.chat.until(lambda chat: any(shows(m, texts.queue_is_full(3, 1)) for m in chat.from_bot))
    assert shows(below, texts.gallery_album()), "nothing starts"
    assert below.buttons[-1] == [texts.own_style()]


async def test_an_album_that_the_line_has_no_room_for_is_a_gallery_that_says_so(bot_process, ann):
    bot_process.env["MAX_WAITING_PER_USER"] = "1"
    await bot_process.start()
    for status in ("RUNNING", "QUEUED"):
        endless = await gallery(ann, ann.sends_photo(photo("red")))
        await ann.presses(endless, "Poppies")
        await until_rows(bot_process, "SELECT status FROM jobs ORDER BY id DESC LIMIT 1", [(status,)])
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")], "poppies")
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda chat: any(shows(m, texts.queue_is_full(1, 1)) for m in chat.answers(sent[0])))
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    assert control.buttons[-1] == [texts.own_style()]


async def test_several_wishes_at_once(bot, ann):
    sent, first = await finished_painting(ann)
    known = [first]
    for said, settings in (
        ("stronger, as a file", {"strength": "strong", "format": "png"}),
        ("softer and larger", {"strength": "medium", "format": "png", "size": 768}),
        ("the great wave, stronger, larger", {"strength": "strong", "size": 768}),
        ("great wave, as a file and keep my colours", {"format": "png", "keep_colors": True}),
        ("painting's colours", {"format": "png", "keep_colors": False}),
    ):
        ann.sends_text(said)
        known.append(await next_answer(ann, sent, known))
        assert bool(known[-1].document) == ("format" in settings), said
        [[last]] = rows(bot, "SELECT settings FROM jobs ORDER BY id DESC LIMIT 1")
        assert json.loads(last) == settings, said
    assert shows(known[-2], "The Great Wave", texts.in_own_colors())
    assert not shows(known[-1], texts.in_own_colors())


async def test_a_caption_may_want_a_file_of_an_album_too(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")], "poppies, as a file")
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.album_state(3, 3, 0)))
    assert sum(bool(m.document) for m in ann.chat.from_bot) == 3


async def test_stronger_while_it_is_painted_is_painted_next(bot_process, ann):
    bot_process.command = [*bot_process.command[:-1], "1"]
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"), "poppies")
    first = await gallery(ann, sent)
    ann.sends_text("stronger")
    assert shows(await next_answer(ann, sent, [first]), "Poppies, strong")


async def test_a_wish_while_the_one_before_is_painted_adds_to_it(bot_process, ann):
    bot_process.command = [*bot_process.command[:-1], "1"]
    await bot_process.start()
    sent, message = await finished_painting(ann)
    ann.sends_text("stronger")
    await until_rows(bot_process, "SELECT count(*) FROM jobs", [(2,)])
    ann.sends_text("and larger")
    wished = "SELECT json_extract(settings, '$.strength'), json_extract(settings, '$.size') FROM jobs WHERE id = 3"
    await until_rows(bot_process, wished, [("strong", 768)])
    assert shows(await next_answer(ann, sent, [message]), "Poppies, strong")


async def test_a_wish_adds_to_the_one_before_also_when_the_painting_has_come_since(bot_process, ann):
    bot_process.command = [*bot_process.command[:-1], "1"]
    await bot_process.start()
    await gallery(ann, ann.sends_photo(photo("teal"), "poppies"))
    await until_rows(bot_process, "SELECT status FROM jobs", [("RUNNING",)])
    ann.sends_text("softer")
    await until_rows(bot_process, "SELECT status FROM jobs WHERE id = 1 AND 2 IN (SELECT id FROM jobs)", [("DONE",)])
    ann.sends_text("larger")
    wished = "SELECT json_extract(settings, '$.strength'), json_extract(settings, '$.size') FROM jobs WHERE id = 3"
    await until_rows(bot_process, wished, [("soft", 768)])


@pytest.mark.parametrize("said", ["stronger", "larger", "as a file", "softer and larger", "before and after"])
async def test_of_a_photo_that_is_not_painted_yet_nothing_can_be_changed(bot, ann, said):
    ann.sends_text(said)
    await ann.chat.until(lambda chat: [m.text for m in chat.from_bot] == [texts.send_photo()])
    await gallery(ann, ann.sends_photo(photo("teal")))
    ann.sends_text(said)
    await ann.chat.until(lambda chat: chat.from_bot[-1].text == texts.nothing_to_change())


async def test_softer_and_stronger_go_one_step(bot, ann):
    sent = ann.sends_photo(photo("teal"), "poppies, strong")
    known = [await next_answer(ann, sent, [])]
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    for said, strength in (("too strong", "medium"), ("softer", "soft"), ("stronger", "medium"), ("soft", "soft")):
        ann.sends_text(said)
        known.append(await next_answer(ann, sent, known))
        await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
        assert known[-1].now.body.splitlines()[0] == texts.how([POPPIES], (), strength), said


async def test_what_is_so_already_is_not_painted_again(bot, ann):
    await finished_painting(ann)
    assert (await answer_to(ann, ann.sends_text("painting's colours"))).text == texts.so_already()
    ann.sends_text("poppies, strong")
    await ann.chat.until(lambda chat: any(finished(m) and shows(m, "Poppies, strong") for m in chat.from_bot))
    await until_rows(bot, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    assert (await answer_to(ann, ann.sends_text("even stronger!"))).text == texts.so_already()


async def test_a_name_that_is_sent_twice_is_painted_once(bot_process, ann):
    bot_process.command = [*bot_process.command[:-1], "1"]
    await bot_process.start()
    await gallery(ann, ann.sends_photo(photo("teal")))
    below = await answer_to(ann, ann.sends_text("poppies, soft"))
    assert (await answer_to(ann, ann.sends_text("Poppies, soft!"))).text == texts.already()
    await painting(ann, below)
    await until_rows(bot_process, "SELECT status FROM jobs", [("DONE",)])
    assert (await answer_to(ann, ann.sends_text("soft poppies"))).text == texts.so_already()


async def test_what_cannot_be_done_with_a_clip_or_a_file_is_said(bot, ann):
    sent = ann.sends_animation(clips.clip(frames=2), "poppies")
    await ann.chat.until(lambda chat: any(map(finished, chat.answers(sent))))
    for said in ("larger", "as a file", "before and after"):
        asked = ann.sends_text(said)
        answer = await ann.chat.until(
            lambda chat, asked=asked: next((m for m in chat.from_bot if m.id > asked.id), None)
        )
        assert answer.text == texts.not_of_clips()
    sent = ann.sends_document(photo("teal"), "photo.png", "image/png", "poppies")
    await ann.chat.until(lambda chat: any(map(finished, chat.answers(sent))))
    ann.sends_text("larger")
    await ann.chat.until(lambda chat: chat.from_bot[-1].text == texts.as_large_as_its_file())


@pytest.mark.parametrize(
    ("language", "said", "answer"),
    [
        ("en", "Great!", texts.my_pleasure),
        ("en", "👍", texts.my_pleasure),
        ("de", "Danke, das ist super!", texts.my_pleasure),
        ("ru", "Спасибо большое", texts.my_pleasure),
        ("fr", "Bonsoir", texts.send_photo),
        ("es", "¿Cuánto cuesta?", texts.what_to_say),
        ("en", "no, that's not good", texts.what_to_say),
        ("en", "undo", texts.what_to_say),  # like the Spanish for the dream
        ("de", "no!", texts.what_to_say),  # a word of a Portuguese title
    ],
)
async def test_a_remark_is_answered_and_paints_nothing(bot, world, spoken, language, said, answer):
    person = world.person("Anna", language)
    await finished_painting(person, "teal", texts.label(POPPIES))
    asked = person.sends_text(said)
    assert (await answer_to(person, asked)).text == answer()
    assert rows(bot, "SELECT count(*) FROM jobs") == [(1,)]


async def test_praise_in_a_group_is_answered_in_a_reply_to_a_painting_too(bot, world, ann):
    group = world.group("Friends of art", [ann])
    sent = ann.sends_photo(photo("teal"), "@painter_bot poppies", to=group)
    painted = await group.until(lambda chat: next((m for m in chat.answers(sent) if finished(m)), None))
    ann.sends_text("Great, thank you @painter_bot!", to=group, reply_to=painted)
    await group.until(lambda chat: any(shows(m, texts.my_pleasure()) for m in chat.from_bot))
    assert rows(bot, "SELECT count(*) FROM jobs") == [(1,)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Stop, stop it!"),
        ("de", "Bitte abbrechen"),
        ("es", "Cancela por favor"),
        ("fr", "Arrête"),
        ("pt", "Cancelar tudo"),
        ("ru", "отмена"),
    ],
)
async def test_stop_as_a_word_does_what_the_command_does(bot, world, spoken, language, said):
    person = world.person("Anna", language)
    assert (await answer_to(person, person.sends_text(said))).text == texts.nothing_to_cancel()
    message = await gallery(person, person.sends_photo(photo("red")))  # which is painted for ever
    await person.presses(message, texts.label(POPPIES))
    asked = person.sends_text(said)
    assert (await answer_to(person, asked)).text == texts.cancelled_jobs(1)
    await person.chat.until(lambda _: shows(message, texts.cancelled()))


async def restarted(bot_process):
    """The bot has killed itself, and is started again."""
    await bot_process.process.wait()
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()


@pytest.mark.parametrize("number", [1, 2])
async def test_killed_in_between_stop_is_shown_under_all_that_it_cancelled(bot_process, ann, number):
    bot_process.command = ["-m", "tests.torture.bot", "--die", f"after:jobs.cancel:{number}"]
    await bot_process.start()
    messages = [await gallery(ann, ann.sends_photo(photo("red"), "poppies")) for _ in range(2)]
    await until_rows(bot_process, "SELECT status FROM jobs WHERE message_id", [("RUNNING",), ("QUEUED",)])
    asked = ann.sends_text("stop")
    await restarted(bot_process)
    await ann.chat.until(lambda _: all(shows(message, texts.cancelled()) for message in messages))
    assert (await answer_to(ann, asked)).text == texts.cancelled_jobs(2)


@pytest.mark.parametrize("said", ["stronger", "great wave"])
async def test_killed_in_between_words_are_understood_as_before(bot_process, ann, said):
    bot_process.command = ["-m", "tests.torture.bot", "--die", "after:jobs.enqueue:2"]
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"), "poppies")
    first = await gallery(ann, sent)
    await painting(ann, first)
    await until_rows(bot_process, "SELECT status FROM jobs", [("DONE",)])
    ann.sends_text(said)
    await restarted(bot_process)
    second = await next_answer(ann, sent, [first])
    await settled(ann)
    assert ann.chat.from_bot[:2] == [first, second]
    assert len(ann.chat.from_bot) == 3, "and the answer to 'hello'"


async def test_killed_in_between_a_wish_for_an_album_is_done_for_all_of_it(bot_process, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--die", "after:jobs.enqueue:3"]
    await bot_process.start()
    control = await gallery(ann, ann.sends_album([photo("teal"), photo("olive")], "poppies")[0])
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)))
    await until_rows(bot_process, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    asked = ann.sends_text("stronger")
    await restarted(bot_process)
    below = await answer_to(ann, asked)
    await ann.chat.until(lambda _: shows(below, "Poppies, strong", texts.album_state(2, 2, 0)))
    await settled(ann)
    assert not any(shows(message, texts.so_already()) for message in ann.chat.from_bot)


async def test_killed_before_there_is_a_job_the_buttons_that_it_had_sent_for_an_album_cancel_nothing(bot_process, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--die", "before:jobs.enqueue:3"]
    await bot_process.start()
    control = await gallery(ann, ann.sends_album([photo("teal"), photo("olive")], "poppies")[0])
    await ann.chat.until(lambda _: shows(control, texts.album_state(2, 2, 0)))
    await until_rows(bot_process, "SELECT DISTINCT status FROM jobs", [("DONE",)])
    asked = ann.sends_text("stronger")
    await restarted(bot_process)
    left = await answer_to(ann, asked)
    below = await answer_to(ann, left)
    await ann.chat.until(lambda _: shows(below, "Poppies, strong", texts.album_state(2, 2, 0)))
    assert left.buttons == [[texts.cancel_all()]]
    assert (await ann.presses(left, texts.cancel_all())).text == texts.cancelled_answer()
    await ann.chat.until(lambda _: shows(left, texts.cancelled()))
    assert left.buttons[-1] == [texts.own_style()]
    painted = below.now
    await ann.forges(below, f"stop:{control.reply_to.id}").answered()
    await settled(ann)
    assert below.now == painted, "a forged press takes nothing away"


async def test_a_slip_of_the_pen_in_stop_is_mended_by_an_edit_too(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("red"), "poppies"))
    asked = ann.sends_text("sotp")
    await answer_to(ann, asked)
    ann.edits(asked, "stop")
    await ann.chat.until(lambda _: shows(message, texts.cancelled()))
    assert ann.chat.from_bot[-1].text == texts.cancelled_jobs(1)


async def test_what_is_wished_twice_is_on_its_way(bot, ann):
    await gallery(ann, ann.sends_photo(photo("red"), "poppies, strong"))  # for ever
    assert (await answer_to(ann, ann.sends_text("stronger"))).text == texts.already()


@pytest.mark.parametrize("shown", [texts.how_it_was_painted, texts.before_and_after])
async def test_stronger_in_a_reply_to_what_shows_a_painting_otherwise(bot, ann, shown):
    sent, first = await finished_painting(ann)
    otherwise = await redone(ann, sent, first, shown())
    ann.sends_text("stronger", reply_to=otherwise)
    stronger = await next_answer(ann, sent, [first, otherwise])
    assert shows(stronger, "Poppies, strong")
    assert stronger.photo


async def test_a_painting_s_name_after_the_photo_is_painted_below_it(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    asked = ann.sends_text("Poppies sometime")
    answer = texts.unknown_painting("Poppies sometime", [POPPIES])
    assert shows(await answer_to(ann, asked), answer)
    below = await answer_to(ann, ann.sends_text("poppies, soft"))
    await painting(ann, below)
    assert shows(below, "Poppies, soft")
    assert below.reply_to is sent
    assert shows(message, texts.gallery()), "what is further up stays"
    await ann.presses(message, "Great Wave")
    await painting(ann, message)


async def test_a_name_where_a_style_picture_was_asked_for_ends_the_asking(bot, ann):
    message = await asked_for_own(ann, ann.sends_photo(photo("teal")))
    below = await answer_to(ann, ann.sends_text("poppies"))
    await painting(ann, below)
    assert shows(message, texts.gallery())
    assert await gallery(ann, ann.sends_photo(photo("olive"))), "it is a photo, not a style"
    assert shows(below, "Poppies")


async def test_a_name_after_the_gallery_was_deleted_is_answered_by_a_new_message(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    bot.server.world.delete(message)
    ann.sends_text("poppies")
    assert is_negative_of(opened((await next_answer(ann, sent, [message])).photo), "teal")


async def test_after_an_album_it_is_for_all_of_it(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    control = await gallery(ann, sent[0])
    await settled(ann)
    below = await answer_to(ann, ann.sends_text("poppies"))
    await ann.chat.until(lambda _: shows(below, "Poppies", texts.album_state(3, 3, 0)), within=20)
    await gallery(ann, ann.sends_photo(photo("red")))
    below = await answer_to(ann, ann.sends_text("great wave", reply_to=control))
    await ann.chat.until(lambda _: shows(below, "Great Wave", texts.album_state(3, 3, 0)), within=20)
    assert shows(control, texts.gallery_album())


async def test_after_an_album_the_gallery_is_for_all_of_it(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    await settled(ann)
    ann.sends_text("/paintings")
    again = await ann.chat.until(lambda chat: next(iter(chat.answers(sent[0])[1:]), None))
    assert shows(again, texts.gallery_album())
    await ann.presses(again, "Poppies")
    await ann.chat.until(lambda _: shows(again, texts.album_state(3, 3, 0)), within=20)


async def test_in_a_reply_to_one_of_an_album_it_is_for_that_one_and_the_gallery_stays(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    control = await gallery(ann, sent[0])
    await settled(ann)
    ann.sends_text("poppies", reply_to=sent[0])
    first = await next_answer(ann, sent[0], [control])
    ann.sends_photo(photo("orange"), reply_to=sent[0])
    second = await next_answer(ann, sent[0], [control, first])
    assert shows(first, "Poppies")
    assert shows(second, texts.style_name(None))
    assert shows(control, texts.gallery_album())


async def test_a_painting_stays_also_when_its_job_is_dropped(bot, ann):
    sent, first = await finished_painting(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    painted = first.now
    await bot.stop()
    bot.env["KEEP_JOBS_HOURS"] = "0.000001"
    await bot.start()
    await until_rows(bot, "SELECT count(*) FROM jobs", [(0,)])
    ann.sends_text("great wave", reply_to=sent)
    assert shows(await next_answer(ann, sent, [first]), "The Great Wave off Kanagawa")
    assert first.now is painted


async def test_where_there_is_no_photo_it_asks_for_one(bot, ann, bob):
    await finished_painting(bob)
    ann.sends_text("poppies")
    await ann.chat.until(lambda chat: any(shows(m, texts.send_photo()) for m in chat.from_bot))
    assert rows(bot, "SELECT DISTINCT user_id FROM jobs") == [(bob.user.id,)]


async def test_a_mistyped_command_is_no_painting_s_name(bot, ann):
    await gallery(ann, ann.sends_photo(photo("teal")))
    for command in ("/setings", "/paint", "@painter_bot"):
        asked = ann.sends_text(command)
        await ann.chat.until(lambda chat, asked=asked: any(m.id > asked.id for m in chat.from_bot))
    assert [message.text for message in ann.chat.from_bot[1:]] == 3 * [texts.send_photo()]


async def test_a_picture_in_a_reply_to_any_painting_is_its_style(bot, ann):
    sent, first = await finished_painting(ann)
    strong = await redone(ann, sent, first, texts.stronger())
    style = ann.sends_photo(photo("orange"), reply_to=strong)
    third = await next_answer(ann, sent, [first, strong])
    assert shows(third, texts.style_name(None))
    assert ann.chat.answers(style) == []


async def test_a_caption_that_is_edited_into_a_wish_starts_once(bot, ann):
    sent = ann.sends_photo(photo("teal"), "look at this")
    message = await gallery(ann, sent)
    ann.edits(sent, "poppies, strong")
    await painting(ann, message)
    assert shows(message, "Poppies, strong")
    ann.edits(sent, "poppies, strong")
    await settled(ann)
    assert rows(bot, "SELECT count(*) FROM jobs") == [(1,)]
    ann.edits(sent, "great wave")
    assert shows(await next_answer(ann, sent, [message]), "The Great Wave off Kanagawa")


async def test_a_caption_that_an_album_gets_by_an_edit_is_for_all_of_it(bot, ann):
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")])
    control = await gallery(ann, sent[0])
    await settled(ann)
    ann.edits(sent[0], "poppies, strong")
    await ann.chat.until(lambda _: shows(control, "Poppies, strong", texts.album_state(3, 3, 0)), within=20)
    ann.edits(sent[0], "great wave")
    ann.edits(sent[1], "", ann.photo(photo("gray")))
    await settled(ann)
    assert rows(bot, "SELECT count(*) FROM jobs") == [(3,)]


async def test_an_edit_that_changes_nothing_paints_nothing(bot, ann):
    sent = ann.sends_photo(photo("teal"), "great wave")
    message = await gallery(ann, sent)
    await painting(ann, message)
    ann.edits(sent, "great wave")
    await settled(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    ann.edits(sent, "great wave", ann.photo(photo("olive")))
    assert is_negative_of(opened((await next_answer(ann, sent, [message])).photo), "olive")


async def test_an_edit_that_only_mends_the_words_of_a_wish_paints_nothing(bot, ann):
    sent = ann.sends_photo(photo("teal"), "grate wave")
    await painting(ann, await gallery(ann, sent))
    ann.edits(sent, "Great Wave!")
    await settled(ann)
    assert rows(bot, "SELECT count(*) FROM jobs") == [(1,)]


async def test_in_a_group_too_and_in_a_reply(bot, world, ann):
    group = world.group("Friends of art", [ann])
    asked = ann.sends_text("/paint grate wave", to=group, reply_to=ann.sends_photo(photo("teal"), to=group))
    await group.until(lambda chat: any(map(finished, chat.from_bot)))
    ann.edits(asked, "/paint great wave")
    ann.sends_text("/paint", to=group)
    await group.until(lambda chat: any(shows(m, texts.how_in_groups()) for m in chat.from_bot))
    assert rows(bot, "SELECT count(*) FROM jobs") == [(1,)]


async def test_in_a_group_an_edit_is_a_wish_if_it_addresses_the_bot(bot, world, ann, bob):
    world.reads_all_group_messages = True
    group = world.group("Friends of art", [ann, bob])
    sent = ann.sends_photo(photo("teal"), "@painter_bot", to=group)
    message = await group.until(lambda chat: next(iter(chat.answers(sent)), None))
    ann.edits(sent, "great wave")
    ann.edits(sent, "@painter_bot poppies")
    await group.until(lambda _: finished(message))
    assert shows(message, "Poppies")
    assert rows(bot, "SELECT count(*) FROM jobs") == [(1,)]


async def test_in_a_group_an_edit_may_address_the_bot_for_the_first_time(bot, world, ann):
    group = world.group("Friends of art", [ann])
    sent = ann.sends_photo(photo("teal"), "look at this", to=group)
    ann.edits(sent, "@painter_bot poppies")
    message = await group.until(lambda chat: next(iter(chat.answers(sent)), None))
    await group.until(lambda _: finished(message))
    ann.edits(sent, "@painter_bot poppies!")
    ann.sends_text("/paint", to=group)
    await group.until(lambda chat: any(shows(m, texts.how_in_groups()) for m in chat.from_bot))
    assert rows(bot, "SELECT count(*) FROM jobs") == [(1,)]


async def test_a_picture_that_is_exchanged_is_painted_from_then_on(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    ann.edits(sent, "", ann.photo(photo("olive")))
    await settled(ann)
    await ann.presses(message, "Great Wave")
    assert is_negative_of(await painting(ann, message), "olive")


async def test_a_photo_that_is_exchanged_for_a_video_is_painted_as_one(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    ann.edits(sent, "", ann.file("video", clips.clip(), "video/mp4", "video.mp4"))
    await settled(ann)
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert message.now.media.kind == "video"


async def test_a_photo_that_is_exchanged_for_what_cannot_be_fetched_stays(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    for kind, mime, said in (
        ("document", "image/png", "This file has 21 MB"),
        ("video", "video/mp4", "This video has"),
    ):
        ann.edits(sent, "", ann.file(kind, bytes(21 * 2**20), mime, "large"))
        await ann.chat.until(lambda chat, said=said: any(shows(one, said) for one in chat.from_bot))
    ann.edits(sent, "", ann.file("document", b"words", "text/plain", "letter.txt"))
    await settled(ann)
    await ann.presses(message, "Great Wave")
    assert is_negative_of(await painting(ann, message), "teal")


async def test_an_edit_is_answered_in_the_language_that_the_person_chose(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    await ann.forges(message, "choose:language:de").answered()
    ann.edits(sent, "", ann.file("document", bytes(21 * 2**20), "image/png", "large"))
    await ann.chat.until(lambda chat: any(shows(one, "Diese Datei hat 21") for one in chat.from_bot))


async def test_a_slip_of_the_pen_is_mended_by_an_edit(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    asked = ann.sends_text("popys")
    assert shows(await answer_to(ann, asked), texts.unknown_painting("popys"))
    ann.edits(asked, "poppies")
    assert shows(await next_answer(ann, sent, [message]), "Poppies")


async def test_an_edit_of_a_text_that_was_understood_or_is_old_does_nothing(bot, server, ann):
    sent = ann.sends_photo(photo("teal"))
    first = await gallery(ann, sent)
    old = ann.sends_text("popys")
    await answer_to(ann, old)
    asked = ann.sends_text("poppies")
    known = [first, await next_answer(ann, sent, [first])]
    ann.edits(asked, "great wave")
    old.date -= 3600
    ann.edits(old, "great wave")
    await settled(ann)
    assert ann.chat.answers(sent) == known


async def test_a_name_is_for_the_photo_that_waits_for_a_style_and_not_for_the_last(bot, ann):
    first = ann.sends_photo(photo("teal"))
    message = await gallery(ann, first)
    await gallery(ann, ann.sends_photo(photo("olive")))
    await ann.presses(message, texts.own_style())
    await ann.chat.until(lambda _: shows(message, texts.ask_style()))
    ann.sends_text("poppies")
    assert is_negative_of(opened((await next_answer(ann, first, [message])).photo), "teal")


async def test_in_a_group_anybody_has_the_photo_of_a_painting_painted_again(bot, world, ann, bob):
    group = world.group("Friends of art", [ann, bob])
    sent = ann.sends_photo(photo("teal"), "@painter_bot great wave", to=group)
    first = await group.until(lambda chat: next((m for m in chat.answers(sent) if finished(m)), None))
    asked = bob.sends_text("/paint poppies", to=group, reply_to=first)
    second = await group.until(lambda chat: next((m for m in chat.answers(asked) if finished(m)), None))
    assert is_negative_of(opened(second.photo), "teal")
    assert shows(second, "Poppies")


async def test_a_picture_in_a_group_in_a_reply_to_a_painting_is_its_style_whatever_stands_under_it(bot, world, ann):
    group = world.group("Friends of art", [ann])
    sent = ann.sends_photo(photo("teal"), "@painter_bot great wave", to=group)
    first = await group.until(lambda chat: next((m for m in chat.answers(sent) if finished(m)), None))
    ann.sends_photo(photo("olive"), "@painter_bot stronger", to=group, reply_to=first)
    second = await group.until(lambda chat: next((m for m in chat.answers(sent) if m is not first), None))
    await group.until(lambda _: finished(second))
    assert shows(second, texts.how([None], (), "strong"))


async def test_stronger_in_a_group_in_a_reply_to_one_s_own_painting(bot, world, ann):
    group = world.group("Friends of art", [ann])
    sent = ann.sends_photo(photo("teal"), "@painter_bot great wave", to=group)
    first = await group.until(lambda chat: next((m for m in chat.answers(sent) if finished(m)), None))
    ann.sends_text("@painter_bot stronger", to=group, reply_to=first)
    second = await group.until(lambda chat: next((m for m in chat.answers(sent) if m is not first), None))
    await group.until(lambda _: finished(second))
    assert shows(second, texts.how(load_gallery()[:1], (), "strong"))
