"""Painting on this machine: one child process a slot, each with its model warm.

A worker that dies, hangs or breaks is replaced by a fresh one; the painting it had is lost and may be tried again.
(concurrent.futures.ProcessPoolExecutor will not do: one killed worker fails every queued future.)
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

from bot import metrics
from bot.executors.base import Warming, WorkerDied
from bot.executors.protocol import Cancel, Failed, Heartbeat, PaintTask, Ready, SheetTask, Warm, WarmUp, pack, read
from styler.events import Event, Result
from styler.gallery import Painting
from styler.settings import Settings

SILENT_SECONDS = 20.0  # without a heartbeat: the worker is stopped or its machine starves
PROMPT_SECONDS = 1.0  # in which a warm worker takes a task
STUCK_SECONDS = 900.0  # alive, but without an event
# For the step in work to end; after that a fresh worker is quicker. Seconds of computing, as a fresh one needs them to
# start: where others want the processors, both take longer.
CANCEL_CPU_SECONDS = 5.0
CANCEL_SECONDS = 60.0  # the same by the clock, for one that waits for something and computes nothing

log = logging.getLogger(__name__)


class WorkerProcess:
    """One painting process, seen from the bot."""

    def __init__(self, process: asyncio.subprocess.Process, place: WarmUp) -> None:
        self._process = process
        self.place = place
        self._numbers = itertools.count(1)
        self._task_number = 0
        self._ready = False
        self._lost = False  # by its own account, or its silence, it is of no more use

    @classmethod
    async def start(cls, place: WarmUp) -> WorkerProcess:
        """Start a process, which waits to be told to warm up."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.executors.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return cls(process, place)

    async def warm_up(self) -> None:
        """Tell it to load what it needs, without waiting for that. Whether it has died by now, the next task shows."""
        with contextlib.suppress(WorkerDied):
            await self._send(self.place)

    @property
    def alive(self) -> bool:
        """It has not exited."""
        return self._process.returncode is None

    async def submit(self, task: PaintTask | SheetTask) -> AsyncGenerator[Warming, None]:
        """Send it a task, as soon as it is warm; if that takes long, it is told. The task gets a number of its own."""
        if not self.alive:
            raise WorkerDied(f"the painter died (exit status {self._process.returncode})")
        told, clock = False, asyncio.get_running_loop().time
        began = clock()
        async for _ in self._heartbeats_until_ready():
            if not told and clock() > began + PROMPT_SECONDS:
                told = True
                yield Warming()
        self._task_number = next(self._numbers)
        self._ready = False
        await self._send(replace(task, number=self._task_number))

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events of the task; raises what it ended in."""
        while True:
            match await self._receive():
                case Failed(error=error):
                    raise WorkerDied(str(error)) if self._lost else error
                case Ready():
                    raise WorkerDied("the painter stopped without a result")
                case Result() as result:
                    yield result
                    return
                case event:
                    yield event

    async def recover(self) -> bool:
        """Bring the process back to waiting for a task. False if it has to be replaced."""
        if self._lost or not self.alive:
            return False
        try:
            if self._task_number == 0:  # it still gets warm, as a fresh one would have to
                async for _ in self._heartbeats_until_ready():
                    pass
            else:
                async with asyncio.timeout(CANCEL_SECONDS):
                    await self._send(Cancel(self._task_number))
                    await self._end_step()
        except (WorkerDied, TimeoutError):
            return False
        return True

    async def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _end_step(self) -> None:
        """Wait until it can be given a task, no longer than it computes for some seconds."""
        began = None
        async for heartbeat in self._heartbeats_until_ready():
            began = heartbeat.cpu if began is None else began
            if heartbeat.cpu > began + CANCEL_CPU_SECONDS:
                raise WorkerDied("the painter does not end its step")

    async def _heartbeats_until_ready(self) -> AsyncGenerator[Heartbeat, None]:
        """What it says until it can be given a task."""
        clock = asyncio.get_running_loop().time
        stuck_at = clock() + STUCK_SECONDS
        while not self._ready:
            message = await self._receive(heartbeats=True)
            if self._lost:
                raise WorkerDied("the painter could not get ready")
            if isinstance(message, Heartbeat):
                if clock() > stuck_at:
                    raise WorkerDied("the painter hangs")
                yield message
            if isinstance(message, Warm):
                log.info("a painter is warm; convolutions: %s", message.arithmetic)
            self._ready = isinstance(message, Ready)

    async def _send(self, message: Any) -> None:
        assert self._process.stdin  # noqa: S101 (for mypy: it was asked for)
        try:
            async with asyncio.timeout(SILENT_SECONDS):  # one that is stopped does not empty its pipe
                self._process.stdin.write(pack(message))
                await self._process.stdin.drain()
            if self._process.stdin.is_closing():  # a pipe that broke just now: `drain` is told a moment later
                raise BrokenPipeError
        except TimeoutError:
            raise WorkerDied("the painter hangs") from None
        except (BrokenPipeError, ConnectionResetError):
            raise WorkerDied("the painter died") from None

    async def _receive(self, *, heartbeats: bool = False) -> Any:
        """The next message; one that is a heartbeat only if it is asked for."""
        assert self._process.stdout  # noqa: S101
        try:
            async with asyncio.timeout(STUCK_SECONDS):
                while True:
                    async with asyncio.timeout(SILENT_SECONDS):
                        message = await read(self._process.stdout)
                    if heartbeats or not isinstance(message, Heartbeat):
                        self._lost = isinstance(message, Failed) and message.lost
                        return message
        except TimeoutError:
            self._lost = True
            raise WorkerDied("the painter hangs") from None
        except asyncio.IncompleteReadError:
            raise WorkerDied(f"the painter died (exit status {await self._process.wait()})") from None


class LocalExecutor:
    """One child process a slot, in turn on each of the GPUs. Implements `bot.executors.base.Executor`."""

    def __init__(self, slots: int, settings: Settings, gpus: int = 0) -> None:
        self.slots = slots
        self.on_gpus = gpus > 0 or settings.device.startswith("cuda")
        self._settings = settings
        self._gpus = gpus
        self._idle: asyncio.Queue[WorkerProcess] = asyncio.Queue()
        self._workers: set[WorkerProcess] = set()
        self._recovering: set[asyncio.Task[None]] = set()
        self._sheets: set[asyncio.Task[bytes | None]] = set()  # given up for paintings
        self._closed = False

    async def start(self) -> None:
        for slot in range(self.slots):
            gpu = slot % self._gpus if self._gpus else None
            self._idle.put_nowait(await self._new_worker(WarmUp(self._settings, gpu, sharing=self.slots)))

    async def paint(
        self, content: bytes, styles: Sequence[bytes], settings: Settings, checkpoint: bytes = b""
    ) -> AsyncGenerator[Event | Warming, None]:
        if self._idle.empty() and self._sheets:
            self._sheets.pop().cancel()
        worker = await self._idle.get()
        async with contextlib.aclosing(
            self._events(worker, PaintTask(0, content, styles, settings, checkpoint))
        ) as events:
            async for event in events:
                yield event

    async def paint_sheet(
        self, content: bytes, paintings: Sequence[Painting], labels: Sequence[str], settings: Settings
    ) -> bytes | None:
        task = asyncio.create_task(self._sheet(SheetTask(0, content, paintings, labels, settings)))
        self._sheets.add(task)
        task.add_done_callback(self._sheets.discard)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        return None if task.cancelled() else task.result()

    async def _sheet(self, task: SheetTask) -> bytes | None:
        if self._idle.empty():
            return None
        # Taken here, and not by the caller: a task that is cancelled before it starts has no worker to give back.
        worker = self._idle.get_nowait()
        async with contextlib.aclosing(self._events(worker, task)) as events:
            async for event in events:
                if isinstance(event, Result):
                    return event.image
        raise WorkerDied("the painter stopped without a result")

    async def _events(
        self, worker: WorkerProcess, task: PaintTask | SheetTask
    ) -> AsyncGenerator[Event | Warming, None]:
        """What comes of a task; the worker, or one in its place, is idle again afterwards."""
        try:
            try:
                async for warming in worker.submit(task):
                    yield warming
            except WorkerDied:
                # It died while it was idle, which is no fault of this painting's.
                worker = await self._replace(worker)
                async for warming in worker.submit(task):
                    yield warming
            async with contextlib.aclosing(worker.events()) as events:
                async for event in events:
                    yield event
        finally:
            # Not awaited: closing this generator need not take as long as the worker's last step.
            self._begin_recovery(worker)

    @property
    def idle(self) -> int:
        """How many painters wait for a task."""
        return self._idle.qsize()

    @property
    def places(self) -> list[WarmUp]:
        """What each worker was told at its start: its GPU, and how many share the machine."""
        return [worker.place for worker in self._workers]

    async def alive(self) -> bool:
        """One that is being replaced is as good as alive. One that died while it was idle is replaced from now on, as
        the next painting may be far: by the next question, it shows whether its successor lives.
        """
        well = any(worker.alive for worker in self._workers) or bool(self._recovering)
        for worker in [self._idle.get_nowait() for _ in range(self._idle.qsize())]:
            if worker.alive:
                self._idle.put_nowait(worker)
            else:
                self._begin_recovery(worker)
        return well

    async def aclose(self) -> None:
        self._closed = True
        for task in self._recovering:
            task.cancel()
        await asyncio.gather(*self._recovering, return_exceptions=True)
        await asyncio.gather(*(worker.kill() for worker in self._workers))
        self._workers.clear()

    def _begin_recovery(self, worker: WorkerProcess) -> None:
        recovery = asyncio.create_task(self._recover(worker))
        self._recovering.add(recovery)
        recovery.add_done_callback(self._recovering.discard)

    async def _recover(self, worker: WorkerProcess) -> None:
        try:
            if not (self._closed or await worker.recover()):
                worker = await self._replace(worker)
        finally:
            # Even a dead one: the slot must not get lost, and the next painting replaces it.
            self._idle.put_nowait(worker)

    async def _replace(self, worker: WorkerProcess) -> WorkerProcess:
        log.warning("replacing a painter")
        metrics.RESTARTS.inc()
        await worker.kill()
        self._workers.discard(worker)
        return await self._new_worker(worker.place)

    async def _new_worker(self, place: WarmUp) -> WorkerProcess:
        worker = await WorkerProcess.start(place)
        self._workers.add(worker)
        await worker.warm_up()
        return worker
