"""What may not stop the line: calls that are lost, chats that are closed for a while, files and faults of any kind."""

import asyncio
import contextlib
from unittest.mock import AsyncMock, Mock

import pytest

from bot.chat.job_message import JobMessage
from bot.executors.base import Warming
from bot.i18n import texts
from bot.jobs import announcer, runner
from bot.storage.models import MAX_CRASHES, JobStatus
from bot.transport import downloads, rate_limiter
from bot.transport.retry_policy import RequestPolicy
from styler.events import BadImage, OutOfMemory, Result
from tests.support.chat import (
    finished,
    finished_painting,
    gallery,
    is_negative_of,
    painting,
    rows,
    settled,
    shows,
    two_groups,
    until_rows,
)
from tests.support.dispatching import at_work, ordered
from tests.support.fakes import QuickExecutor, photo
from tests.support.logs import until_logged


async def painted(person, color="teal"):
    """A message with a finished painting."""
    _, message = await finished_painting(person, color, "Great Wave")
    return message


async def second_answer(person, first):
    return await person.chat.until(lambda chat: next((m for m in chat.answers(first.reply_to) if m is not first), None))


async def test_a_job_whose_message_is_lost_on_the_way_is_not_lost(bot, server, ann):
    first = await painted(ann)
    server.faults.add("cut_before", "sendPhoto", count=1)
    await ann.presses(first, texts.stronger())
    assert is_negative_of(await painting(ann, await second_answer(ann, first)), "teal")


async def test_a_message_that_may_have_arrived_is_not_sent_again(bot, server, ann):
    first = await painted(ann)
    lost = server.faults.add("cut_after", "sendPhoto", count=1)
    await ann.presses(first, texts.stronger())
    await ann.chat.until(lambda chat: sum(map(finished, chat.answers(first.reply_to))) == 2)
    assert lost.hits == 1
    _, waiting, painted_ = ann.chat.answers(first.reply_to)
    assert waiting.buttons == [[texts.cancel()]], "its answer was lost, so nobody can change it"
    assert finished(painted_)


async def test_a_painting_of_which_nobody_knows_whether_it_was_sent(bot, server, ann):
    first = await painted(ann)
    server.faults.add("cut_after", "sendPhoto", count=2)
    await ann.presses(first, texts.stronger())
    await ann.chat.until(lambda chat: any(shows(m, texts.unsure()) for m in chat.from_bot))
    await until_rows(bot, "SELECT status FROM jobs", [("DONE",), ("DONE",)])
    assert sum(map(finished, ann.chat.from_bot)) == 2, "it has come, and once"


@pytest.mark.parametrize("said", ["message to edit not found", "MESSAGE_ID_INVALID"])
async def test_a_gallery_that_is_deleted_as_a_painting_is_chosen_is_not_wanted(bot, server, ann, said):
    message = await gallery(ann, ann.sends_photo(photo("red")))
    server.faults.add("error", "editMessageMedia", count=1, description=f"Bad Request: {said}")
    await ann.presses(message, "Great Wave")
    await until_rows(bot, "SELECT status FROM jobs", [("CANCELLED",)])
    assert ann.chat.from_bot == [message]


async def test_killed_before_a_cancel_is_shown_it_is_shown_all_the_same(bot_process, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--die", "after:jobs.cancel:1"]
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("red")))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    tap = ann.taps(message, texts.cancel())
    await bot_process.process.wait()
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()
    await ann.chat.until(lambda _: shows(message, texts.cancelled()))
    assert (await tap.answered()).text == texts.nothing_to_cancel()


async def test_a_chat_that_is_closed_for_a_while_holds_up_no_other_s_new_message(bot, server, ann, bob):
    anns, bobs = await painted(ann), await painted(bob, "olive")
    flood = server.faults.add("too_many", "sendPhoto", count=1, seconds=60)
    await ann.presses(anns, texts.stronger())
    await server.calls.changed.until(lambda: flood.hits, 20)
    await bob.presses(bobs, texts.stronger())
    await painting(bob, await second_answer(bob, bobs))
    assert len(ann.chat.answers(anns.reply_to)) == 1


async def test_who_is_told_of_a_failure_holds_no_slot(bot, server, ann, bob):
    bobs = await gallery(bob, bob.sends_photo(photo("olive")))
    anns = await gallery(ann, ann.sends_document(b"no picture", "picture.png"))
    server.faults.add("slow", "getFile", count=1, seconds=1)
    await ann.presses(anns, "Great Wave")
    await ann.chat.until(lambda _: shows(anns, "Starting"))
    flood = server.faults.add("too_many", "editMessageMedia", count=1, seconds=60)
    await server.calls.changed.until(lambda: flood.hits, 20)
    await bob.presses(bobs, "Great Wave")
    await painting(bob, bobs)
    assert not shows(anns, "picture")


