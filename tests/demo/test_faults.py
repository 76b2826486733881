"""The ways of updates to the bot, and what can be made to go wrong between the bot and Telegram."""

import asyncio
import threading
from datetime import timedelta

import pytest
from aiohttp import web
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TimedOut

from bot.demo.telegram.errors import ApiError
from bot.demo.telegram.flood import FloodLimits
from bot.demo.telegram.pictures import photo_sizes
from tests.support.demo import client, keyboard
from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS


def texts(updates):
    return [update.message.text for update in updates]


async def polled(here):
    """Until a poll has arrived."""
    await here.world.updates.changed.until(lambda: here.world.updates.polls, within=5)


async def test_updates_stay_until_their_offset_is_confirmed(here, ann):
    seen = []
    here.world.updates.watchers.append(seen.append)
    for text in "abcde":
        ann.sends_text(text)
    first = await here.bot.get_updates(limit=2)
    assert texts(first) == ["a", "b"]
    assert texts(await here.bot.get_updates(offset=1)) == list("abcde")
    offset = first[-1].update_id + 1
    assert texts(await here.bot.get_updates(offset=offset)) == list("cde")
    assert texts(await here.bot.get_updates(offset=-1)) == ["e"]
    assert seen == [1, offset, offset + 2]
    assert [update["message"]["text"] for update in here.world.updates.pending] == ["e"]


async def test_a_long_poll_ends_as_soon_as_there_is_an_update(here, ann):
    poll = asyncio.create_task(here.bot.get_updates(timeout=300))
    await polled(here)
    ann.sends_text("yes")
    assert texts(await asyncio.wait_for(poll, HANG_SECONDS)) == ["yes"]


async def test_a_second_poller_ends_the_first(here, ann):
    first = asyncio.create_task(here.bot.get_updates(timeout=20))
    async with client(here.server) as other:
        await polled(here)
        second = asyncio.create_task(other.get_updates(timeout=20))
        with pytest.raises(Conflict, match=r"terminated by other getUpdates request"):
            await first
        ann.sends_text("for the second")
        assert texts(await second) == ["for the second"]


async def test_a_poller_that_is_gone_takes_no_update_with_it(here, ann):
    poll = asyncio.create_task(here.bot.get_updates(timeout=20))
    await polled(here)
    poll.cancel()
    await asyncio.wait([poll])
    ann.sends_text("still here")
    assert texts(await here.bot.get_updates(timeout=5)) == ["still here"]


async def test_only_the_kinds_that_were_asked_for(here, ann):
    await here.say(reply_markup=keyboard(["go"]))
    await here.bot.get_updates(allowed_updates=["callback_query"])
    ann.sends_text("unheard")
    ann.taps(ann.chat.from_bot[0], "go")
    assert [update.callback_query.data for update in await here.bot.get_updates(timeout=5)] == ["do:go"]


@pytest.fixture
async def hook():
    """A webhook that answers with the statuses in `statuses`, then 200, and keeps what it got."""
    got, statuses = [], []

    async def receive(request):
        got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=statuses.pop(0) if statuses else 200)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", got, statuses
    await runner.cleanup()


async def test_a_webhook_gets_each_update_until_it_takes_it(here, ann, hook):
    url, got, statuses = hook
    confirmed = asyncio.Event()
    here.world.updates.watchers.append(lambda offset: None if here.world.updates.pending[1:] else confirmed.set())
    statuses += [500, 503]
    assert await here.bot.set_webhook(url, secret_token="s3cret")
    ann.sends_text("one")
    ann.sends_text("two")
    await asyncio.wait_for(confirmed.wait(), HANG_SECONDS)
    assert [(secret, update["message"]["text"]) for secret, update in got] == [("s3cret", "one")] * 3 + [
        ("s3cret", "two")
    ]
    info = await here.bot.get_webhook_info()
    assert (info.url, "503" in info.last_error_message) == (url, True)
    with pytest.raises(Conflict, match=r"can't use getUpdates method while webhook is active"):
        await here.bot.get_updates()
    assert await here.bot.delete_webhook()
    ann.sends_text("three")
    assert texts(await here.bot.get_updates(timeout=5)) == ["three"]


