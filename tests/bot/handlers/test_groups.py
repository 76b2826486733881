"""Groups: who is answered, who may press, which topic it is in."""

import asyncio

import pytest
from telegram.error import BadRequest

from bot.chat.refusals import missing_right
from bot.demo.telegram.files import Media, StoredFile
from bot.demo.telegram.model import Chat
from bot.i18n import texts
from styler.gallery import load_gallery
from tests.support.chat import finished, is_negative_of, opened, rows, shows, two_groups, until_rows
from tests.support.clips import clip
from tests.support.fakes import photo

ENDLESS = photo("red")  # the quick painter never finishes it


@pytest.fixture
def group(world, ann, bob):
    return world.group("Friends of art", [ann, bob])


async def answer(group, asked):
    """The bot's answer in the group."""
    return await group.until(lambda chat: next(iter(chat.answers(asked)), None))


async def test_paint_as_a_reply_to_anyones_photo(bot, group, ann, bob):
    sent = ann.sends_photo(photo("teal"), to=group)
    asked = bob.sends_text("/paint", to=group, reply_to=sent)
    message = await answer(group, asked)
    await group.until(lambda _: list(asked.reactions.values()) == [["👀"]])
    await bob.presses(message, "Great Wave")
    await group.until(lambda _: finished(message))
    assert group.from_bot == [message], "nothing else was answered"


@pytest.mark.parametrize("said", ["@painter_bot stop!", "/cancel@painter_bot"])
async def test_stop_cancels_what_one_asked_for_in_the_group(bot, group, ann, bob, said):
    elsewhere = ann.sends_photo(photo("red"), "great wave")
    await ann.chat.until(lambda chat: chat.answers(elsewhere))
    messages = [
        await answer(group, one.sends_photo(photo("red"), "@painter_bot poppies", to=group)) for one in (ann, bob)
    ]
    asked = ann.sends_text(said, to=group)
    assert (await answer(group, asked)).text == texts.cancelled_jobs(1)
    await group.until(lambda _: shows(messages[0], texts.cancelled()))
    assert messages[1].buttons == [[texts.cancel()]]
    assert rows(bot, "SELECT count(*) FROM jobs WHERE status = 'CANCELLED'") == [(1,)]


async def test_anybody_may_have_a_painting_otherwise_and_has_it_for_their_own(bot, group, ann, bob):
    painted = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot great wave + poppies", to=group))
    await group.until(lambda _: finished(painted))
    for said, shown in (("stronger", "Poppies (50%), strong"), ("more of the wave", "Kanagawa (70%)")):
        other = await answer(group, bob.sends_text(f"@painter_bot {said}", to=group, reply_to=painted))
        await group.until(lambda _, other=other: finished(other))
        assert shows(other, shown)
        assert is_negative_of(opened(other.photo), "teal")
    softer = bob.sends_text("@painter_bot softer", to=group, reply_to=other)
    await group.until(lambda chat: any(finished(m) and shows(m, "soft") for m in chat.from_bot if m.id > softer.id))
    assert rows(bot, "SELECT user_id, count(*) FROM jobs GROUP BY user_id") == [(ann.user.id, 1), (bob.user.id, 3)]
    asked = bob.sends_text("@painter_bot painting's colours", to=group, reply_to=painted)
    assert (await answer(group, asked)).text == texts.so_already()


async def test_who_deletes_what_they_asked_is_answered_all_the_same(bot_process, group, ann):
    """As do other bots, which keep a group free of commands."""
    ann.deletes(ann.sends_text("/paint", to=group))
    await bot_process.start()
    await group.until(lambda chat: [m.text for m in chat.from_bot] == [texts.how_in_groups()])


@pytest.mark.parametrize("command", ["start", "help", "queue"])
async def test_a_command_to_the_bot_by_its_name_is_answered_and_one_to_any_bot_is_not(bot, group, ann, command):
    ann.sends_text(f"/{command}", to=group)
    ann.sends_text(f"/{command}@another_bot", to=group)
    asked = ann.sends_text(f"/{command}@painter_bot", to=group)
    assert (await answer(group, asked)).text == texts.how_in_groups()
    assert len(group.from_bot) == 1