async def test_a_file_that_never_comes_whole_ends_in_a_sentence(bot, server, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    server.faults.add("short", "download")
    await ann.presses(message, "Great Wave")
    await until_rows(bot, "SELECT status FROM jobs", [("FAILED",)])
    assert message.buttons == [], "it is to be sent again"


@pytest.mark.parametrize(
    ("error", "offered"),
    [
        (BadImage("damaged", "", "content"), False),
        (BadImage("damaged", "", "style"), True),
        (BadImage("moving", "", "content", {"format": "GIF"}), True),  # it cannot be dreamt, but painted
    ],
)
async def test_other_paintings_are_offered_where_there_may_be_some(error, offered):
    outcomes, storage = AsyncMock(), AsyncMock(**{"users.get.return_value.language": "en"})
    painter = Mock(slots=1, paint=AsyncMock(side_effect=error))
    job = Mock(id=1, chat_id=1, crashes=0, clip=None, checkpoint=None)
    running = Mock(identified=None, checkpoint=None)
    await runner.JobRunner(storage, painter, Mock(), outcomes).run(job, running, contextlib.ExitStack())
    outcomes.fail.assert_awaited_once_with(job, texts.bad_image(error), str(error), paintable=offered)


async def test_a_delivery_that_never_works_is_tried_three_times(bot, server, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    server.faults.add("error", "editMessageMedia", code=409, description="Conflict")
    await ann.presses(message, "Great Wave")
    await until_rows(bot, "SELECT status, attempts FROM jobs", [("FAILED", 3)])


async def test_a_file_that_breaks_off_again_and_again_leaves_the_painter_to_others(bot, server, ann):
    server.faults.add("truncated", "download", count=5)
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, "Great Wave")
    await until_rows(bot, "SELECT status, attempts FROM jobs", [("DONE", 2)])


async def test_a_download_that_is_forbidden_is_no_chat_that_is(bot, server, ann):
    server.faults.add("error", "download", count=1, code=403, description="Forbidden")
    await finished_painting(ann, "teal", "Great Wave")


@pytest.mark.parametrize("code", [200, 400, 403, 429, 502])
async def test_a_proxy_s_page_is_no_answer_of_telegram_s(bot, server, ann, code):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    for method in ("editMessageMedia", "getFile", "getUpdates"):
        server.faults.add("page", method, count=1, code=code)
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    assert ann.chat.from_bot == [message]


@pytest.mark.parametrize(
    ("code", "description"), [(401, "Unauthorized"), (429, "Too Many Requests"), (503, "Service Unavailable")]
)
async def test_a_gallery_waits_until_telegram_does_it(bot, server, ann, code, description):
    server.faults.add("error", "sendPhoto", count=3, code=code, description=description)
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    assert ann.chat.from_bot == [message]


async def test_a_flood_of_answers_to_presses_holds_up_no_painting(bot, server, ann):
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    server.faults.add("too_many", "answerCallbackQuery", count=1, seconds=3600)
    ann.taps(message, "Great Wave")
    await painting(ann, message)


@pytest.mark.parametrize(("code", "description"), [(400, "Bad Request: TOPIC_CLOSED"), (403, "Forbidden: was blocked")])
async def test_a_chat_that_takes_no_answer_leaves_no_trace_in_the_log(bot, server, ann, code, description):
    for method in ("sendPhoto", "sendMessage"):
        server.faults.add("error", method, count=1, code=code, description=description)
    ann.sends_photo(photo("teal"))
    ann.sends_text("hi")
    await settled(ann)


@pytest.mark.parametrize("cut", ["cut_before", "cut_after"])
async def test_whose_answer_may_be_lost_is_told_so_later(bot, server, ann, cut):
    server.faults.add(cut, "sendPhoto", count=1)
    server.faults.add("cut_before", "getMe", count=3)
    ann.sends_photo(photo("teal"))
    await ann.chat.until(lambda chat: any(shows(m, texts.unsure()) for m in chat.from_bot))


async def test_no_crash_of_the_bot_is_held_against_a_photo(bot_process, ann):
    bot_process.command[-1] = "5"
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    await bot_process.kill()
    bot_process.command = ["-m", "tests.torture.bot", "--die", "after:jobs.claim:1"]
    for _ in range(4):
        await bot_process.start()
        await bot_process.process.wait()
    assert rows(bot_process, "SELECT status, attempts, crashes FROM jobs") == [("RUNNING", 1, 4)]
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()
    assert is_negative_of(await painting(ann, message), "teal")
    await until_rows(bot_process, "SELECT status, attempts, crashes FROM jobs", [("DONE", 1, 0)])


async def test_a_photo_that_takes_the_bot_with_it_again_and_again_is_given_up(bot_process, ann):
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("red")))  # takes for ever
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: shows(message, "Painting"))
    await bot_process.kill()
    rows(bot_process, f"UPDATE jobs SET crashes = {MAX_CRASHES}")  # noqa: S608
    await bot_process.start()
    await ann.chat.until(lambda _: shows(message, texts.tried_too_often()))
    await until_rows(bot_process, "SELECT status, attempts FROM jobs", [("FAILED", 1)])


