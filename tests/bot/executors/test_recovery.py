"""When a painter whose task was cancelled is kept, by what it says of itself. In virtual time."""

import asyncio
from types import SimpleNamespace

import pytest

from bot.executors.base import Warming, WorkerDied
from bot.executors.local import CANCEL_CPU_SECONDS, CANCEL_SECONDS, SILENT_SECONDS, STUCK_SECONDS, WorkerProcess
from bot.executors.protocol import HEARTBEAT_SECONDS, Cancel, Heartbeat, PaintTask, Ready, Warm, WarmUp, pack, unpack
from styler.settings import Settings
from tests.support.virtual_time import in_virtual_time, now

TASK = PaintTask(0, b"photo", [b"style"], Settings())


class Painter:
    """What a painter says, two seconds apart; what it is told is kept."""

    def __init__(self) -> None:
        self.told = []
        self.stdout = asyncio.StreamReader()
        self.stdin = SimpleNamespace(write=self.write, drain=self.drain, is_closing=lambda: False)
        self.returncode = None
        self.worker = WorkerProcess(self, WarmUp(Settings()))

    def write(self, body: bytes) -> None:
        self.told.append(unpack(body[4:]))

    async def drain(self) -> None:
        pass

    def says(self, *messages) -> None:
        for message in messages:
            self.stdout.feed_data(pack(message))

    async def recovers(self, *messages) -> bool:
        """Whether it is kept that says this from now on, a message with each beat of its heart."""
        self.will_say(*messages)
        return await self.worker.recover()

    def will_say(self, *messages) -> None:
        for beat, message in enumerate(messages, 1):
            asyncio.get_running_loop().call_later(beat * HEARTBEAT_SECONDS, self.says, message)

    async def takes_a_task(self) -> list[Warming]:
        return [warming async for warming in self.worker.submit(TASK)]


async def at_work() -> Painter:
    painter = Painter()
    painter.says(*[Heartbeat()] * 3, Warm(""), Ready())
    assert await painter.takes_a_task() == [], "it was warm before"
    return painter


@in_virtual_time
async def test_a_painter_that_gets_little_of_a_busy_machine_is_kept_until_its_step_ends():
    painter = await at_work()
    beats = [Heartbeat(cpu=100 + 0.3 * beat) for beat in range(10)]
    assert await painter.recovers(*beats, Ready())
    assert painter.told[-1] == Cancel(1)
    assert now() == pytest.approx(11 * HEARTBEAT_SECONDS)
    assert await painter.takes_a_task() == []
    assert painter.told[-1].number == 2


@in_virtual_time
async def test_a_painter_that_computes_on_for_longer_than_a_fresh_one_needs_is_replaced():
    painter = await at_work()
    assert not await painter.recovers(Heartbeat(cpu=100), Heartbeat(cpu=100.1 + CANCEL_CPU_SECONDS))
    assert now() == pytest.approx(2 * HEARTBEAT_SECONDS)


@in_virtual_time
async def test_a_painter_that_computes_nothing_is_not_waited_for_for_ever():
    painter = await at_work()
    assert not await painter.recovers(*[Heartbeat(cpu=100)] * 100)
    assert now() == pytest.approx(CANCEL_SECONDS)


@in_virtual_time
async def test_a_painter_that_has_been_silent_for_long_is_not_waited_for_again():
    painter = await at_work()
    with pytest.raises(WorkerDied, match="hangs"):
        async for _ in painter.worker.events():
            pass
    assert not await painter.worker.recover()
    assert now() == pytest.approx(SILENT_SECONDS)


@in_virtual_time
async def test_a_painter_that_still_gets_warm_is_kept_as_a_fresh_one_would_have_to_get_warm_too():
    painter = Painter()
    assert await painter.recovers(*[Heartbeat(cpu=10.0 * beat) for beat in range(40)], Warm(""), Ready())
    assert painter.told == []


@in_virtual_time
async def test_of_a_painter_that_still_gets_warm_it_is_told_once():
    painter = Painter()
    painter.will_say(*[Heartbeat()] * 40, Warm(""), Ready())
    assert await painter.takes_a_task() == [Warming()]
    assert now() == pytest.approx(42 * HEARTBEAT_SECONDS)
    assert painter.told[-1].number == 1


@in_virtual_time
async def test_a_painter_that_gets_warm_for_ever_is_given_up():
    painter = Painter()
    painter.will_say(*[Heartbeat()] * 1000)
    with pytest.raises(WorkerDied, match="hangs"):
        await painter.takes_a_task()
    assert now() == pytest.approx(STUCK_SECONDS, abs=2 * HEARTBEAT_SECONDS)