async def test_a_sticker_that_moves_is_no_picture(bot, group, ann):
    sent = ann.sends_sticker(b"a drawing", "application/x-tgsticker", to=group)
    asked = ann.sends_text("/paint", to=group, reply_to=sent)
    assert (await answer(group, asked)).text == texts.how_in_groups()


@pytest.mark.parametrize("words", ["@painter_bot wave", "@painter_bot"])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_where_the_bot_may_send_no_photos_it_names_the_right(bot, world, anna, words):
    group = world.group("Friends of art", [anna])
    group.forbidden.add("photo")
    asked = anna.sends_photo(photo("teal"), words, to=group)
    message = await group.until(lambda chat: next(iter(chat.from_bot), None))
    assert message.text == texts.may_not_send("photos")
    assert "ERROR" not in bot.log.read_text()
    group.forbidden.clear()
    again = anna.sends_photo(photo("teal"), words, to=group)
    assert (await answer(group, again)).now.media
    assert asked.id < again.id


@pytest.mark.parametrize("what", ["photos", "videos", "animations", "documents", "video notes", "something new"])
def test_every_right_has_its_name(what):
    assert missing_right(
        BadRequest(f"Bad Request: not enough rights to send {what} to the chat")
    ) == texts.may_not_send(what)
    assert missing_right(BadRequest("Bad Request: chat not found")) is None


async def test_a_group_that_tells_of_its_upgrade_has_its_queue_moved_at_once(bot, world, ann, bob):
    """Nothing else would call Telegram for a job that waits."""
    group = world.group("Friends", [ann], basic=True)
    blocker = await answer(bob.chat, bob.sends_photo(ENDLESS, "wave"))
    waiting = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot wave", to=group))
    await group.until(lambda _: shows(waiting, "Place 1"))
    larger = world.upgrade(group)
    moved = await larger.until(lambda chat: next(iter(chat.from_bot), None))
    assert shows(moved, "Place 1"), "in line as before"
    await bob.presses(blocker, texts.cancel())
    await larger.until(lambda _: finished(moved))
    assert larger.from_bot == [moved]


CLIPS = ["video", "animation"]


@pytest.mark.parametrize("kind", CLIPS)
async def test_a_clip_with_the_bots_name_under_it(bot, group, ann, kind):
    sent = getattr(ann, f"sends_{kind}")(clip(), "@painter_bot wave", to=group)
    message = await answer(group, sent)
    await group.until(lambda _: finished(message))
    assert message.now.media.kind == kind


@pytest.mark.parametrize("kind", CLIPS)
async def test_paint_as_a_reply_to_anyones_clip(bot, group, ann, bob, kind):
    sent = getattr(ann, f"sends_{kind}")(clip(), to=group)
    message = await answer(group, bob.sends_text("/paint", to=group, reply_to=sent))
    assert shows(message, texts.gallery_of_clip(5))
    await bob.presses(message, "Great Wave")
    await group.until(lambda _: finished(message))
    assert message.now.media.kind == kind


async def test_a_clip_that_is_too_large_is_named_so(bot, group, ann, world):
    large = world.files.keep(Media("video", StoredFile("video", bytes(21 * 2**20), "video/mp4", "film.mp4")))
    sent = ann.sends_media(large, "@painter_bot wave", to=group)
    assert (await answer(group, sent)).text == texts.clip_too_big(21 * 2**20, 20 * 2**20)


async def test_another_clip_in_a_reply_to_the_bot_is_chatter(bot, group, ann, bob):
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot", to=group))
    chatter = ann.sends_video(clip(), to=group, reply_to=message)
    asked = bob.sends_text("@painter_bot", to=group)
    await answer(group, asked)
    assert group.answers(chatter) == []


@pytest.fixture(params=["a channel", "the group"])
def as_chat(request, group):
    return group if request.param == "the group" else Chat(-1_003_000_000_001, "channel", "Art")


