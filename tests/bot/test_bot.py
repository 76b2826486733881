"""The bot as people meet it: the real process against the stand-in, over HTTP, with a quick painter."""

import re

import pytest

from bot.chat.gallery import painting_key
from bot.i18n import texts
from styler.gallery import load_gallery
from tests.support import shared_bot
from tests.support.chat import finished, finished_painting, gallery, is_negative_of, opened, painting, shows
from tests.support.fakes import photo
from tests.support.thawed_bot import LEFT_ALONE

server, bot = shared_bot.server, shared_bot.bot


@pytest.fixture(scope="module", params=["polling", "webhook"])
def way(request):
    return request.param


async def test_photo_button_painting_in_one_message(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    assert message.photo
    assert message.buttons[0] == ["Great Wave", "Café Terrace", "Composition VIII"]
    assert message.buttons[-1] == [texts.own_style()]
    await ann.presses(message, "Great Wave")
    assert is_negative_of(await painting(ann, message), "teal")
    assert shows(message, "The Great Wave off Kanagawa", "Hokusai")
    assert message.buttons == [
        [texts.another()],
        [texts.softer(), texts.stronger()],
        [texts.keep_colors(), texts.larger(768)],
        [texts.how_it_was_painted(), texts.before_and_after()],
        [texts.as_file(), texts.share()],
    ]
    assert ann.chat.from_bot == [message]
    seen = [version.body for version in message.versions]
    assert any("Starting" in body for body in seen), seen


async def test_a_picture_as_a_file_is_painted_too(bot, ann):
    sent = ann.sends_document(photo("olive", kind="PNG"), "picture.png")
    message = await gallery(ann, sent)
    await ann.presses(message, "Poppies")
    await ann.chat.until(lambda _: finished(message))
    assert is_negative_of(opened(message.document), "olive")


async def test_own_style_by_the_button(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, texts.own_style())
    await ann.chat.until(lambda _: shows(message, texts.ask_style()))
    ann.sends_photo(photo("red"))
    assert is_negative_of(await painting(ann, message), "teal")
    assert shows(message, "Your own style")
    assert ann.chat.from_bot == [message]


async def test_own_style_by_a_reply(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    ann.sends_photo(photo("red"), reply_to=sent)
    below = await ann.chat.until(lambda chat: chat.answers(sent)[1:])
    assert is_negative_of(await painting(ann, below[0]), "teal")
    assert ann.chat.from_bot == [message, *below]


async def test_own_style_by_an_album_of_two(bot, ann):
    first, _ = ann.sends_album([photo("teal"), photo("red")])
    message = await gallery(ann, first)
    await ann.chat.until(lambda _: message.buttons[0] == [texts.second_is_style()])
    await ann.presses(message, texts.second_is_style())
    assert is_negative_of(await painting(ann, message), "teal")
    assert ann.chat.from_bot == [message]


async def test_a_reply_to_a_finished_painting_s_photo_makes_a_new_message(bot, ann):
    sent, message = await finished_painting(ann)
    first = message.photo
    ann.sends_photo(photo("red"), reply_to=sent)
    _, second = await ann.chat.until(lambda chat: len(chat.answers(sent)) == 2 and chat.answers(sent))
    await painting(ann, second)
    assert message.photo == first


async def test_back_from_own_style_to_the_gallery(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, texts.own_style())
    await ann.chat.until(lambda _: message.buttons == [[texts.back()]])
    await ann.presses(message, texts.back())
    await ann.chat.until(lambda _: message.buttons[-1] == [texts.own_style()])
    other = ann.sends_photo(photo("red"))
    assert (await gallery(ann, other)).buttons[-1] == [texts.own_style()], "no style is awaited any more"


async def test_ten_photos_are_ten_conversations(bot, ann):
    colors = [(10 * i, 200 - 10 * i, 120) for i in range(10)]
    sent = [ann.sends_photo(photo(color)) for color in colors]
    messages = [await gallery(ann, one) for one in sent]
    names = [p.label for p in load_gallery()]
    for i, message in reversed(list(enumerate(messages))):
        await ann.presses(message, names[i])
    for message, color, name in zip(messages, colors, [p.title for p in load_gallery()], strict=False):
        assert is_negative_of(await painting(ann, message), color)
        assert shows(message, name)
    assert len(ann.chat.from_bot) == 10
    assert len({message.versions[0].media.file.file_id for message in messages}) == 1, "it is uploaded once"


async def test_two_people_do_not_mix(bot, ann, bob):
    ours, theirs = ann.sends_photo(photo("teal")), bob.sends_photo(photo("olive"))
    message, other = await gallery(ann, ours), await gallery(bob, theirs)
    await bob.presses(other, texts.own_style())
    await ann.presses(message, "Poppies")
    bob.sends_photo(photo("red"))
    assert is_negative_of(await painting(ann, message), "teal")
    assert is_negative_of(await painting(bob, other), "olive")


async def test_stronger_and_another_keep_the_first_painting(bot, ann):
    sent, message = await finished_painting(ann)
    before = message.now
    await ann.presses(message, texts.stronger())
    _, stronger = await ann.chat.until(lambda chat: len(chat.answers(sent)) == 2 and chat.answers(sent))
    await painting(ann, stronger)
    assert shows(stronger, "Poppies, strong")
    assert stronger.buttons[:2] == [[texts.another()], [texts.softer()]]
    await ann.presses(message, texts.another())
    again = (await ann.chat.until(lambda chat: len(chat.answers(sent)) == 3 and chat.answers(sent)))[2]
    await ann.presses(again, "Great Wave")
    await painting(ann, again)
    assert message.now == before


async def test_pressed_ten_times_is_one_painting(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    taps = [ann.taps(message, "Great Wave") for _ in range(10)]
    answers = [(await tap.answered()).text for tap in taps]
    assert answers == [""] + [texts.already()] * 9
    await painting(ann, message)
    assert ann.chat.from_bot == [message]


async def test_a_gallery_s_buttons_that_are_pressed_late_leave_the_painting_alone(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    late = [row[0]["callback_data"] for row in message.now.keyboard[-2:]]
    blend, number = f"mix:{message.reply_to.id}", message.reply_to.id
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    painted = message.now
    key = painting_key(load_gallery()[0])
    for data in (*late, f"{blend}:{key}", f"{blend}:{key}:own", f"back:{number}", f"backall:{number}"):
        assert (await ann.forges(message, data).answered()).text == texts.already(), data
    own = ann.sends_photo(photo("olive"))
    assert await gallery(ann, own), "no style was asked for"
    assert message.now is painted


async def test_a_photo_of_an_album_that_comes_late_leaves_the_first_one_s_painting_alone(bot, ann):
    media = [ann.photo(photo(color)) for color in ("teal", "olive")]
    message = await gallery(ann, ann.sends_media(media[0], album="7"))
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    painted = message.now
    ann.sends_media(media[1], album="7")
    new = await ann.chat.until(lambda chat: next((m for m in chat.from_bot if m is not message), None))
    assert shows(new, texts.gallery_album())
    assert message.now is painted


async def test_forged_buttons_do_nothing(bot, ann, bob):
    message = await gallery(ann, ann.sends_photo(photo("red")))  # takes for ever
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    own = await gallery(bob, bob.sends_photo(photo("olive")))
    job = next(row[0]["callback_data"] for row in message.now.keyboard)
    assert (await bob.forges(own, job).answered()).text == texts.nothing_to_cancel()
    number = job.partition(":")[2]
    for data in (
        f"redo:{number}:strong",
        "paint:99:poppies",
        "paint:1:none",
        "own:99",
        "again:99",
        "second:1",
        "x" * 64,
    ):
        assert (await bob.forges(own, data).answered()).text == texts.not_yours(), data
    assert shows(message, "Painting")
    assert bob.chat.from_bot == [own]


async def test_cancel_gives_the_gallery_back_and_the_slot(bot, ann, bob):
    message = await gallery(ann, ann.sends_photo(photo("red")))  # takes for ever
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    waiting = await gallery(bob, bob.sends_photo(photo("teal")))
    await bob.presses(waiting, "Great Wave")
    await bob.chat.until(lambda _: shows(waiting, "Place 1 in line"))
    await ann.presses(message, texts.cancel())
    await ann.chat.until(lambda _: shows(message, texts.cancelled()))
    await bob.chat.until(lambda _: finished(waiting), within=3)
    assert message.buttons[-1] == [texts.own_style()]


async def test_who_is_forgotten_holds_no_slot(bot, ann, bob):
    message = await gallery(ann, ann.sends_photo(photo("red")))  # takes for ever
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    ann.sends_text("/forget")
    await ann.chat.until(lambda _: shows(message, texts.cancelled_answer()) and not message.buttons)
    await finished_painting(bob, "teal", "Great Wave")


async def test_queue_and_cancel_commands(bot, ann):
    messages = [await gallery(ann, ann.sends_photo(photo("red"))) for _ in range(3)]
    for message in messages:
        await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(messages[0], "Painting"))
    ann.sends_text("/queue")
    listed = await ann.chat.until(lambda chat: next((m for m in chat.from_bot if shows(m, "Your jobs")), None))
    assert listed.text.splitlines()[1:] == [
        "1. The Great Wave off Kanagawa – being painted",
        "2. The Great Wave off Kanagawa – place 1 in line",
        "3. The Great Wave off Kanagawa – place 2 in line",
    ]
    assert listed.buttons == [["Cancel 1: Great Wave"], ["Cancel 2: Great Wave"], ["Cancel 3: Great Wave"]]
    await ann.presses(listed, "Cancel 2: Great Wave")
    await ann.chat.until(lambda _: len(listed.buttons) == 2)
    await ann.chat.until(lambda _: shows(messages[1], texts.cancelled()))
    ann.sends_text("/cancel")
    await ann.chat.until(lambda chat: any(shows(m, texts.cancelled_jobs(2)) for m in chat.from_bot))
    await ann.chat.until(lambda _: all(shows(m, texts.cancelled()) for m in messages))


async def test_a_painter_that_keeps_dying_is_tried_three_times(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("blue")))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, texts.tried_too_often()))
    assert bot.log.read_text().count("blue") >= 3
    assert message.buttons[-1] == [texts.own_style()]