async def test_a_webhook_must_be_an_address(here):
    with pytest.raises(BadRequest, match=r"(?i)bad webhook"):
        await here.bot.set_webhook("nowhere")


# Faults


async def test_a_connection_cut_before_the_call_is_handled(here, ann):
    here.server.faults.add("cut_before", "sendMessage", count=1)
    with pytest.raises(NetworkError):
        await here.say("one")
    assert ann.chat.from_bot == []
    await here.say("two")
    assert [m.text for m in ann.chat.from_bot] == ["two"]


async def test_a_connection_cut_after_the_call_is_done(here, ann):
    here.server.faults.add("cut_after", "sendMessage", count=1)
    with pytest.raises(NetworkError):
        await here.say("one")
    assert [m.text for m in ann.chat.from_bot] == ["one"], "done, though the bot was not told"


async def test_a_bad_gateway(here):
    here.server.faults.add("bad_gateway", count=1)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await here.say()


async def test_too_many_requests(here):
    here.server.faults.add("too_many", "sendMessage", count=1, seconds=2.5)
    with pytest.raises(RetryAfter) as error:
        await here.say()
    assert error.value.retry_after == timedelta(seconds=3)


async def test_any_error_of_the_api(here):
    fault = here.server.faults.add("error", code=400, description="Bad Request: MESSAGE_ID_INVALID")
    with pytest.raises(BadRequest, match=r"(?i)message_id_invalid"):
        await here.say()
    here.server.faults.remove(fault)
    await here.say()
    assert fault.hits == 1


async def test_a_slow_answer_is_too_late_but_the_call_is_done(here, ann):
    here.server.faults.add("slow", "sendMessage", seconds=3)
    with pytest.raises(TimedOut):
        await here.say("late", read_timeout=0.2)
    assert [m.text for m in ann.chat.from_bot] == ["late"]


@pytest.mark.parametrize("kind", ["truncated", "cut_before", "cut_after", "bad_gateway", "too_many"])
async def test_downloads_break(here, ann, kind):
    ann.sends_document(bytes(100_000), "a.bin")
    file = await (await here.update()).message.document.get_file()
    here.server.faults.add(kind, "download", count=1)
    with pytest.raises((NetworkError, RetryAfter)):
        await file.download_as_bytearray()
    assert len(await file.download_as_bytearray()) == 100_000


async def test_a_download_that_is_short_but_claims_to_be_whole(here, ann):
    ann.sends_document(bytes(1000), "a.bin")
    file = await (await here.update()).message.document.get_file()
    here.server.faults.add("short", "download", count=1)
    assert len(await file.download_as_bytearray()) == 500


async def test_updates_come_twice_and_in_any_order(here, ann):
    for number in range(10):
        ann.sends_text(str(number))
    here.server.faults.add("twice", count=1)
    assert list(texts(await here.bot.get_updates())) == [str(n) for n in range(10) for _ in range(2)]
    here.server.faults.add("shuffled", count=1)
    shuffled = texts(await here.bot.get_updates(offset=here.world.updates.pending[0]["update_id"]))
    assert shuffled != sorted(shuffled) == [str(n) for n in range(10)]


async def test_faults_by_chance_are_seeded(here):
    fault = here.server.faults.add("bad_gateway", "getMe", probability=0.5)
    outcomes = [bool(here.server.faults.strike("getMe", ["bad_gateway"])) for _ in range(100)]
    assert 30 < sum(outcomes) < 70
    assert fault.hits == sum(outcomes)


async def test_offline_and_back_on_the_same_port(here, ann):
    url = here.server.url
    poll = asyncio.create_task(here.bot.get_updates(timeout=20))
    await polled(here)
    await here.server.go_offline()
    with pytest.raises(NetworkError):
        await poll
    with pytest.raises(NetworkError):
        await here.say()
    await here.server.come_back()
    assert (await here.say("back")).text == "back"
    assert here.server.url == url


async def test_the_bot_alone_can_be_cut_off(here):
    poll = asyncio.create_task(here.bot.get_updates(timeout=20))
    await polled(here)
    here.server.cut_off(True)
    with pytest.raises(NetworkError):
        await poll
    with pytest.raises(NetworkError):
        await here.say()
    here.server.cut_off(False)
    await here.say()


