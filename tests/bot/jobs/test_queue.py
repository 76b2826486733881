"""The line: what each message says of its place in it, and when that is changed."""

import math
import time
from itertools import islice

import pytest

from bot.chat.progress import EDIT_SECONDS
from bot.i18n import texts
from bot.jobs import position_display
from bot.jobs.position_display import MAX_STALENESS, ShownPosition, due_at, wrongness
from bot.jobs.positions import QueuePosition, estimated_waits
from bot.jobs.queue_list import LISTED
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, JobStatus, Photo
from bot.storage.styles import Blend
from styler.gallery import load_gallery
from tests.support.chat import gallery, painting, rows, settled, shows, until_rows
from tests.support.dispatching import at_work
from tests.support.fakes import QuickExecutor, photo
from tests.support.logs import until_logged
from tests.support.sqlite import open_beside

RED = (255, 0, 0)  # takes for ever
WAVE = load_gallery()[0]


async def in_line(person, color="teal", name="Great Wave"):
    message = await gallery(person, person.sends_photo(photo(color)))
    await person.presses(message, name)
    return message


async def ahead(person):
    """A painting that takes for ever."""
    message = await in_line(person, RED)
    await person.chat.until(lambda _: shows(message, "Painting"))
    return message


async def the_queue(person):
    person.sends_text("/queue")
    return await person.chat.until(
        lambda chat: next((m for m in chat.from_bot if shows(m, texts.queue([]).strip())), None)
    )


@pytest.mark.parametrize(
    ("running", "slots", "expected"),
    [([], 1, [0, 10, 20]), ([-4], 1, [6, 16, 26]), ([-4, -7], 2, [3, 6, 13]), ([-99, -4, -7], 2, [3, 6, 13])],
)
def test_when_the_next_may_start(running, slots, expected):
    waits = estimated_waits([time.time() + one for one in running], 10.0, slots)
    assert list(islice(waits, 3)) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("place", "seconds", "due", "wrong"),
    [(2, 90.0, math.inf, 0.0), (2, 70.0, 1000 + MAX_STALENESS, 0.0), (1, 100.0, 1000 + EDIT_SECONDS, 1.0),
     (4, 100.0, 1000 + EDIT_SECONDS, 0.5)],
)  # fmt: skip
def test_when_a_message_is_changed_that_said_place_2_and_100_seconds(place, seconds, due, wrong):
    job = Job(7, 1, 1, 1, "file", Blend.parse("poppies"), {}, 1, JobStatus.QUEUED, 0, 0, 0.0, None, None, None, False)
    shown, position = ShownPosition(2, 100.0, at=1000.0), QueuePosition(job, place, seconds)
    assert (due_at(position, shown), wrongness(position, shown)) == (due, wrong)


async def test_who_moves_up_reads_it_and_gets_the_painting_in_the_end(bot, world, ann, bob):
    first, second = await ahead(ann), await in_line(bob)
    eve = world.person("Eve")
    third = await in_line(eve)
    await eve.chat.until(lambda _: shows(third, "Place 2 in line"))
    await bob.presses(second, texts.cancel())
    await eve.chat.until(lambda _: shows(third, "Place 1 in line"))
    assert third.buttons == [[texts.cancel()]]
    await ann.presses(first, texts.cancel())
    await painting(eve, third)


async def test_who_is_overtaken_reads_that_too(bot, ann, bob):
    await ahead(ann)
    mine = await in_line(ann)
    await ann.chat.until(lambda _: shows(mine, "Place 1 in line"))
    await in_line(bob)
    await ann.chat.until(lambda _: shows(mine, "Place 2 in line"))


async def test_after_a_restart_the_places_are_right(bot, ann, bob):
    """What was being painted is in line again, behind who was never served."""
    first, second = await ahead(ann), await in_line(bob, RED)
    await bob.chat.until(lambda _: shows(second, "Place 1 in line"))
    await bot.stop()
    await bot.start()
    await bob.chat.until(lambda _: shows(second, "Painting"))
    await ann.chat.until(lambda _: shows(first, "Place 1 in line"))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "place 1 in line, starts in about 5 sec"), ("de", "Platz 1 in der Warteschlange, beginnt in etwa 5 Sek.")],
)
async def test_the_time_is_told_once_it_is_known(bot_process, ann, anna, said):
    bot_process.command[-1] = "1"
    await bot_process.start()
    await painting(anna, await in_line(anna, name=texts.label(WAVE)))
    await until_rows(bot_process, "SELECT status FROM jobs", [("DONE",)])
    await ahead(ann)
    message = await in_line(anna, name=texts.label(WAVE))
    await anna.chat.until(lambda _: shows(message, said[1:]))
    listed = await the_queue(anna)
    assert listed.text.endswith(f"1. {texts.title(WAVE)} – {said}")


async def test_a_long_line_keeps_the_flood_limits_and_edits_no_message_too_often(bot_process, world, ann):
    bot_process.command[-1] = "0.4"
    bot_process.command += ["paced"]
    world.flood.enforced = True
    await bot_process.start()
    people = [world.person(f"P{number}") for number in range(12)]
    blocked = await ahead(ann)
    messages = [await in_line(person) for person in people]
    await people[-1].chat.until(lambda _: shows(messages[-1], "Place 12 in line"))
    await ann.presses(blocked, texts.cancel())
    for person, message in zip(people, messages, strict=True):
        await painting(person, message)
    assert world.flood.refused.total() == 0, world.flood.refused
    for message in messages:
        places = [version.at for version in message.versions if "in line" in version.body]
        # On a busy machine an edit may arrive late, and so shortly before the next one: not before the next but one.
        assert all(later - earlier >= EDIT_SECONDS for earlier, later in zip(places, places[2:], strict=False))
    assert sum("in line" in version.body for version in messages[-1].versions) > 1, "it moved up"


