"""Flood limits and repeated calls."""

import asyncio
import gc
import random
import weakref
from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.transport import rate_limiter
from bot.transport.rate_limiter import RateLimiter
from bot.transport.retry_policy import BEST_EFFORT, DOWNLOAD, NORMAL, PROGRESS, RESULT, Attempts, RequestPolicy
from bot.transport.sliding_window import SlidingWindowLimiter
from tests.support.hang import HANG_SECONDS
from tests.support.virtual_time import in_virtual_time, now


@pytest.fixture
def limiter():
    return RateLimiter()


async def send(limiter, call, chat=1, endpoint="sendMessage", policy=None, **data):
    return await limiter.process_request(call, (), {}, endpoint, {"chat_id": chat, **data}, policy)


def failing(*errors, answer="answer"):
    """A call that raises these, one after the other, and then answers; and how often it was made."""
    left = list(errors)
    calls = []

    async def call():
        calls.append(1)
        if left:
            raise left.pop(0)
        return answer

    return call, calls


def caused(error, cause):
    error.__cause__ = cause
    return error


async def take_turn(limit, priority=1):
    """When it came."""
    async with limit.acquire(priority):
        return now()


@in_virtual_time
async def test_one_message_in_each_span_and_the_important_first():
    limit = SlidingWindowLimiter(1, 1.0)
    turns = [take_turn(limit, priority) for priority in (2, 2, 1, 0)]
    assert await asyncio.gather(*turns) == [0.0, 3.0, 2.0, 1.0]


@in_virtual_time
async def test_a_burst_is_allowed_up_to_the_count():
    limit = SlidingWindowLimiter(3, 1.0)
    assert [await take_turn(limit) for _ in range(7)] == [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0]


@in_virtual_time
async def test_a_call_counts_until_its_answer():
    """However long it is under way: on arrival there is a second between any two."""
    limit = SlidingWindowLimiter(1, 1.0)
    async with limit.acquire(1):
        follower = asyncio.create_task(take_turn(limit))
        await asyncio.sleep(5)
        assert not follower.done()
    assert await follower == 6.0


@in_virtual_time
async def test_who_stops_waiting_takes_no_turn():
    limit = SlidingWindowLimiter(1, 1.0)
    await take_turn(limit)
    gone, stays = asyncio.create_task(take_turn(limit, 0)), asyncio.create_task(take_turn(limit))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 1.0
    assert await take_turn(limit) == 2.0, "nor does it give one to others"


@in_virtual_time
async def test_the_longer_of_two_pauses_counts():
    limit = SlidingWindowLimiter(1, 0.0)
    limit.pause(3)
    limit.pause(1)
    assert await take_turn(limit) == 3.0


@in_virtual_time
async def test_a_429_stops_its_own_chat_only(limiter):
    ends = {}

    async def sent(chat, call):
        assert await send(limiter, call, chat) == "answer"
        ends[chat] = now()

    (refused, calls), (other, _) = failing(RetryAfter(5)), failing()
    await asyncio.gather(sent(1, refused), sent(2, other))
    assert ends[2] == 0.0
    assert 5.0 <= ends[1] <= 6.0
    assert len(calls) == 2


@pytest.mark.parametrize("after", [5, "5", timedelta(seconds=5)])
@in_virtual_time
async def test_a_wait_is_understood_in_whatever_form_it_is_told(limiter, after):
    call, calls = failing(RetryAfter(after))
    assert await send(limiter, call) == "answer"
    assert len(calls) == 2
    assert 5.0 <= now() <= 6.0, "and up to a second more, by chance"


@pytest.mark.parametrize(("chat", "seconds"), [(5, 20.0), (-5, 60.0), ("@group", 60.0)])
@in_virtual_time
async def test_a_group_has_a_limit_of_its_own(limiter, chat, seconds):
    for _ in range(21):
        call, _ = failing()
        await send(limiter, call, chat)
    assert now() == seconds


@in_virtual_time
async def test_two_albums_do_not_each_hold_half_of_what_both_need(monkeypatch):
    monkeypatch.setattr(rate_limiter, "GLOBAL_LIMIT", (2, 0.0))
    limiter, go_on = RateLimiter(), asyncio.Event()

    async def wait():
        await go_on.wait()

    before = [asyncio.create_task(send(limiter, wait, chat)) for chat in (3, 4)]
    await asyncio.sleep(0.1)  # they have both turns
    sent = []
    for chat in (1, 2):
        call, _ = failing()
        album = send(limiter, call, chat, "sendMediaGroup", media=[b"", b""])
        sent.append(asyncio.create_task(album))
    await asyncio.sleep(0.1)  # both albums wait, until the two turns come free at once
    go_on.set()
    async with asyncio.timeout(HANG_SECONDS):
        assert await asyncio.gather(*sent) == ["answer", "answer"]
    await asyncio.gather(*before)


@in_virtual_time
async def test_what_makes_no_message_waits_for_no_turn(limiter):
    for endpoint in ("sendMessage", "sendChatAction", "setMessageReaction", "deleteMessages"):
        call, _ = failing()
        await send(limiter, call, 1, endpoint)
    assert now() == 0.0, "messages are a second apart"
    call, _ = failing()
    await send(limiter, call)
    assert now() == 1.0


CONNECT, WRITE, READ = httpx.ConnectError("refused"), httpx.WriteError("cut"), httpx.ReadError("cut")
TEN_MINUTES = RequestPolicy(unreachable_for=600.0)
DELETED = "Internal Server Error: sent message was immediately deleted and can't be returned"