async def test_the_eyes_leave_a_photo_whose_gallery_is_deleted_as_a_painting_is_chosen(bot, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    await ann.chat.until(lambda _: any(sent.reactions.values()))
    ann.taps(message, "Great Wave")
    ann.deletes(message)
    await until_rows(bot, "SELECT status FROM jobs", [("CANCELLED",)])
    await ann.chat.until(lambda _: not any(sent.reactions.values()))


async def test_the_eyes_leave_a_photo_whose_painting_is_deleted_meanwhile(bot_process, ann):
    bot_process.command[-1] = "1"
    await bot_process.start()
    sent = ann.sends_photo(photo("teal"), "great wave")
    message = await gallery(ann, sent)
    await ann.chat.until(lambda _: shows(message, "Painting") and any(sent.reactions.values()))
    ann.deletes(message)
    await until_rows(bot_process, "SELECT status FROM jobs", [("CANCELLED",)])
    await ann.chat.until(lambda _: not any(sent.reactions.values()))


@pytest.fixture
async def line(server, tmp_path, monkeypatch):
    monkeypatch.setattr(rate_limiter, "CHAT_LIMIT", (1000, 1.0))
    async with at_work(server, tmp_path, QuickExecutor(seconds=0.9)) as working:
        yield working


async def test_a_cancel_that_meets_a_claim_stops_the_painting(line, ann, bob):
    dispatcher, storage = line
    sent, job = await ordered(storage, ann)
    dispatcher.notify()
    await storage.jobs.claimed.wait()
    cancelling = asyncio.create_task(dispatcher.cancel(job.id, job.user_id))
    await asyncio.wait([cancelling], timeout=0.2)
    storage.jobs.go_on.set()
    assert (await cancelling).status is JobStatus.CANCELLED
    [message] = ann.chat.answers(sent)
    shown = len(message.versions)
    later, _ = await ordered(storage, bob)
    dispatcher.notify()
    await painting(bob, await gallery(bob, later))  # in the only slot, in which ann's would be painted before
    assert not finished(message)
    assert len(message.versions) == shown


async def test_a_painting_stays_though_the_message_that_rings_is_refused(server, line, monkeypatch, ann):
    monkeypatch.setattr(runner, "NOTIFY_SECONDS", 0.0)
    dispatcher, storage = line
    storage.jobs.go_on.set()
    refusal = server.faults.add("error", "sendMessage", description="Bad Request: TOPIC_CLOSED")
    sent, _ = await ordered(storage, ann)
    dispatcher.notify()
    message = await gallery(ann, sent)
    await server.calls.changed.until(lambda: refusal.hits, 5)
    await asyncio.gather(*(one.task for one in dispatcher.running.values()))
    assert finished(message)


@pytest.mark.parametrize(
    ("method", "end"), [("sendPhoto", JobStatus.CANCELLED), ("editMessageMedia", JobStatus.FAILED)]
)
async def test_a_fault_in_telling_why_there_is_no_painting_stops_nobody(
    server, line, monkeypatch, caplog, ann, bob, method, end
):
    dispatcher, storage = line
    storage.jobs.go_on.set()
    monkeypatch.setattr(JobMessage, "show_failure", AsyncMock(side_effect=OSError("no contact sheet")))
    refusal = server.faults.add("error", method, description="Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN")
    _, job = await ordered(storage, ann)
    dispatcher.notify()
    await until_logged(caplog, "no contact sheet")
    server.faults.remove(refusal)
    sent, _ = await ordered(storage, bob)
    dispatcher.notify()
    await painting(bob, await gallery(bob, sent))
    assert (await storage.job_search.get(job.id, job.user_id)).status is end


async def test_a_message_that_a_fault_of_ours_keeps_from_being_sent_is_given_up_once(line, monkeypatch, ann, bob):
    dispatcher, storage = line
    storage.jobs.go_on.set()
    monkeypatch.setattr(announcer, "RETRY_SECONDS", 0.01)
    with monkeypatch.context() as faulty:
        faulty.setattr(JobMessage, "post", AsyncMock(side_effect=OSError("no picture of the style")))
        _, job = await ordered(storage, ann)
        dispatcher.notify()
        await ann.chat.until(lambda chat: chat.from_bot)
    assert shows(ann.chat.from_bot[0], texts.tried_too_often())
    sent, _ = await ordered(storage, bob)
    dispatcher.notify()
    await painting(bob, await gallery(bob, sent))
    assert (await storage.job_search.get(job.id, job.user_id)).status is JobStatus.FAILED
    assert len(ann.chat.from_bot) == 1


async def test_who_may_not_fetch_a_file_for_long_leaves_the_painter_to_others(server, tmp_path, monkeypatch, ann, bob):
    monkeypatch.setattr(downloads, "DOWNLOAD", RequestPolicy(max_attempts=5, max_retry_after=0.5))
    flood = server.faults.add("too_many", "getFile", count=1, seconds=3)
    async with at_work(server, tmp_path, QuickExecutor()) as (dispatcher, storage):
        storage.jobs.go_on.set()
        sent, job = await ordered(storage, ann)
        dispatcher.notify()
        await server.calls.changed.until(lambda: flood.hits, 5)
        bobs, _ = await ordered(storage, bob, "olive")
        dispatcher.notify()
        await painting(bob, await gallery(bob, bobs))
        assert (await storage.job_search.get(job.id, job.user_id)).status is JobStatus.RUNNING
        await painting(ann, await gallery(ann, sent))
        assert (await storage.job_search.get(job.id, job.user_id)).attempts == 1


class Cold(QuickExecutor):
    """Its painter gets warm once `warm` is set."""

    def __init__(self):
        super().__init__()
        self.warm = asyncio.Event()

    async def paint(self, content, styles, settings, checkpoint=b""):
        yield Warming()
        await self.warm.wait()
        async for event in super().paint(content, styles, settings, checkpoint):
            yield event


async def test_while_the_painter_starts_the_message_says_so(server, tmp_path, ann):
    executor = Cold()
    async with at_work(server, tmp_path, executor) as (dispatcher, storage):
        storage.jobs.go_on.set()
        sent, _ = await ordered(storage, ann)
        dispatcher.notify()
        message = await gallery(ann, sent)
        await ann.chat.until(lambda _: shows(message, "The painter is starting."))
        assert message.buttons == [[texts.cancel()]]
        executor.warm.set()
        await painting(ann, message)


class Counting(QuickExecutor):
    """Counts the paintings that it has finished."""

    painted = 0

    async def paint(self, content, styles, settings, checkpoint=b""):
        async for event in super().paint(content, styles, settings, checkpoint):
            self.painted += isinstance(event, Result)
            yield event


async def test_what_is_painted_as_its_group_becomes_a_supergroup_is_painted_once(server, tmp_path, world, ann):
    group, larger = two_groups(world, ann)
    executor = Counting(seconds=1.5)
    async with at_work(server, tmp_path, executor) as (dispatcher, storage):
        storage.jobs.go_on.set()
        await ordered(storage, ann, chat=group)
        dispatcher.notify()
        await group.until(lambda chat: chat.from_bot)
        group.upgraded_to = larger.id
        await larger.until(lambda chat: any(finished(m) for m in chat.from_bot))
    assert executor.painted == 1


class Hungry(QuickExecutor):
    """No memory suffices for it; keeps the sizes that it was asked for."""

    def __init__(self):
        super().__init__()
        self.sizes = []

    async def paint(self, content, styles, settings, checkpoint=b""):
        self.sizes.append(settings.size)
        raise OutOfMemory("there is not enough memory")
        yield


async def test_what_no_memory_suffices_for_becomes_smaller_and_is_given_up_in_the_end(
    server, tmp_path, monkeypatch, ann
):
    monkeypatch.setattr(rate_limiter, "CHAT_LIMIT", (1000, 1.0))
    executor = Hungry()
    async with at_work(server, tmp_path, executor) as (dispatcher, storage):
        storage.jobs.go_on.set()
        sent, _ = await ordered(storage, ann)
        dispatcher.notify()
        message = await gallery(ann, sent)
        await ann.chat.until(lambda _: shows(message, texts.tried_too_often()))
    assert executor.sizes == [512, 341, 227, 151, 151, 151]
