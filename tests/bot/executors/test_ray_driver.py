"""How Ray's driver ends a task, whatever Ray says: against a Ray that is made up."""

import asyncio
import contextlib
from unittest.mock import Mock

import pytest

from bot.executors.protocol import Cancel, Connect, Connected, Failed, PaintTask, TaskEvent, Trouble, WarmUp
from styler.events import BadImage, PaintError, Progress, Result
from tests.support.executors import SMALL
from tests.support.needs import needed

needed("ray")

from ray.exceptions import RayError  # noqa: E402

from bot.executors import ray_driver  # noqa: E402
from bot.executors.ray_driver import Driver  # noqa: E402

RESULT = Result(b"", 1, 1, loss=1.0)
PROGRESS = Progress(1, 2, 1.0, 0.5, 1.0)


class MadeUpTask:
    """A task and its stream. It says `events`, then hangs; it ends when it is cancelled for the `ends_at`th time."""

    def __init__(self, *events, ends_at=1, how=None):
        self.events = list(events)
        self.ends_at, self.how = ends_at, how
        self.cancels = []
        self.ended = asyncio.get_running_loop().create_future()

    def remote(self, task):
        return self

    async def __anext__(self):
        if not self.events:
            await asyncio.Event().wait()
        return self._said(self.events.pop(0))

    async def _said(self, event):
        if isinstance(event, Exception):
            raise event
        return event

    def end(self):
        if self.how:
            self.ended.set_exception(self.how)
            self.ended.exception()  # as seen
        else:
            self.ended.set_result(None)

    def completed(self):
        return asyncio.shield(self.ended)

    # What the driver asks of Ray itself

    def wait(self, references, timeout):
        assert timeout == 0
        return (references, []) if self.ended.done() else ([], references)

    def cancel(self, stream, force=False):
        assert not self.ended.done(), "what has ended is not cancelled"
        self.cancels.append(force)
        if len(self.cancels) == self.ends_at:
            self.end()


@pytest.fixture
def driver(monkeypatch):
    """Without a pipe and a cluster. What it would have said is in `said`."""
    monkeypatch.setattr(ray_driver, "redirect_stdout", lambda: None)
    monkeypatch.setattr(ray_driver, "CANCEL_SECONDS", 0.01)
    monkeypatch.setattr(ray_driver, "ENDING_SECONDS", 0.02)
    driver = Driver(paint=None)
    driver.said, driver.spoke = [], asyncio.Event()

    def send(message):
        driver.said.append(message)
        driver.spoke.set()

    driver._send = send
    return driver


async def follow(driver, task, monkeypatch, meanwhile=None):
    """Until the task has ended."""
    monkeypatch.setattr(ray_driver, "ray", task)
    driver._task = task
    driver._take(PaintTask(1, b"", [b""], SMALL))
    following = driver._paintings[1]
    if meanwhile:
        await meanwhile()
    await asyncio.wait([following])
    await asyncio.gather(*driver._endings)
    assert task.ended.done()
    assert not driver._paintings
    return [event.message for event in driver.said if isinstance(event, TaskEvent)]


@pytest.mark.parametrize(
    ("has", "asked", "joined", "options"),
    [
        ({"CPU": 5.0}, {"cpus": 2}, Connected(2, on_gpus=False), {"num_cpus": 2}),
        ({"CPU": 1.0}, {"cpus": 2}, Connected(1, on_gpus=False), {"num_cpus": 2}),  # a node may come that has room
        ({"CPU": 5.0}, {"cpus": 2, "slots": 7}, Connected(7, on_gpus=False), {"num_cpus": 2}),
        ({"CPU": 9.0, "GPU": 2.0}, {"share": 0.5}, Connected(4, on_gpus=True), {"num_gpus": 0.5, "num_cpus": 1}),
        ({"CPU": 4.0, "GPU": 2.0}, {"device": "cpu"}, Connected(4, on_gpus=False), {"num_cpus": 1}),
    ],
)
def test_a_painting_takes_its_part_of_what_the_cluster_has(driver, monkeypatch, has, asked, joined, options):
    made_up = Mock(cluster_resources=lambda: has)
    for name in ("_knock", "ignore_termination_signals"):
        monkeypatch.setattr(ray_driver, name, lambda *_: None)
    monkeypatch.setattr(ray_driver, "ray", made_up)
    monkeypatch.chdir(ray_driver.CODE)
    assert (
        driver._join(Connect("anywhere", **{"device": "auto", "slots": None, "share": 1, "cpus": 1} | asked)) == joined
    )
    assert made_up.remote.call_args.kwargs.items() >= options.items()