async def test_a_cancelled_job_leaves_the_list(bot, ann):
    await ahead(ann)
    await in_line(ann, name="Poppies")
    listed = await the_queue(ann)
    assert listed.buttons == [["Cancel 1: Great Wave"], ["Cancel 2: Poppies"]]
    assert (await ann.presses(listed, "Cancel 2: Poppies")).text == texts.cancelled_answer()
    await ann.chat.until(lambda _: listed.buttons == [["Cancel 1: Great Wave"]])
    await ann.presses(listed, "Cancel 1: Great Wave")
    await ann.chat.until(lambda _: listed.text == texts.queue_empty())
    assert (await ann.forges(listed, "drop:1").answered(2)).text == texts.nothing_to_cancel()


async def test_an_album_says_where_its_next_photo_stands(bot, ann, bob):
    await ahead(ann)
    other = await in_line(ann)
    sent = bob.sends_album([photo("teal"), photo("olive")])
    control = await gallery(bob, sent[0])
    await bob.chat.until(lambda _: shows(control, texts.gallery_album()))
    await bob.presses(control, "Poppies")
    await bob.chat.until(lambda _: shows(control, "Place 1 in line"))
    await ann.chat.until(lambda _: shows(other, "Place 3 in line"))
    await in_line(bob.world.person("Eve"))
    await ann.chat.until(lambda _: shows(other, "Place 4 in line"))
    await bob.presses(control, texts.cancel_all())
    await ann.chat.until(lambda _: shows(other, "Place 2 in line"))


async def test_a_second_press_is_no_job_that_the_full_line_refuses(bot_process, ann):
    bot_process.env["MAX_WAITING_PER_USER"] = "1"
    await bot_process.start()
    await ahead(ann)
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    taps = [ann.taps(message, "Great Wave") for _ in range(2)]
    assert [(await tap.answered()).text for tap in taps] == ["", texts.already()]


async def test_each_photo_of_an_album_that_cannot_join_the_line_is_told_so_once(bot_process, ann):
    bot_process.env["MAX_WAITING_PER_USER"] = "2"
    await bot_process.start()
    await ahead(ann)
    sent = ann.sends_album([photo(color) for color in ("teal", "olive", "navy", "gray", "brown")], "great wave")
    await settled(ann)
    told = [message.reply_to for message in ann.chat.from_bot if shows(message, texts.queue_is_full(1, 2))]
    assert told == sent[2:]


async def test_a_list_too_long_for_a_message_ends_with_an_ellipsis(bot_process, ann):
    bot_process.env["MAX_WAITING_PER_USER"] = "200"
    await bot_process.start()
    await ahead(ann)
    await until_rows(bot_process, "SELECT status FROM jobs", [("RUNNING",)])
    with open_beside(bot_process.data) as beside:
        beside.executemany(
            "INSERT INTO jobs"
            " (idempotency_key, chat_id, user_id, photo_message_id, file_id, style, settings, message_id)"
            " SELECT ?, chat_id, user_id, photo_message_id, file_id, 'great-wave+poppies', settings, 1000 + ?"
            " FROM jobs WHERE status = 'RUNNING'",
            [(number, number) for number in range(150)],
        )
    listed = await the_queue(ann)
    assert listed.text.endswith("\n…")
    assert len(listed.buttons) == LISTED


async def queued(person, dispatcher, storage):
    """A job that takes for ever, and its message."""
    sent = person.sends_photo(photo(RED))
    mine = Photo(person.chat.id, sent.id, person.user.id, sent.now.media.file.file_id)
    known, key = await storage.photos.add(mine), IdempotencyKey.of_text(person.chat.id, sent.id)
    job = await storage.jobs.enqueue(known, Blend.parse("poppies"), {}, None, key)
    dispatcher.notify()
    return job, await gallery(person, sent)


async def test_after_a_fault_the_line_is_shown_all_the_same(server, world, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(position_display, "FAULT_SECONDS", 0.1)
    async with at_work(server, tmp_path, QuickExecutor()) as (dispatcher, storage):
        storage.jobs.go_on.set()
        _, (second, _), (_, message) = [await queued(world.person(name), dispatcher, storage) for name in "ABC"]
        await message.chat.until(lambda _: shows(message, "Place 2 in line"))
        with open_beside(tmp_path) as beside:
            beside.execute("ALTER TABLE users RENAME TO elsewhere")
            await dispatcher.cancel(second.id, second.user_id)
            await until_logged(caplog, "no such table: users")
            beside.execute("ALTER TABLE elsewhere RENAME TO users")
        await message.chat.until(lambda _: shows(message, "Place 1 in line"))


async def test_who_cancels_all_sees_none_begin_meanwhile(bot_process, ann):
    bot_process.command += ["paced"]
    await bot_process.start()
    await ahead(ann)
    for _ in range(2):
        await in_line(ann)
    ann.sends_text("/cancel")
    await ann.chat.until(lambda chat: any(shows(m, texts.cancelled_jobs(3)) for m in chat.from_bot))
    assert rows(bot_process, "SELECT count(claimed_at) FROM jobs") == [(1,)]
