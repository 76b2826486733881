"""Flood limits and repeated calls."""

import asyncio
import contextlib
import itertools
import random
import time
from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.transport import rate_limiter
from bot.transport.flood_limits import SlidingWindowLimiter
from bot.transport.rate_limiter import RateLimiter
from bot.transport.retry_policy import BEST_EFFORT, DOWNLOAD, NORMAL, PROGRESS, RESULT, Attempts, RequestPolicy


@pytest.fixture
def quick(monkeypatch):
    """A limiter without limits whose pauses are short."""
    monkeypatch.setattr(rate_limiter, "CHAT_LIMIT", (100_000, 1.0))
    monkeypatch.setattr(rate_limiter, "GLOBAL_LIMIT", (100_000, 1.0))
    return RateLimiter(second=0.001)


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


async def test_one_message_in_each_span_and_the_important_first():
    limit = SlidingWindowLimiter(1, 0.1)
    order, began = [], time.monotonic()

    async def go(name, priority):
        async with limit.turn(priority):
            order.append((name, time.monotonic() - began))

    await asyncio.gather(go("first", 2), go("progress", 2), go("answer", 1), go("result", 0))
    assert [name for name, _ in order] == ["first", "result", "answer", "progress"]
    gaps = [b - a for (_, a), (_, b) in itertools.pairwise(order)]
    assert min(gaps) > 0.095


async def test_a_burst_is_allowed_up_to_the_count():
    limit = SlidingWindowLimiter(3, 0.5)
    began = time.monotonic()
    for _ in range(3):
        await take_turn(limit)
    assert time.monotonic() - began < 0.4
    async with limit.turn(1):
        assert time.monotonic() - began > 0.49


async def test_a_call_counts_until_its_answer():
    """However long it is under way: on arrival there is a second between any two."""
    limit = SlidingWindowLimiter(1, 0.1)
    async with limit.turn(1):
        follower = asyncio.create_task(take_turn(limit))
        await asyncio.sleep(0.2)
        assert not follower.done()
        answered = time.monotonic()
    await follower
    assert time.monotonic() - answered > 0.095


async def take_turn(limit, priority=1):
    async with limit.turn(priority):
        pass


async def test_who_stops_waiting_takes_no_turn():
    limit = SlidingWindowLimiter(1, 0.5)
    await take_turn(limit)
    gone, stays = asyncio.create_task(take_turn(limit, 0)), asyncio.create_task(take_turn(limit))
    await asyncio.sleep(0)
    gone.cancel()
    began = time.monotonic()
    await stays
    assert time.monotonic() - began < 0.9
    await take_turn(limit)
    assert time.monotonic() - began > 0.9, "nor does it give one to others"


async def test_the_longer_of_two_pauses_counts():
    limit, began = SlidingWindowLimiter(1, 0.0), time.monotonic()
    limit.pause(0.3)
    limit.pause(0.1)
    await take_turn(limit)
    assert time.monotonic() - began > 0.29


async def test_a_429_stops_its_own_chat_only(quick):
    quick._second = 1.0
    call, calls = failing(RetryAfter(1))
    slow = asyncio.create_task(quick.process_request(call, (), {}, "sendMessage", {"chat_id": 1}, None))
    while not calls:  # noqa: ASYNC110
        await asyncio.sleep(0)
    other, _ = failing()
    began = time.monotonic()
    assert await quick.process_request(other, (), {}, "sendMessage", {"chat_id": 2}, None) == "answer"
    assert time.monotonic() - began < 0.5
    assert await slow == "answer"
    assert time.monotonic() - began > 0.9
    assert len(calls) == 2


@pytest.mark.parametrize("after", [0.1, "0.1", timedelta(seconds=0.1)])
async def test_a_wait_is_understood_in_whatever_form_it_is_told(quick, after):
    call, calls = failing(RetryAfter(after))
    assert await quick.process_request(call, (), {}, "sendMessage", {"chat_id": 1}, None) == "answer"
    assert len(calls) == 2


