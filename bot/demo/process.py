"""The real bot as a child process that talks to the stand-in: started, restarted when it dies, stopped in time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

STOP_WITHIN = 4.0  # seconds between SIGTERM and SIGKILL
LIVED = 5.0  # a bot that ran for so long did not fail at its start
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 8.0
MISCONFIGURED = 2  # an exit status that no restart would cure


class BotProcess:
    """`changed` is called at each start and each end."""

    def __init__(self, command: Sequence[str] = (), changed: Callable[[], None] = lambda: None) -> None:
        self.command = command
        self.changed = changed
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def run(self) -> int:
        """Keep the bot running. Returns the status with which it ended for good."""
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            status = await self._run_once()
            if self._stopping or status == MISCONFIGURED:
                return status
            pause = FIRST_PAUSE if time.monotonic() - began > LIVED else min(2 * pause, LONGEST_PAUSE)
            log.warning("The bot ended with status %s; it starts again in %.1f s.", status, pause)
            await asyncio.sleep(pause)

    async def _run_once(self) -> int:
        # In this process's group, so that a terminal's Ctrl-C and a group's kill reach it too.
        self._process = await asyncio.create_subprocess_exec(*self.command)
        self.starts += 1
        self.changed()
        try:
            return await self._process.wait()
        finally:
            self.changed()

    def kill(self) -> None:
        """Pull the plug: SIGKILL, no good-bye. `run` starts it again."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not listen."""
        self._stopping = True
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_WITHIN):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
