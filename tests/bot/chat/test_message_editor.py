"""Messages as the official server changes them: lost answers, equal pictures, slow uploads, shared uploads."""

import asyncio
import io
import itertools

from PIL import Image, ImageChops

from bot.chat.message_editor import with_comment
from bot.i18n import texts
from tests.support.chat import (
    finished,
    finished_painting,
    gallery,
    is_negative_of,
    painting,
    rows,
    shows,
    until_rows,
)
from tests.support.fakes import photo


def is_result(params):
    return texts.another() in params.text("reply_markup")


async def test_a_painting_whose_answer_was_lost_can_be_shared(bot, server, ann):
    """The repeated edit changes nothing, so the server refuses it: equal bytes are one photo."""
    lost = server.faults.add("cut_after", "editMessageMedia", count=1, only=is_result)
    _, message = await finished_painting(ann)
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",)])
    assert lost.hits == 1
    refused = [call for call in server.calls.of("editMessageMedia") if call.status == 400]
    assert len(refused) == 1
    assert "message is not modified" in refused[0].answer["description"]
    assert rows(bot, "SELECT result_file_id FROM jobs") == [(message.now.media.file.file_id,)]
    query = await ann.asks_inline("")
    assert len(query.results) == 1


async def test_a_painting_whose_answers_are_all_lost_stays(bot, server, ann):
    """That of the edit, and that of the edit which would tell the file_id: the painting is there."""
    edits = itertools.count(1)
    lost = server.faults.add(
        "cut_after", "editMessageMedia", only=lambda edit: is_result(edit) and next(edits) in (1, 3)
    )
    _, message = await finished_painting(ann)
    await until_rows(bot, "SELECT status, result_file_id FROM jobs", [("DONE", None)])
    assert lost.hits == 2
    assert [call.status for call in server.calls.of("editMessageMedia") if call.status != 200] == [400, 400]
    assert is_negative_of(Image.open(io.BytesIO(message.photo)), "teal")
    assert [texts.another()] in message.buttons


def test_a_comment_changes_no_pixel():
    before = photo("teal")
    after = with_comment(before)
    assert after != before
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(after)) as other:
        assert other.info["comment"] == b"ok"
        assert ImageChops.difference(one, other).getbbox() is None


async def test_an_upload_may_take_longer_than_other_calls(bot_process, server, ann):
    """Each repetition of the edit would cancel the one before, so that none would ever be done."""
    bot_process.command = ["-m", "tests.torture.bot", "--timeout", "1"]
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    slow = server.faults.add("uploading", "editMessageMedia", seconds=1.3, only=is_result)
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    await until_rows(bot_process, "SELECT status FROM jobs", [("DONE",)])
    assert slow.hits == 1
    assert not [call for call in server.calls.of("editMessageMedia") if call.status == 400], "none was cancelled"


async def test_a_message_that_vanishes_as_it_is_edited_is_not_wanted(bot, server, ann):
    message = await gallery(ann, ann.sends_photo(photo("red")))
    server.faults.add("error", "editMessageMedia", count=1, description="Bad Request: message not found")
    await ann.presses(message, "Great Wave")
    await until_rows(bot, "SELECT status FROM jobs", [("CANCELLED",)])


async def test_in_a_chat_that_deletes_what_the_bot_sends_it_stops(bot, server, ann, bob):
    """The official server answers 500, as if it had not been done."""
    ann.chat.purged = True
    ann.sends_photo(photo("teal"))
    await server.calls.changed.until(lambda: server.calls.counts["sendPhoto"], 10)
    await gallery(bob, bob.sends_photo(photo("teal")))  # others are served meanwhile
    await until_rows(bot, "SELECT count(*) FROM updates WHERE body IS NOT NULL", [(0,)])
    galleries = [m for m in ann.chat.messages.values() if m.now.body and shows_gallery(m)]
    assert len(galleries) == 1
    assert server.calls.counts["sendMessage"] <= 1, "nor is it told so again and again"


def shows_gallery(message):
    return texts.gallery() in message.now.body


async def test_one_upload_is_enough_for_all_who_wait(bot_process, server, world):
    people = [world.person(f"Person {number}") for number in range(20)]
    sent = [person.sends_photo(photo("teal")) for person in people]
    await bot_process.start()
    await asyncio.gather(*map(gallery, people, sent))
    uploads = [call for call in server.calls.of("sendPhoto") if "bytes>" in call.params["photo"]]
    assert len(uploads) == 1


async def test_an_upload_that_fails_is_made_by_another(bot_process, server, world, ann):
    """Whose gallery is refused hears of it, and the others get theirs."""
    people = [world.person(f"Person {number}") for number in range(4)]
    refused = "Bad Request: IMAGE_PROCESS_FAILED"
    server.faults.add("error", "sendPhoto", count=1, description=refused, only=lambda p: p.upload("photo") is not None)
    sent = [person.sends_photo(photo("teal")) for person in people]
    await bot_process.start()
    got = await asyncio.gather(*(one.chat.until(lambda chat: chat.from_bot) for one in people))
    assert sum(shows(message, texts.error()) for (message,) in got) == 1
    assert sum(shows(message, texts.gallery()) for (message,) in got) == 3
    assert len(sent) == len(got)


async def test_a_second_painting_in_a_lost_message_is_shared_like_others(bot, server, ann):
    _, first = await finished_painting(ann)
    server.faults.add("cut_after", "sendPhoto", count=1)
    await ann.presses(first, texts.stronger())
    await ann.chat.until(lambda chat: sum(map(finished, chat.from_bot)) == 2)
    await until_rows(bot, "SELECT status, result_file_id IS NULL FROM jobs", [("DONE", 0), ("DONE", 0)])