@pytest.mark.parametrize(("chat", "least", "most"), [(5, 0.0, 0.5), (-5, 0.5, 9), ("@group", 0.5, 9)])
async def test_a_group_has_a_limit_of_its_own(quick, monkeypatch, chat, least, most):
    monkeypatch.setattr(rate_limiter, "GROUP_LIMIT", (1, 0.5))
    began = time.monotonic()
    for _ in range(2):
        call, _ = failing()
        await quick.process_request(call, (), {}, "sendMessage", {"chat_id": chat}, None)
    assert least <= time.monotonic() - began < most


async def test_two_albums_do_not_each_hold_half_of_what_both_need(quick):
    quick._everybody = everybody = SlidingWindowLimiter(2, 0.0)
    sent = []
    async with contextlib.AsyncExitStack() as taken:
        for _ in range(2):
            await taken.enter_async_context(everybody.turn(1))
        for chat in (1, 2):
            call, _ = failing()
            album = {"chat_id": chat, "media": [b"", b""]}
            sent.append(asyncio.create_task(quick.process_request(call, (), {}, "sendMediaGroup", album, None)))
        await asyncio.sleep(0)  # both wait now, until the two turns come free at once
    async with asyncio.timeout(5):
        assert await asyncio.gather(*sent) == ["answer", "answer"]


async def test_what_makes_no_message_waits_for_no_turn():
    calls, began = RateLimiter(), time.monotonic()
    for endpoint in ("sendMessage", "sendChatAction", "setMessageReaction", "deleteMessages"):
        call, _ = failing()
        await calls.process_request(call, (), {}, endpoint, {"chat_id": 1}, None)
    assert time.monotonic() - began < 0.9, "messages are a second apart"


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
async def test_every_call_ends(quick, monkeypatch, endpoint, policy, error, calls):
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    quick._second = 0.0
    call, made = failing(*[error] * 5000)
    with pytest.raises(type(error)) as raised:
        await quick.process_request(call, (), {}, endpoint, {"chat_id": 1}, policy)
    assert raised.value is error
    assert len(made) == calls, "the pauses grow to 30 s, and are a day at most"


@pytest.mark.parametrize("policy", [None, RESULT, PROGRESS, DOWNLOAD])
@pytest.mark.parametrize("endpoint", ["editMessageMedia", "getFile", "download"])
async def test_what_fails_twice_is_done_the_third_time(quick, endpoint, policy):
    call, calls = failing(TimedOut(), caused(NetworkError("refused"), CONNECT))
    assert await quick.process_request(call, (), {}, endpoint, {"chat_id": 1}, policy) == "answer"
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
async def test_what_would_be_refused_again_is_not_sent_again(quick, reason):
    call, calls = failing(NetworkError(reason))
    with pytest.raises(BadRequest, match=reason):
        await quick.process_request(call, (), {}, "editMessageMedia", {"chat_id": 1}, None)
    assert len(calls) == 1


async def test_a_cancelled_call_that_is_under_way_comes_to_its_end(quick):
    """Else it might arrive after the next, and a progress would stand where the painting was."""
    began, answered = asyncio.Event(), asyncio.Event()

    async def call():
        began.set()
        await asyncio.sleep(0.1)
        answered.set()

    progress = asyncio.create_task(quick.process_request(call, (), {}, "editMessageMedia", {"chat_id": 1}, None))
    await began.wait()
    progress.cancel()
    await asyncio.gather(progress, return_exceptions=True)
    assert progress.cancelled()
    assert answered.is_set()


async def test_idle_chats_are_forgotten(quick, monkeypatch):
    monkeypatch.setattr(rate_limiter, "REMEMBERED_CHATS", 5)
    monkeypatch.setattr(rate_limiter, "CHAT_LIMIT", (1, 0.0))
    async with quick._limits("busy")[0].turn(1):
        for chat in range(50):
            call, _ = failing()
            await quick.process_request(call, (), {}, "sendMessage", {"chat_id": chat}, None)
        assert "busy" in quick._chats
    assert len(quick._chats) <= 8
