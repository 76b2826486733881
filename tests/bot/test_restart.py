"""What a restart may not lose or double: the bot is killed, stopped and started again with the same data."""

import asyncio
import json
import re

import pytest

from bot.i18n import texts
from tests.support.chat import finished, gallery, is_negative_of, painting, rows, settled, shows, until_rows
from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS


@pytest.mark.parametrize("moment", ["gallery", "starting", "painting", "preview"])
async def test_killed_in_the_middle_it_comes_back_and_finishes_once(bot_process, ann, moment):
    bot_process.command[-1] = "1.5"
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    if moment == "gallery":
        await settled(ann)
    else:
        await ann.presses(message, "Great Wave")
        word = "Starting" if moment == "starting" else "Painting"
        await ann.chat.until(lambda _: shows(message, word))
    if moment == "preview":
        await ann.chat.until(lambda _: len({v.media for v in message.versions}) == 3)
    await bot_process.kill()
    await bot_process.start()
    if moment == "gallery":
        await ann.presses(message, "Great Wave")
    assert is_negative_of(await painting(ann, message), "teal")
    assert ann.chat.answers(sent) == [message]
    await until_rows(bot_process, "SELECT status FROM jobs", [("DONE",)])
    assert rows(bot_process, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_while_it_takes_a_style_it_still_paints_in_it(bot_process, ann, moment):
    bot_process.command = ["-m", "tests.torture.bot", "--die", f"{moment}:photos.close_style_request:1"]
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    await ann.presses(message, texts.own_style())
    ann.sends_photo(photo("red"))
    await bot_process.process.wait()
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()
    assert is_negative_of(await painting(ann, message), "teal")
    assert ann.chat.answers(sent) == [message]


FORGETS = [
    "after:jobs.cancel:1",
    "after:database.execute:DELETE FROM photos WHERE user_id",
    "before:database.execute:DELETE FROM jobs WHERE user_id",
    "after:retention.delete_user_data:1",
    "before:retention.delete_last_traces:1",
    "before:database.execute:UPDATE updates SET body = NULL WHERE update_id = :asked_by",
    "before:database.execute:PRAGMA wal_checkpoint",
]


@pytest.mark.parametrize("moment", FORGETS)
async def test_killed_while_it_forgets_somebody_it_forgets_the_rest(bot_process, world, moment):
    somebody = world.person("Somebody whose name is unmistakable")
    bot_process.command = ["-m", "tests.torture.bot", "--die", moment]
    await bot_process.start()
    sent = [somebody.sends_photo(photo(color), "poppies") for color in ("teal", "red")]  # red takes for ever
    _, message = [await gallery(somebody, one) for one in sent]
    await until_rows(bot_process, "SELECT status FROM jobs ORDER BY id", [("DONE",), ("RUNNING",)])
    marks = [somebody.user.first_name.encode(), *(file.file_id.encode() for m in sent for file in m.now.media.files)]
    somebody.sends_text("/forget")
    await bot_process.process.wait()
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()
    await somebody.chat.until(lambda chat: any(shows(m, texts.forgotten()) for m in chat.from_bot))
    await somebody.chat.until(lambda _: shows(message, texts.cancelled_answer()) and not message.buttons)

    def traces():
        return [mark for file in bot_process.data.iterdir() for mark in marks if mark in file.read_bytes()]

    async with asyncio.timeout(HANG_SECONDS):
        assert await bot_process.process.until(lambda: not traces()), "the bot has ended"


async def test_what_comes_while_the_bot_is_down_is_painted_later(bot, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await settled(ann)
    await bot.kill()
    tap = ann.taps(message, "Great Wave")
    sent = ann.sends_photo(photo("olive"))
    ann.world.queries.expire()
    await bot.start()
    assert is_negative_of(await painting(ann, message), "teal")
    assert tap.answer is None, "too old to be answered, but not too old to count"
    await gallery(ann, sent)


async def test_updates_are_on_disk_before_they_are_confirmed(bot, server, ann):
    """Every id below the offset of a poll is committed when that poll comes in."""
    violations = []

    def check(offset):
        kept = {row[0] for row in rows(bot, "SELECT update_id FROM updates")} if offset else set()
        violations.extend(id_ for id_ in given if id_ < offset and id_ not in kept)

    given = []
    server.world.updates.watchers.append(check)
    for _ in range(30):
        given.append(server.world.updates.next_id)
        ann.sends_text("hello")
    await ann.chat.until(lambda chat: len(chat.from_bot) == 30)
    assert violations == []


async def test_updates_that_come_twice_or_shuffled_are_handled_once(bot, server, ann):
    server.faults.add("twice", "getUpdates")
    server.faults.add("shuffled", "getUpdates")
    sent = [ann.sends_photo(photo((10 * i, 100, 100))) for i in range(8)]
    messages = [await gallery(ann, one) for one in sent]
    ann.sends_text("/queue")
    await ann.chat.until(lambda chat: any(shows(m, texts.queue_empty()) for m in chat.from_bot))
    assert sorted(m.id for m in ann.chat.from_bot[:-1]) == sorted(m.id for m in messages)


async def test_one_malformed_update_blocks_nobody(bot, server, ann):
    server.world.updates.push_raw({"message": {"message_id": "seven", "chat": 5}})
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    server.world.updates.push_raw({"callback_query": ["nonsense"]})
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    assert "cannot be read and is skipped" in bot.log.read_text()
    bot.log.write_text("")  # the traces of the malformed ones are expected


@pytest.mark.parametrize("signals", [1, 2])
async def test_sigterm_stops_in_time_and_loses_nothing(bot_process, ann, bob, signals):
    bot_process.command[-1] = "2"
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    other = await gallery(bob, bob.sends_photo(photo("olive")))
    await ann.presses(message, "Great Wave")
    await bob.presses(other, "Poppies")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    assert await bot_process.stop(signals) == 0
    assert rows(bot_process, "SELECT status, attempts FROM jobs") == [("QUEUED", 0), ("QUEUED", 0)]
    await bot_process.start()
    assert is_negative_of(await painting(ann, message), "teal")
    assert is_negative_of(await painting(bob, other), "olive")


async def test_sigterm_stops_while_telegram_is_away(bot_process, server, ann):
    await bot_process.start()
    await gallery(ann, ann.sends_photo(photo("teal")))
    await settled(ann)
    await server.go_offline()
    assert await bot_process.stop() == 0
    bot_process.log.write_text("")  # python-telegram-bot's trace of its last, vain poll is expected


async def test_telegram_away_during_a_painting_delays_its_delivery_only(bot_process, server, ann):
    bot_process.command[-1] = "1"
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    await server.go_offline()
    async with asyncio.timeout(HANG_SECONDS):
        # Of its progress an edit is tried three times, and so is repeated twice; the painting's, more often.
        while len(re.findall("editMessageMedia.* again in", bot_process.log.read_text())) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await server.come_back()
    await ann.chat.until(lambda _: finished(message), within=20)
    bot_process.log.write_text("")


async def test_two_bots_do_not_share_a_database(bot, bot_process, server, ann):
    ann.starts()
    await ann.chat.until(lambda chat: chat.from_bot)
    first = bot.process
    await bot_process.start()
    assert await bot_process.process.wait() == 2
    assert "another bot is already running" in bot.log.read_text()
    bot.process = first
    bot.log.write_text("")


async def test_a_damaged_database_is_named_in_one_line(bot_process):
    bot_process.data.mkdir()
    damaged = bot_process.data / "bot.sqlite"
    damaged.write_bytes(b"no database" * 1000)
    await bot_process.start()
    assert await bot_process.process.wait() == 2
    assert bot_process.log.read_text().splitlines()[-1] == f"DATA_DIR: {damaged}: file is not a database"


async def test_no_file_ids_or_texts_stay_in_handled_updates(bot, ann):
    await gallery(ann, ann.sends_photo(photo("teal"), caption="for my secret diary"))
    ann.starts()
    await ann.chat.until(lambda chat: len(chat.from_bot) == 2)
    bodies = [json.loads(body) for (body,) in rows(bot, "SELECT body FROM updates WHERE body IS NOT NULL")]
    assert len(bodies) <= 1, "at most the last is still being handled"


@pytest.mark.parametrize("fault", ["truncated", "short", "cut_before"])
async def test_a_download_that_fails_is_repeated(bot, server, ann, fault):
    server.faults.add(fault, "download", count=2)
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, "Great Wave")
    assert is_negative_of(await painting(ann, message), "teal")
    await until_rows(bot, "SELECT status, attempts FROM jobs", [("DONE", 1)])
