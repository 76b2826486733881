"""Two who edit one message: whoever shows a new job its position, and who keeps all positions up to date."""

import asyncio
import contextlib
import dataclasses
from types import SimpleNamespace

import pytest

from bot.jobs.position_display import PositionDisplay
from bot.jobs.positions import QueuePosition
from bot.jobs.signals import JobSignals
from bot.storage.models import Job, JobStatus
from bot.storage.styles import Blend

JOB = Job(7, 1, 1, 1, "file", Blend.parse("poppies"), {}, 1, JobStatus.QUEUED, 0, 0, 0.0, None, None, None, False)


class Line:
    """Positions that change between any two looks at them, and one message, whose edits can be held up."""

    def __init__(self):
        self.looks, self.edits, self.job = 0, [], JOB
        self.changed, self.arrives, self.answers = asyncio.Condition(), asyncio.Event(), asyncio.Event()
        self.arrives.set()
        self.signals = JobSignals()
        views = SimpleNamespace(of=lambda job: self)
        users = SimpleNamespace(get=self.user)
        captions = SimpleNamespace(queued=lambda job, position, seconds: f"Place {position}")
        self.display = PositionDisplay(SimpleNamespace(users=users), captions, self, views, self.signals)

    async def user(self, number):
        return SimpleNamespace(language="en")

    async def position_of(self, job):
        return QueuePosition(job, 100, None)

    async def all(self):
        found = [QueuePosition(self.job, 99 - self.looks, None)] if self.arrives.is_set() else []
        await self.note("a look")
        await self.arrives.wait()
        return found

    async def post(self, jobs, caption):
        return [1]

    async def show_position(self, job, caption, *_):
        self.edits.append(caption)
        await self.note("an edit")
        await self.answers.wait()

    async def note(self, what):
        async with self.changed:
            self.looks += what == "a look"
            self.changed.notify_all()

    async def looked(self, times):
        """That many times more."""
        for _ in range(times):
            self.signals.positions.set()
            await self.until(lambda before=self.looks: self.looks > before)

    async def until(self, true):
        async with self.changed:
            await self.changed.wait_for(true)


@contextlib.asynccontextmanager
async def up_to_date(line):
    """While the positions are kept so."""
    running = asyncio.create_task(line.display.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


@pytest.mark.parametrize("pause", [0.0, 1000.0])
async def test_an_edit_on_its_way_is_not_overtaken(monkeypatch, pause):
    monkeypatch.setattr("bot.jobs.position_display.edit_seconds", lambda chat_id: pause)
    line = Line()
    showing = asyncio.create_task(line.display.show(JOB))
    await line.until(lambda: line.edits)
    async with up_to_date(line):
        await line.looked(3)
        assert line.edits == ["Place 100"], "though the pause may be over"
        line.answers.set()
        await showing
        await line.looked(3)
        assert (len(line.edits) > 1) == (pause == 0), "the pause begins when the edit is made"


async def test_who_joins_while_the_line_is_read_is_not_edited_at_once(monkeypatch):
    monkeypatch.setattr("bot.jobs.position_display.edit_seconds", lambda chat_id: 1000.0)
    line = Line()
    line.answers.set()
    line.arrives.clear()
    async with up_to_date(line):
        await line.until(lambda: line.looks)
        await line.display.show(JOB)
        line.arrives.set()
        await line.looked(3)
        assert line.edits == ["Place 100"]


async def test_a_message_just_sent_is_not_edited_at_once(monkeypatch):
    """Not even if the queue is read before it is recorded which message it is."""
    monkeypatch.setattr("bot.jobs.position_display.edit_seconds", lambda chat_id: 1000.0)
    line = Line()
    line.job = dataclasses.replace(JOB, message_id=None)
    await line.display.post([line.job])
    async with up_to_date(line):
        await line.looked(3)
        line.job = JOB
        await line.looked(3)
        assert line.edits == []
