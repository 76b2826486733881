"""The bot's process, sooner: forked off one that has loaded its modules. `make torture` starts it as operators do."""

import asyncio
import contextlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot import app
from bot.demo.telegram.condition import Condition
from bot.storage.database import Database

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.preload"])


class Forked:
    """What `asyncio.create_subprocess_exec` gives, of `python -m MODULE ARGUMENTS`.

    Unless the bot `introduces` itself, it does not tell Telegram its commands and descriptions at its start: 48 calls,
    a third of what a start costs.
    """

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path, log: Path, introduces: bool = True) -> None:
        self._statements, statements = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=_run, args=(command, env, cwd, log, introduces, statements), daemon=True)
        self._process.start()
        statements.close()
        self._loop, self._changed, self._silent = asyncio.get_running_loop(), Condition(), False
        self._loop.add_reader(self._statements.fileno(), self._hear)
        self.pid = self._process.pid
        self.kill, self.terminate = self._process.kill, self._process.terminate

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return self.returncode

    def _hear(self) -> None:
        if not os.read(self._statements.fileno(), 2**16):  # it has ended
            self._loop.remove_reader(self._statements.fileno())
            self._silent = True
        self._changed.wake()

    async def until(self, holds: Callable[[], bool]) -> bool:
        """Whether this holds at last: it is asked now, after each statement on the bot's database, and at its end."""
        while not holds():
            if self._silent:
                return False
            await self._changed.wait()
        return True


def _run(
    command: list[str], env: dict[str, str], cwd: Path, log: Path, introduces: bool, statements: Connection
) -> None:
    """In the process."""
    with log.open("ab") as file:
        for output in (1, 2):
            os.dup2(file.fileno(), output)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    _, module, *arguments = command
    sys.argv = [module, *arguments]
    if not introduces:
        app.sync_profile = _say_nothing
    _tell_statements(statements)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _tell_statements(statements: Connection) -> None:
    """Write a byte after each statement on the database."""
    os.set_blocking(statements.fileno(), False)  # where nobody listens
    execute = Database.execute

    async def told(database: Database, statement: str, **values: Any) -> list[dict[str, Any]]:
        try:
            return await execute(database, statement, **values)
        finally:
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                os.write(statements.fileno(), b".")

    Database.execute = told


async def _say_nothing(bot: object) -> None:
    """In place of the introduction."""