# Flood limits, on a clock of our own


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def admitted(limits, clock, calls, step):
    """How many of so many calls, `step` seconds apart, get through."""
    count = 0
    for call in range(calls):
        try:
            limits.admit("sendMessage", call % 1000 - 500 if step == 0 else -7)
            count += 1
        except ApiError:
            pass
        clock.now += step
    return count


def test_limits_a_chat_a_group_and_in_all():
    clock = Clock()
    limits = FloodLimits(clock)
    limits.enforced = True
    limits.admit("sendMessage", 5)
    with pytest.raises(ApiError, match="Too Many Requests: retry after 1"):
        limits.admit("editMessageText", 5)
    clock.now += 1
    limits.admit("editMessageText", 5)
    assert admitted(limits, clock, calls=50, step=0) == 29
    assert admitted(limits, clock, calls=50, step=1.0) == 20
    assert limits.refused.total() == 1 + 21 + 30


def test_a_refusal_tells_how_long_to_wait():
    clock = Clock()
    limits = FloodLimits(clock)
    limits.enforced = True
    limits.admit("sendMediaGroup", -5, messages=10)
    clock.now += 30
    limits.admit("sendMediaGroup", -5, messages=10)
    clock.now += 1
    with pytest.raises(ApiError) as error:
        limits.admit("sendMessage", -5)
    clock.now += error.value.parameters["retry_after"]
    limits.admit("sendMessage", -5)


async def test_limits_over_http_count_sends_and_edits_but_not_actions(here, ann):
    here.world.flood.enforced = True
    sent = await here.say()
    with pytest.raises(RetryAfter):
        await sent.edit_text("too soon")
    await here.bot.send_chat_action(ann.user.id, "typing")
    assert here.world.flood.refused == {"editMessageText": 1}


# What was called


async def test_the_log_of_calls_holds_no_secret_and_no_file(here, ann):
    await here.show(photo(), caption="look")
    await here.bot.set_webhook("http://127.0.0.1:9/x", secret_token="very-secret")
    await here.bot.delete_webhook()
    (call,) = here.server.calls.of("sendPhoto")
    assert (call.params["caption"], call.status, call.answer["ok"]) == ("look", 200, True)
    assert call.params["photo"].endswith(" bytes>")
    logged = str(list(here.server.calls.last))
    assert here.server.token.partition(":")[2] not in logged
    assert "very-secret" not in logged


class Storing:
    """A photo whose storing begins, and goes on only when it is told to."""

    def __init__(self, monkeypatch) -> None:
        self.begun, self._go_on = asyncio.Event(), threading.Event()
        self._loop = asyncio.get_running_loop()
        monkeypatch.setattr("bot.demo.api.resolving.photo_sizes", self._photo_sizes)

    def _photo_sizes(self, data):
        self._loop.call_soon_threadsafe(self.begun.set)
        assert self._go_on.wait(10)
        return photo_sizes(data)

    def goes_on(self) -> None:
        self._go_on.set()


async def test_a_call_that_arrived_is_done_though_its_caller_is_gone(here, ann, monkeypatch):
    storing = Storing(monkeypatch)
    sending = asyncio.create_task(here.show())
    await storing.begun.wait()
    sending.cancel()
    await asyncio.wait([sending])
    storing.goes_on()
    assert await ann.chat.until(lambda chat: chat.from_bot)


async def test_others_are_answered_while_a_picture_is_stored(here, monkeypatch):
    storing = Storing(monkeypatch)
    sending = asyncio.create_task(here.show())
    await storing.begun.wait()
    assert (await here.bot.get_me()).is_bot
    assert not sending.done()
    storing.goes_on()
    await sending


async def test_an_upload_that_breaks_off_is_nothing(here, ann, caplog):
    _, writer = await asyncio.open_connection("127.0.0.1", int(here.server.url.rpartition(":")[2]))
    head = f"POST /bot{here.server.token}/sendPhoto?chat_id={ann.user.id} HTTP/1.1\r\nHost: x\r\n"
    head += "Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 100000\r\n\r\n"
    writer.write(head.encode() + b"--B\r\nContent-Disposition: form-data; name=photo; filename=a.jpg\r\n\r\nabc")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await here.say("next")
    assert [m.text for m in ann.chat.from_bot] == ["next"]
    assert caplog.records == []
