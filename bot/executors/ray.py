"""Painting on a Ray cluster: each painting is a task that streams its events, on whichever node has room for it.

Ray places the work; the queue of jobs stays in SQLite. What joins the cluster, Ray's driver, is a child process
(`ray_driver.py`): Ray ends a driver that has lost its cluster, which must not end the bot. Then the paintings in work
are lost and tried again like those of a child that died, and wait with all others until there is a cluster again.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import itertools
import logging
import sys
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from bot import logs
from bot.executors.base import WorkerDied
from bot.executors.protocol import (
    Cancel,
    Connect,
    Connected,
    ConnectFailed,
    Failed,
    Heartbeat,
    PaintTask,
    TaskEvent,
    Trouble,
    pack,
    read,
)
from styler.events import Event, PaintError, Result
from styler.gallery import Painting
from styler.settings import Settings

JOIN_SECONDS = 120.0  # at most
SILENT_SECONDS = 60.0  # without a sign of life; Ray itself waits as long for a cluster's head
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 30.0  # seconds between two tries to join
# Not `-m`: Ray would put the driver's folder, which has a ray.py, into its workers' path.
DRIVER = ("-c", "from bot.executors.ray_driver import main; main()")

log = logging.getLogger(__name__)


class RayExecutor:
    """As many tasks as there are slots. Implements `bot.executors.base.Executor`.

    Tasks for which there is no room wait in Ray, which makes an autoscaler add nodes.
    """

    def __init__(self, cluster: Connect, driver: Sequence[str] = DRIVER) -> None:
        self.slots = cluster.slots or 1
        self.on_gpus = False
        self._cluster = cluster
        self._command = driver
        self._numbers = itertools.count(1)
        self._paintings: dict[int, asyncio.Queue[Event | Failed]] = {}
        self._joined = asyncio.Event()
        self._able = False

    async def start(self) -> None:
        """Join the cluster. Raises `OSError` where there is none."""
        if importlib.util.find_spec("ray") is None:
            raise OSError("EXECUTOR=ray needs Ray: pip install -r requirements-ray.txt")
        joined = await self._join()
        self.slots, self.on_gpus = joined.slots, joined.on_gpus
        self._keeping = asyncio.create_task(self._keep_joined())

    async def paint(
        self, content: bytes, styles: Sequence[bytes], settings: Settings, checkpoint: bytes = b""
    ) -> AsyncGenerator[Event, None]:
        await self._joined.wait()
        number = next(self._numbers)
        said = self._paintings[number] = asyncio.Queue()
        ended = False
        try:
            self._send(PaintTask(number, content, styles, settings, checkpoint))
            while not ended:
                message = await said.get()
                ended = isinstance(message, Result | Failed)
                if isinstance(message, Failed):
                    raise WorkerDied(str(message.error)) if message.lost else message.error
                yield message
        finally:
            del self._paintings[number]
            if not ended:
                self._send(Cancel(number))

    async def paint_sheet(
        self, content: bytes, paintings: Sequence[Painting], labels: Sequence[str], settings: Settings
    ) -> bytes | None:
        """None: whether a cluster is idle is known to Ray alone, and a worker that starts takes longer than a sheet."""
        return None

    async def alive(self) -> bool:
        """Is there a node that could paint?"""
        return self._able

    async def aclose(self) -> None:
        self._keeping.cancel()
        await asyncio.wait([self._keeping])
        await self._end()

    async def _join(self) -> Connected:
        """Start a driver. Raises `OSError` with one line."""
        cluster = f"the Ray cluster at {self._cluster.address}"
        pipe = asyncio.subprocess.PIPE
        self._driver = await asyncio.create_subprocess_exec(sys.executable, *self._command, stdin=pipe, stdout=pipe)
        self._send(self._cluster)
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                answer = await self._receive()
        except TimeoutError:
            answer = ConnectFailed(f"{cluster} does not answer")
        except asyncio.IncompleteReadError:
            answer = ConnectFailed(f"{cluster}: its driver ended")
        except Exception as error:  # that nobody foresaw: the next driver may do better
            answer = ConnectFailed(f"{cluster}: its driver says what it should not: {error!r}")
        if not isinstance(answer, Connected):
            await self._end()
            raise OSError(answer.reason)
        self._joined.set()
        self._able = True
        return answer

    async def _keep_joined(self) -> None:
        """Hand out what the driver says. When it has ended, start another, as soon as there is a cluster."""
        while True:
            with logs.log_exceptions("what Ray's driver says cannot be handed out"):
                await self._hand_out()
            await self._lose()
            await self._join_again()
            log.info("joined a Ray cluster again")

    async def _join_again(self) -> None:
        pause = FIRST_PAUSE
        while not self._joined.is_set():
            try:
                await self._join()
            except OSError as error:
                log.warning("%s; trying again in %g s", error, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _hand_out(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, TimeoutError):
            while True:
                async with asyncio.timeout(SILENT_SECONDS):
                    message = await self._receive()
                if isinstance(message, Heartbeat):
                    self._able = message.able
                elif isinstance(message, Trouble):
                    log.warning("%s", message.what)
                elif isinstance(message, TaskEvent) and message.number in self._paintings:
                    self._paintings[message.number].put_nowait(message.message)

    async def _lose(self) -> None:
        """The driver has ended, or does not answer any more."""
        self._joined.clear()
        self._able = False
        await self._end()
        log.warning("the Ray cluster is lost (its driver's exit status is %s)", self._driver.returncode)
        for said in self._paintings.values():
            said.put_nowait(Failed(PaintError("the painter was lost: with its cluster"), lost=True))

    async def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._driver.kill()
        await self._driver.wait()

    def _send(self, message: Any) -> None:
        """To a driver that has ended, nothing is sent: `_lose` comes soon."""
        assert self._driver.stdin  # noqa: S101 (for mypy: it was asked for)
        self._driver.stdin.write(pack(message))

    async def _receive(self) -> Any:
        assert self._driver.stdout  # noqa: S101
        return await read(self._driver.stdout)