@pytest.mark.parametrize(
    ("send", "sentence"),
    [
        (lambda p: p.sends_text("hello"), texts.send_photo()),
        (lambda p: p.sends_text("/unheard_of"), texts.send_photo()),
        (lambda p: p.sends_text("/start"), texts.start()),
        (lambda p: p.sends_text("/help"), "2. Tap a painting."),
        (lambda p: p.sends_text("/queue"), texts.queue_empty()),
        (lambda p: p.sends_text("/cancel"), texts.nothing_to_cancel()),
        (lambda p: p.sends_text("/paintings"), texts.paintings()),
        (lambda p: p.sends_animation(b"mp4"), texts.gallery_of_clip(5)),
        (lambda p: p.sends_video(bytes(21 * 2**20)), "This video has 21 MB"),
        (lambda p: p.sends_sticker(b"tgs", "application/x-tgsticker"), texts.sticker()),
        (lambda p: p.sends_sticker(b"webm", "video/webm"), texts.gallery_of_clip(5)),
        (lambda p: p.sends_document(b"words", "letter.txt"), texts.nothing_to_paint()),
        (lambda p: p.sends_voice(b"ogg"), texts.nothing_to_paint()),
        (lambda p: p.sends_document(bytes(21 * 2**20), "large.png"), "This file has 21 MB"),
    ],
)
async def test_everything_is_answered(bot, ann, send, sentence):
    send(ann)
    await ann.chat.until(lambda chat: any(shows(m, sentence) for m in chat.from_bot))