async def test_who_writes_as_a_chat_may_press(bot, group, ann, bob, as_chat):
    """The press names the person, the message only the chat: so nobody's press is refused."""
    sent = bob.sends_photo(photo("teal"), "@painter_bot", to=group, as_chat=as_chat)
    message = await answer(group, sent)
    assert (await bob.presses(message, "Great Wave")).text == ""
    await group.until(lambda _: finished(message))
    assert (await bob.presses(message, texts.stronger())).text == ""
    await group.until(lambda chat: sum(map(finished, chat.from_bot)) == 2)
    bob.sends_text("softer", to=group, reply_to=message, as_chat=as_chat)
    bob.sends_text("@painter_bot softer", to=group, reply_to=message, as_chat=as_chat)
    await group.until(lambda chat: sum(map(finished, chat.from_bot)) == 3)
    assert rows(bot, "SELECT DISTINCT user_id FROM jobs") == [(as_chat.id,)]
    assert rows(bot, "SELECT user_id FROM users") == [(bob.user.id,)], "who pressed; nobody for the channel"


async def test_who_writes_as_a_chat_can_give_a_style_of_their_own(bot, group, bob, as_chat):
    message = await answer(group, bob.sends_photo(photo("teal"), "@painter_bot", to=group, as_chat=as_chat))
    await bob.presses(message, texts.own_style())
    await group.until(lambda _: shows(message, texts.ask_style_by_reply()))
    bob.sends_photo(photo("olive"), to=group, reply_to=message, as_chat=as_chat)
    await group.until(lambda _: finished(message))


async def test_where_only_some_are_let_in_who_writes_as_a_chat_is_told_why_not(bot_process, group, bob, as_chat):
    bot_process.env["ALLOWED_USERS"] = str(bob.user.id)
    await bot_process.start()
    sent = bob.sends_photo(photo("teal"), "@painter_bot", to=group, as_chat=as_chat)
    assert (await answer(group, sent)).text == texts.unknown_sender()
    own = await answer(group, bob.sends_photo(photo("teal"), "@painter_bot", to=group))
    assert shows(own, texts.gallery())


async def test_a_group_that_becomes_a_supergroup_gets_its_painting_there(bot, world, ann):
    group, larger = two_groups(world, ann)
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot", to=group))
    group.upgraded_to = larger.id
    await ann.presses(message, "Great Wave")
    painted = await larger.until(lambda chat: next((m for m in chat.from_bot if finished(m)), None))
    await ann.presses(painted, texts.stronger())
    await larger.until(lambda chat: len(chat.from_bot) == 2 and all(finished(m) for m in chat.from_bot))