async def until_said(driver, count):
    while len(driver.said) < count:
        driver.spoke.clear()
        await driver.spoke.wait()


async def test_what_ends_by_itself_is_not_cancelled(driver, monkeypatch):
    task = MadeUpTask(PROGRESS, RESULT)
    task.end()
    assert await follow(driver, task, monkeypatch) == [PROGRESS, RESULT]
    assert task.cancels == []


@pytest.mark.parametrize("how", [None, RayError("cancelled")])
@pytest.mark.parametrize("ends_at", [1, 2, 5])
async def test_a_cancel_is_gentle_first_and_then_forced_until_the_task_has_ended(driver, monkeypatch, ends_at, how):
    task = MadeUpTask(PROGRESS, ends_at=ends_at, how=how)

    async def cancel():
        await until_said(driver, 1)
        driver._take(Cancel(1))

    assert await follow(driver, task, monkeypatch, cancel) == [PROGRESS]
    assert task.cancels == [False, *[True] * (ends_at - 1)]


async def test_what_hangs_is_ended_and_a_cancel_meanwhile_does_not_stop_that(driver, monkeypatch):
    monkeypatch.setattr(ray_driver, "STUCK_SECONDS", 0.01)
    task = MadeUpTask(PROGRESS, ends_at=5)

    async def cancel():
        await until_said(driver, 2)
        driver._take(Cancel(1))

    _, failed = await follow(driver, task, monkeypatch, cancel)
    assert (str(failed.error), failed.lost) == ("the painter hangs", True)
    assert task.cancels == [False, True, True, True, True]


@pytest.mark.parametrize("error", [RayError("an event is lost"), RuntimeError("that nobody foresaw")])
async def test_what_still_runs_though_an_event_of_it_is_lost_is_ended(driver, monkeypatch, error):
    task = MadeUpTask(PROGRESS, error, ends_at=2)
    _, failed = await follow(driver, task, monkeypatch)
    assert failed.lost
    assert str(error) in str(failed.error)
    assert task.cancels == [False, True]


@pytest.mark.parametrize("last", [RESULT, Failed(BadImage("damaged", "", "content"))])
async def test_what_does_not_end_after_its_last_word_is_ended(driver, monkeypatch, last):
    task = MadeUpTask(last, ends_at=2)
    assert await follow(driver, task, monkeypatch) == [last]
    assert task.cancels == [False, True]


async def test_the_log_tells_of_what_does_not_end_and_of_what_does_not_begin(driver, monkeypatch):
    monkeypatch.setattr(ray_driver, "WAITING_SECONDS", 0.01)
    task = MadeUpTask(ends_at=ray_driver.TIMES_UNTIL_TOLD + 2)

    async def wait():
        await until_said(driver, 2)
        driver._take(Cancel(1))

    assert await follow(driver, task, monkeypatch, wait) == []
    assert all(isinstance(message, Trouble) for message in driver.said)
    *waits, kept = [message.what for message in driver.said]
    assert all("for room in the Ray cluster" in what for what in waits)
    assert "has not ended" in kept


@pytest.mark.parametrize("warms_up", [True, False])
@pytest.mark.parametrize("lost", [True, False])
def test_where_the_warm_up_fails_nothing_is_painted_and_a_worker_that_is_lost_ends(monkeypatch, warms_up, lost):
    failed = Failed(PaintError("no memory"), lost=lost)
    monkeypatch.setattr(ray_driver, "ray", Mock(get_gpu_ids=list))
    monkeypatch.setattr(ray_driver, "release_memory", Mock(side_effect=RuntimeError("a CUDA error")))
    monkeypatch.setattr(
        ray_driver,
        "messages",
        lambda work: iter([RESULT] if not isinstance(work, WarmUp) else [] if warms_up else [failed]),
    )
    said = []
    with pytest.raises(SystemExit) if lost and not warms_up else contextlib.nullcontext():
        said.extend(ray_driver.paint_here(PaintTask(1, b"", [b""], SMALL)))
    assert said == ([RESULT] if warms_up else [failed])
