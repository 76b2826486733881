"""Flood limits and repeated calls."""

import asyncio
import contextlib
import itertools
import time
from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.transport import rate_limiter
from bot.transport.rate_limiter import AT_MOST_ONCE, BEST_EFFORT, DOWNLOAD, RateLimiter, SlidingWindowLimiter


@pytest.fixture
def quick(monkeypatch):
    """A limiter without limits whose pauses are short."""
    monkeypatch.setattr(rate_limiter, "CHAT_LIMIT", (1000, 1.0))
    monkeypatch.setattr(rate_limiter, "MAX_BACKOFF", 0.01)
    return RateLimiter()


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

    async def go(name, importance):
        async with limit.turn(importance):
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


async def take_turn(limit, importance=1):
    async with limit.turn(importance):
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
    limit.close(0.3)
    limit.close(0.1)
    await take_turn(limit)
    assert time.monotonic() - began > 0.29


async def test_a_429_stops_its_own_chat_only(quick):
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


@pytest.mark.parametrize(
    ("endpoint", "manner", "error", "expected"),
    [
        ("editMessageMedia", None, TimedOut(), 6),
        ("getFile", None, NetworkError("lost"), 6),
        ("sendPhoto", None, caused(NetworkError("refused"), httpx.ConnectError("refused")), 6),
        ("sendPhoto", None, NetworkError("Bad Gateway"), 6),
        ("sendPhoto", None, NetworkError("Internal Server Error (500)"), 6),
        ("sendPhoto", None, TimedOut(), 2),
        ("sendMessage", AT_MOST_ONCE, TimedOut(), 1),
        ("sendMessage", AT_MOST_ONCE, caused(NetworkError("refused"), httpx.ConnectError("refused")), 6),
        ("download", DOWNLOAD, NetworkError("cut"), 5),
        ("setMessageReaction", BEST_EFFORT, TimedOut(), 1),
        ("sendChatAction", BEST_EFFORT, RetryAfter(0), 1),
        ("getFile", DOWNLOAD, RetryAfter(30), 1),
        ("sendMessage", None, BadRequest("no"), 1),
        ("editMessageMedia", None, Forbidden("no"), 1),
    ],
)
async def test_what_is_repeated(quick, endpoint, manner, error, expected):
    call, calls = failing(*[error] * 5)
    results = asyncio.gather(
        quick.process_request(call, (), {}, endpoint, {"chat_id": 1}, manner), return_exceptions=True
    )
    [result] = await results
    assert len(calls) == expected
    assert result == ("answer" if expected == 6 else error)


async def test_what_telegram_finds_too_large_is_not_sent_again(quick):
    call, calls = failing(NetworkError("Request Entity Too Large"))
    with pytest.raises(BadRequest):
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