@pytest.mark.parametrize(
    ("endpoint", "policy", "error", "calls"),
    [
        # What may be repeated is, whatever happened to it, but not for ever.
        ("editMessageMedia", None, TimedOut(), 12),
        ("getFile", None, NetworkError("lost"), 12),
        ("editMessageMedia", RESULT, NetworkError("Internal Server Error: restart"), 60),
        ("editMessageCaption", PROGRESS, TimedOut(), 3),
        ("download", DOWNLOAD, NetworkError("cut"), 5),
        # A new message is not, unless it was certainly not sent.
        ("sendPhoto", None, TimedOut(), 1),
        ("sendPhoto", None, NetworkError("Bad Gateway"), 1),
        ("sendPhoto", None, NetworkError("Internal Server Error: restart"), 1),
        ("sendPhoto", None, caused(NetworkError("cut"), READ), 1),
        ("sendPhoto", TEN_MINUTES, caused(NetworkError("cut"), WRITE), 25),
        ("sendPhoto", None, caused(NetworkError("refused"), CONNECT), 2885),
        ("sendPhoto", TEN_MINUTES, NetworkError("Service Unavailable (503)"), 25),
        ("sendPhoto", TEN_MINUTES, NetworkError("Unauthorized (401)"), 25),
        ("editMessageCaption", PROGRESS, caused(NetworkError("refused"), CONNECT), 7),
        # Later it would be of no use.
        ("setMessageReaction", BEST_EFFORT, TimedOut(), 1),
        ("setMessageReaction", BEST_EFFORT, caused(NetworkError("refused"), CONNECT), 1),
        ("sendChatAction", BEST_EFFORT, RetryAfter(0), 1),
        # Answers are final, but for a wait that is not too long.
        ("getFile", DOWNLOAD, RetryAfter(30), 1),
        ("answerCallbackQuery", None, RetryAfter(16), 1),
        ("answerCallbackQuery", None, RetryAfter(14), 21),
        ("sendMessage", None, RetryAfter(14), 21),
        ("sendMessage", None, BadRequest("no"), 1),
        ("editMessageMedia", None, Forbidden("no"), 1),
        ("editMessageMedia", None, ChatMigrated(-1001), 1),
    ],
)
@in_virtual_time
async def test_every_call_ends(limiter, monkeypatch, endpoint, policy, error, calls):
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    call, made = failing(*[error] * 5000)
    with pytest.raises(type(error)) as raised:
        await send(limiter, call, 1, endpoint, policy)
    assert raised.value is error
    assert len(made) == calls, "the pauses grow to 30 s, and are a day at most"


@pytest.mark.parametrize("policy", [None, RESULT, PROGRESS, DOWNLOAD])
@pytest.mark.parametrize("endpoint", ["editMessageMedia", "getFile", "download"])
@in_virtual_time
async def test_what_fails_twice_is_done_the_third_time(limiter, endpoint, policy):
    call, calls = failing(TimedOut(), caused(NetworkError("refused"), CONNECT))
    assert await send(limiter, call, 1, endpoint, policy) == "answer"
    assert len(calls) == 3


def test_pauses_double_and_differ_by_chance():
    pauses = []
    for _ in range(50):
        attempts = Attempts("editMessageMedia", NORMAL)
        pauses.append([attempts.after_failure(TimedOut()) for _ in range(9)])
    for number, same in enumerate(zip(*pauses, strict=True)):
        most = min(0.5 * 2**number, 30.0)
        assert most / 2 <= min(same) < max(same) <= most
        assert len(set(same)) > 40, "calls that failed together do not come back together"


@pytest.mark.parametrize("reason", ["Request Entity Too Large", DELETED])
@in_virtual_time
async def test_what_would_be_refused_again_is_not_sent_again(limiter, reason):
    call, calls = failing(NetworkError(reason))
    with pytest.raises(BadRequest, match=reason):
        await send(limiter, call, 1, "editMessageMedia")
    assert len(calls) == 1


@in_virtual_time
async def test_a_cancelled_call_that_is_under_way_comes_to_its_end(limiter):
    """Else it might arrive after the next, and a progress would stand where the painting was."""
    began, answered = asyncio.Event(), asyncio.Event()

    async def call():
        began.set()
        await asyncio.sleep(0.1)
        answered.set()

    progress = asyncio.create_task(send(limiter, call, 1, "editMessageMedia"))
    await began.wait()
    progress.cancel()
    await asyncio.gather(progress, return_exceptions=True)
    assert progress.cancelled()
    assert answered.is_set()


ALIVE = weakref.WeakSet()


class Counted(SlidingWindowLimiter):
    def __init__(self, *limit):
        super().__init__(*limit)
        ALIVE.add(self)


@in_virtual_time
async def test_idle_chats_are_forgotten_and_busy_ones_are_not(monkeypatch):
    monkeypatch.setattr(rate_limiter, "REMEMBERED_CHATS", 5)
    monkeypatch.setattr(rate_limiter, "SlidingWindowLimiter", Counted)
    limiter, go_on = RateLimiter(), asyncio.Event()

    async def wait():
        await go_on.wait()

    busy = asyncio.create_task(send(limiter, wait, "busy"))
    for chat in range(50):
        call, _ = failing()
        await send(limiter, call, chat)
        await asyncio.sleep(2)
    gc.collect()
    assert 1 < len(ALIVE) <= 8
    call, calls = failing()
    later = asyncio.create_task(send(limiter, call, "busy"))
    await asyncio.sleep(10)
    assert not calls, "the first is still under way"
    go_on.set()
    await asyncio.gather(busy, later)
