"""The real bot as a child process that talks to the stand-in: started, restarted when it dies, stopped in time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

log = logging.getLogger(__name__)

STOP_WITHIN = 3.5  # seconds between SIGTERM and SIGKILL
LIVED = 5.0  # a bot that ran for so long did not fail at its start
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 8.0
# Beside each bot: its input ends when this process is gone, however it ended.
END_WITH_US = ("/bin/sh", "-c", 'read _; kill "$0"')
MISCONFIGURED = 2  # an exit status that no restart would cure


class BotProcess:
    """`run` owns the process; the others only tell it what to do. `changed` is called at each start and each end."""

    def __init__(self, command: Sequence[str] = (), changed: Callable[[], None] = lambda: None) -> None:
        self.command = command
        self.data: Path | None = None  # the folder with its database, if known
        self.changed = changed
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._stop = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def run(self) -> int:
        """Keep the bot running until `stop`. Returns the status with which it ended for good."""
        pause, status = FIRST_PAUSE, 0
        while not self._stop.is_set():
            began = time.monotonic()
            status = await self._run_once()
            if status == MISCONFIGURED:
                break
            if not self._stop.is_set():
                pause = FIRST_PAUSE if time.monotonic() - began > LIVED else min(2 * pause, LONGEST_PAUSE)
                log.warning("The bot ended with status %s; it starts again in %.1f s.", status, pause)
                await self._stopped_within(pause)
        return status

    def stop(self) -> None:
        """SIGTERM, and SIGKILL for a bot that does not listen; then `run` returns."""
        self._stop.set()

    def kill(self) -> None:
        """Pull the plug: SIGKILL, no good-bye. `run` starts it again."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _run_once(self) -> int:
        # In this process's group, so that a terminal's Ctrl-C and a group's kill reach it too.
        process = self._process = await asyncio.create_subprocess_exec(*self.command)
        watch = await asyncio.create_subprocess_exec(*END_WITH_US, str(process.pid), stdin=asyncio.subprocess.PIPE)
        self.starts += 1
        self.changed()
        ending = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait([ending, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ending.done():
            process.terminate()
            await asyncio.wait([ending], timeout=STOP_WITHIN)
            self.kill()
        status = await ending
        with contextlib.suppress(ProcessLookupError):
            watch.kill()
        await watch.wait()
        self.changed()
        return status

    async def _stopped_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return
