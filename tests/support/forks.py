"""The bot's process, sooner: forked off one that has loaded its modules. `make torture` starts it as operators do."""

import asyncio
import multiprocessing
import os
import runpy
import sys
from pathlib import Path

from bot import app

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.preload"])


class Forked:
    """What `asyncio.create_subprocess_exec` gives, of `python -m MODULE ARGUMENTS`.

    Unless the bot `introduces` itself, it does not tell Telegram its commands and descriptions at its start: 48 calls,
    a third of what a start costs.
    """

    def __init__(self, command: list[str], env: dict[str, str], cwd: Path, log: Path, introduces: bool = True) -> None:
        self._process = FORKS.Process(target=_run, args=(command, env, cwd, log, introduces), daemon=True)
        self._process.start()
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


def _run(command: list[str], env: dict[str, str], cwd: Path, log: Path, introduces: bool) -> None:
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
    runpy.run_module(module, run_name="__main__", alter_sys=True)


async def _say_nothing(bot: object) -> None:
    """In place of the introduction."""