async def test_a_text_file_named_photo_jpg_gets_a_sentence(bot, ann):
    message = await gallery(ann, ann.sends_document(b"no picture at all", "photo.jpg"))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "I cannot paint your photo"))
    assert message.buttons == [], "no painting can be made of it"


async def test_a_server_of_one_s_own_gives_larger_files_from_its_disk(bot_process, server, ann, tmp_path):
    server.world.files.folder = tmp_path / "server"
    bot_process.env["TELEGRAM_LOCAL_MODE"] = "true"
    await bot_process.start()
    large = photo("teal", kind="PNG") + bytes(25_000_000)
    message = await gallery(ann, ann.sends_document(large, "large.png"))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message))
    assert is_negative_of(opened(message.document), "teal")
    ann.sends_document(bytes(101 * 2**20), "huge.png")
    await ann.chat.until(lambda chat: any(shows(m, "This file has 101 MB") for m in chat.from_bot))


async def test_the_garbage_collector_leaves_alone_what_the_bot_was_started_with(bot_process, ann):
    """All of that, and not what each chat brings: else a search for garbage stops the bot for 50 ms."""
    bot_process.command = ["-m", "tests.support.thawed_bot"]
    await bot_process.start()
    for _ in range(2):
        await finished_painting(ann)
    first, second = map(int, re.findall(f"{LEFT_ALONE} ([0-9]+)", bot_process.log.read_text()))
    assert second <= first
    assert first > 10_000, "there are modules"
