"""The stand-in has the official server's own limits: rule 9."""

import asyncio

import pytest

from bot.demo.telegram.errors import ApiError
from bot.demo.telegram.server_limits import ServerLimits

# 9: the server's own limits


async def upload(limits, size, *, local=False):
    async with limits.call("sendphoto", size, local=local):
        return


async def test_uploads_of_the_same_size_wait_for_one_another(clock):
    limits = ServerLimits(clock)
    for size in (100_000, 770_001, 770_002, 770_003):
        await upload(limits, size)
    assert clock.slept == [-1.0] * 3, "other sizes, and small ones, do not"
    began = clock.now
    for _ in range(20):
        await upload(limits, 770_001)
    assert clock.now - began == pytest.approx(20 * 0.2 - 1.0)
    await upload(limits, 770_001, local=True)


async def test_an_upload_that_would_wait_is_refused(clock):
    limits = ServerLimits(clock)

    async def no_sleep(seconds):
        clock.slept.append(seconds)

    clock.sleep = no_sleep
    with pytest.raises(ApiError) as error:
        await asyncio.gather(*(upload(limits, 770_001) for _ in range(40)))
    assert max(clock.slept) == pytest.approx(5.0, abs=0.3)
    assert error.value.parameters == {"retry_after": 60}
    assert clock.slept[-1] == 3.0


async def test_310_unsent_messages_of_a_chat_are_all(clock, ann):
    limits = ServerLimits(clock)
    async with limits.sending(ann.chat, 310):
        with pytest.raises(ApiError) as error:
            async with limits.sending(ann.chat):
                pass
    assert (error.value.code, error.value.parameters, clock.slept) == (429, {"retry_after": 60}, [3.0])
    async with limits.sending(ann.chat):
        assert ann.chat.unsent == 1


async def test_a_thousand_calls_under_way_are_all(clock):
    limits, end = ServerLimits(clock), asyncio.Event()

    async def slow():
        async with limits.call("sendmessage", 0, local=False):
            await end.wait()

    calls = [asyncio.create_task(slow()) for _ in range(1001)]
    await asyncio.sleep(0)
    await upload(limits, 0)  # in its first minute the server is patient
    clock.now += 61
    with pytest.raises(ApiError, match="Too Many Requests"):
        await upload(limits, 0)
    async with limits.call("getme", 0, local=False):
        """Some methods are free."""
    limits.count_update()
    await upload(limits, 0)  # one more for each update of the last minute
    end.set()
    await asyncio.gather(*calls)
