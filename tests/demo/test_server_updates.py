"""The stand-in is as strict as the official server with updates: rules 6 and 8."""

import asyncio

import pytest

from bot.demo.telegram.errors import ApiError
from bot.demo.telegram.updates import Updates

# 6: updates that nobody fetches


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [("callback_query", 150), ("inline_query", 30), ("chosen_inline_result", 600), ("message", 86_400)],
)
async def test_updates_expire(clock, kind, seconds):
    updates = Updates(clock)
    updates.push(kind, {})
    updates.push("my_chat_member", {})
    clock.now += seconds - 1
    assert len(await updates.poll(0, 100, 0)) == 2
    clock.now += 2
    left = updates.pending
    assert kind not in left[0] if left else seconds == 86_400
    assert updates.expired == 2 - len(left)


# 8: getUpdates


async def test_of_two_pollers_that_wait_the_older_fails(clock):
    updates = Updates(clock)
    older = asyncio.create_task(updates.poll(1, 100, 50))
    await updates.changed.until(lambda: updates.polls, 5)
    newer = asyncio.create_task(updates.poll(2, 100, 50))
    with pytest.raises(ApiError, match="terminated by other getUpdates request"):
        await older
    updates.push("message", {})
    assert len(await newer) == 1
    assert [len(await updates.poll(offset, 100, 50)) for offset in (3, 4)] == [1, 1], "both are served"


async def test_further_conflicts_are_held_back(clock):
    updates = Updates(clock)
    updates.webhook_url = "http://somewhere"
    for held_back in ([], [3.0], [3.0]):
        with pytest.raises(ApiError, match="can't use getUpdates method while webhook is active"):
            await updates.poll(0, 100, 0)
        assert clock.slept == held_back
    clock.now += 0.1
    with pytest.raises(ApiError):
        await updates.poll(0, 100, 0)
    assert clock.slept == [3.0, 3.0], "that was more than three seconds ago"


async def test_a_hasty_poller_is_slowed_down(clock):
    updates = Updates(clock)
    began = asyncio.get_running_loop().time()
    assert await updates.poll(5, 100, 0) == []
    assert await updates.poll(5, 100, 0) == [], "the same offset again"
    waited = asyncio.get_running_loop().time() - began
    assert waited >= 3.0 / clock.speed
    for _ in range(3):
        updates.push("message", {})
    assert [len(await updates.poll(5, 100, 0)) for _ in range(2)] == [1, 1]
    clock.now += 0.6
    assert len(await updates.poll(5, 100, 0)) == 3


@pytest.mark.parametrize(("ahead", "left"), [(10, 0), (11, 2)])
async def test_an_offset_far_ahead_counts_as_none(clock, ahead, left):
    updates = Updates(clock)
    for _ in range(2):
        updates.push("message", {})
    assert len(await updates.poll(updates.next_id + ahead, 100, 0)) == left


async def test_names_of_updates_that_nobody_knows(here):
    await here.bot.get_updates(allowed_updates=["message", "unheard_of"], timeout=0)
    assert here.world.updates.allowed == ["message"]
    await here.bot.get_updates(offset=1, allowed_updates=["unheard_of"], timeout=0)
    assert here.world.updates.allowed == [], "the default"