async def test_killed_as_its_photo_moves_to_the_supergroup_it_goes_on_there(bot_process, world, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--die", "after:photos.move:1"]
    await bot_process.start()
    group, larger = two_groups(world, ann)
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot", to=group))
    group.upgraded_to = larger.id
    ann.taps(message, "Great Wave")
    await bot_process.process.wait()
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()
    painted = await larger.until(lambda chat: next((m for m in chat.from_bot if finished(m)), None))
    await ann.presses(painted, texts.another())
    await larger.until(lambda chat: any(shows(m, texts.gallery()) for m in chat.from_bot))
    assert len(larger.from_bot) == 2


async def test_a_gallery_in_a_group_that_became_a_supergroup_goes_on_there(bot, world, ann):
    group, larger = two_groups(world, ann)
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot", to=group))
    group.upgraded_to = larger.id
    await ann.presses(message, texts.own_style())
    asked = await larger.until(lambda chat: next(iter(chat.from_bot), None))
    assert shows(asked, texts.ask_style_by_reply())
    await ann.presses(asked, texts.back())
    await larger.until(lambda _: shows(asked, texts.gallery()))
    await ann.presses(asked, texts.own_style())
    ann.sends_photo(photo("olive"), to=larger, reply_to=asked)
    await larger.until(lambda _: finished(asked))
    assert larger.from_bot == [asked]


async def test_an_album_in_a_group_that_became_a_supergroup_goes_on_there(bot, world, ann):
    world.reads_all_group_messages = True
    group, larger = two_groups(world, ann)
    sent = ann.sends_album([photo("teal"), photo("olive")], "@painter_bot", to=group)
    message = await answer(group, sent[0])
    await group.until(lambda _: shows(message, texts.gallery_album()))
    group.upgraded_to = larger.id
    await ann.presses(message, texts.blend())
    control = await larger.until(lambda chat: next(iter(chat.from_bot), None))
    for asked, button in (("the first", "Great Wave"), ("which other", "Poppies"), ("how much", "Half of each")):
        await larger.until(lambda _, asked=asked: shows(control, asked))
        await ann.presses(control, button)
    await larger.until(lambda _: shows(control, texts.album_state(2, 2, 0)))


async def test_another_painting_in_a_group_that_became_a_supergroup(bot, world, ann):
    group, larger = two_groups(world, ann)
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot great wave", to=group))
    await group.until(lambda _: finished(message))
    group.upgraded_to = larger.id
    await ann.presses(message, texts.another())
    again = await larger.until(lambda chat: next(iter(chat.from_bot), None))
    await ann.presses(again, "Great Wave")
    await larger.until(lambda _: finished(again))


@pytest.mark.parametrize("words", ["@painter_bot", "look here @Painter_Bot please", "/paint@painter_bot"])
async def test_a_mention_as_a_reply_to_a_photo(bot, group, ann, bob, words):
    sent = ann.sends_photo(photo("teal"), to=group)
    asked = bob.sends_text(words, to=group, reply_to=sent)
    assert (await answer(group, asked)).buttons[-1] == [texts.own_style()]


async def test_a_photo_with_the_bots_name_under_it_and_a_wish(bot, group, ann):
    sent = ann.sends_photo(photo("teal"), "@painter_bot great wave, strong", to=group)
    message = await answer(group, sent)
    await group.until(lambda _: finished(message))
    assert shows(message, "The Great Wave off Kanagawa", "strong")


async def test_the_bot_is_silent_where_it_is_not_meant(bot, world, group, ann, bob):
    world.reads_all_group_messages = True
    sent = ann.sends_photo(photo("teal"), to=group)
    for text in ("hello", "/start", "/paint@other_bot", "@painter_bots", "nice"):
        bob.sends_text(text, to=group, reply_to=sent)
    ann.sends_photo(photo("olive"), "look, great wave", to=group)
    ann.sends_album([photo("olive"), photo("navy")], "holidays", to=group)
    asked = bob.sends_text("@painter_bot", to=group)
    message = await answer(group, asked)
    assert message.text == texts.how_in_groups()
    assert group.from_bot == [message]
    assert sent.reactions == {}


async def test_a_file_that_is_no_picture_gets_a_sentence(bot, group, ann):
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot", to=group))
    letter = ann.sends_document(b"words", "letter.txt", to=group, reply_to=message)
    await group.until(lambda chat: any(shows(m, texts.nothing_to_paint()) for m in chat.from_bot if m.id > letter.id))


async def test_only_who_asked_or_an_admin_may_press(bot, server, world, group, ann, bob):
    eve = world.person("Eve")
    world.set_member(group, eve.user, "member", by=ann.user)
    sent = bob.sends_photo(ENDLESS, "@painter_bot", to=group)
    message = await answer(group, sent)
    assert (await eve.presses(message, "Great Wave")).text == texts.not_yours()
    assert (await bob.presses(message, "Great Wave")).text == ""
    await group.until(lambda _: shows(message, "Painting"))
    assert (await eve.presses(message, texts.cancel())).text == texts.nothing_to_cancel()
    assert shows(message, "Painting")
    server.faults.add("error", "getChatMember", count=1)
    assert (await ann.presses(message, texts.cancel())).text == texts.nothing_to_cancel(), "nobody knows who she is"
    assert (await ann.presses(message, texts.cancel())).text == texts.cancelled_answer(), "she made the group"
    await group.until(lambda _: shows(message, texts.cancelled()))
    world.set_member(group, eve.user, "administrator", by=ann.user)
    assert (await eve.presses(message, "Great Wave")).text == ""
    await group.until(lambda _: shows(message, "Painting"))


@pytest.mark.parametrize("language", ["ru"])
async def test_what_an_admin_presses_stays_in_the_language_of_who_asked(bot, world, ann, anna):
    group = world.group("Friends of art", [ann, anna])
    message = await answer(group, anna.sends_photo(photo("teal"), "@painter_bot", to=group))
    await ann.presses(message, texts.blend())
    await group.until(lambda _: shows(message, texts.blend_first()))
    await ann.presses(message, texts.back())
    await group.until(lambda _: shows(message, texts.gallery()))
    await ann.presses(message, texts.label(load_gallery()[0]))
    await group.until(lambda _: finished(message))
    endless = await answer(group, anna.sends_photo(ENDLESS, f"@painter_bot {texts.label(load_gallery()[0])}", to=group))
    await ann.presses(endless, texts.cancel())
    await group.until(lambda _: shows(endless, texts.cancelled()))


async def test_another_groups_admin_may_not_press(bot, world, group, ann, bob):
    eve = world.person("Eve")
    others = world.group("Others", [eve])
    message = await answer(group, bob.sends_photo(ENDLESS, "@painter_bot great wave", to=group))
    await group.until(lambda _: shows(message, "Painting"))
    own = await answer(others, eve.sends_photo(photo("teal"), "@painter_bot", to=others))
    [[button]] = message.now.keyboard
    for data in (
        button["callback_data"],
        f"again:{message.reply_to.id}",
        "redo:1:strong",
        f"stop:{message.reply_to.id}",
    ):
        await eve.forges(own, data).answered()
    assert shows(message, "Painting")


@pytest.mark.parametrize("language", ["en", "pt"])
async def test_ten_presses_of_a_stranger_are_answered_within_two_seconds_in_her_language(bot, group, bob, anna):
    message = await answer(group, bob.sends_photo(photo("teal"), "@painter_bot", to=group))
    taps = [anna.taps(message, "Great Wave") for _ in range(10)]
    answers = await asyncio.gather(*(tap.answered(within=2) for tap in taps))
    assert {one.text for one in answers} == {texts.not_yours()}


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_own_style_by_a_reply_to_the_gallery(bot, world, ann, anna):
    group = world.group("Friends of art", [ann, anna])
    message = await answer(group, anna.sends_photo(photo("teal"), "@painter_bot", to=group))
    await anna.presses(message, texts.own_style())
    await group.until(lambda _: shows(message, texts.ask_style_by_reply()))
    anna.sends_photo(photo("olive"), to=group, reply_to=message)
    await group.until(lambda _: finished(message))
    assert group.from_bot == [message]


async def test_own_style_by_a_reply_to_any_painting(bot, group, ann):
    sent = ann.sends_photo(photo("teal"), "@painter_bot great wave", to=group)
    first = await group.until(lambda chat: next((m for m in chat.answers(sent) if finished(m)), None))
    await ann.presses(first, texts.stronger())
    strong = await group.until(lambda chat: next((m for m in chat.answers(sent)[1:] if finished(m)), None))
    ann.sends_photo(photo("olive"), to=group, reply_to=strong)
    own = await group.until(lambda chat: next((m for m in chat.answers(sent)[2:] if finished(m)), None))
    assert shows(own, texts.style_name(None))


async def test_another_s_picture_in_a_reply_is_no_style(bot, world, group, ann, bob):
    world.reads_all_group_messages = True
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot", to=group))
    chatter = bob.sends_photo(photo("olive"), to=group, reply_to=message)
    addressed = bob.sends_photo(photo("navy"), "@painter_bot", to=group, reply_to=message)
    assert (await answer(group, addressed)).buttons[-1] == [texts.own_style()]
    assert group.answers(chatter) == []
    assert shows(message, texts.gallery())


async def test_everything_stays_in_its_topic(bot, world, ann, bob):
    forum = world.group("Forum", [ann, bob], forum=True)
    forum.is_forum = True
    topic = world.topic(forum, "Pictures", by=ann)
    sent = ann.sends_photo(photo("teal"), "@painter_bot", to=forum, topic=topic)
    message = await answer(forum, sent)
    ann.deletes(sent)  # nothing to reply to any more
    await ann.presses(message, "Great Wave")
    await forum.until(lambda _: finished(message))
    await ann.presses(message, texts.stronger())
    await forum.until(lambda chat: len([m for m in chat.from_bot if finished(m)]) == 2)
    assert {m.thread_id for m in forum.from_bot} == {topic}
    assert {action.thread_id for action in forum.actions} == {topic}


async def test_the_eyes_leave_a_photo_in_a_topic_that_takes_no_painting(bot, world, ann):
    forum = world.group("Forum", [ann], forum=True)
    forum.is_forum = True
    topic = world.topic(forum, "Pictures", by=ann)
    forum.closed_topics.add(topic)
    sent = ann.sends_photo(photo("teal"), "@painter_bot poppies", to=forum, topic=topic)
    await forum.until(lambda _: sent.reactions)
    await until_rows(bot, "SELECT status FROM jobs", [("CANCELLED",)])
    await forum.until(lambda _: not any(sent.reactions.values()))


async def test_an_album_in_a_group_whose_first_photo_names_the_bot(bot, world, group, ann):
    world.reads_all_group_messages = True
    sent = ann.sends_album([photo("teal"), photo("olive"), photo("navy")], "@painter_bot great wave", to=group)
    control = await answer(group, sent[0])
    await group.until(lambda _: shows(control, texts.album_state(3, 3, 0)), within=20)


async def test_a_reply_to_an_album_s_buttons_is_for_all_of_it_or_to_be_said_which(bot, world, group, ann, bob):
    world.reads_all_group_messages = True
    sent = ann.sends_album([photo("teal"), photo("olive")], "@painter_bot great wave", to=group)
    control = await answer(group, sent[0])
    await group.until(lambda _: shows(control, texts.album_state(2, 2, 0)))
    for words in ("/paint", "/paint poppies", "@painter_bot stronger"):
        asked = bob.sends_text(words, to=group, reply_to=control)
        assert (await answer(group, asked)).text == texts.which_of_an_album()
    ann.sends_text("/paint poppies", to=group, reply_to=control)
    await group.until(lambda chat: any(shows(m, "Poppies", texts.album_state(2, 2, 0)) for m in chat.from_bot))
    ann.sends_text("/paint", to=group, reply_to=control)
    await group.until(lambda chat: any(shows(m, texts.gallery_album()) for m in chat.from_bot))
    assert rows(bot, "SELECT user_id, count(*) FROM jobs GROUP BY user_id") == [(ann.user.id, 4)]
    one = next(m for m in group.from_bot if m.media_group_id)
    painted = await answer(group, bob.sends_text("@painter_bot stronger", to=group, reply_to=one))
    await group.until(lambda _: finished(painted))
    assert sorted(rows(bot, "SELECT count(*) FROM jobs GROUP BY user_id")) == [(1,), (4,)]


async def test_edits_in_a_group_are_ten_seconds_apart(bot_process, group, ann):
    bot_process.command[-1] = "9"  # progress after 3, 6 and 9 seconds
    await bot_process.start()
    message = await answer(group, ann.sends_photo(photo("teal"), "@painter_bot great wave", to=group))
    await group.until(lambda _: finished(message), within=20)
    assert len([v for v in message.versions if "Painting" in v.body]) == 1


async def test_a_stranger_in_a_group_is_answered_only_if_the_bot_is_addressed(bot_process, world, group, bob):
    world.reads_all_group_messages = True
    bot_process.env["ALLOWED_USERS"] = "1"
    await bot_process.start()
    bob.sends_text("hello everybody", to=group)
    message = await answer(group, bob.sends_text("@painter_bot", to=group))
    assert message.text == texts.stranger()
    assert group.from_bot == [message]


async def test_who_only_talks_in_a_group_is_not_kept_in_mind(bot, world, group, ann, bob):
    world.reads_all_group_messages = True
    ann.sends_text("hello everybody", to=group)
    await answer(group, bob.sends_text("@painter_bot", to=group))
    assert rows(bot, "SELECT user_id FROM users") == [(bob.user.id,)]


async def test_the_menu_of_groups_has_paint(bot_process, world, ann):
    bot_process.introduces = True
    await bot_process.start()
    ann.starts()
    await ann.chat.until(lambda chat: chat.from_bot)
    assert [command["command"] for command in world.profile.menu("supergroup", "en")] == ["paint"]
