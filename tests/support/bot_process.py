"""The real bot as a process that talks to the stand-in for Telegram."""

import asyncio
import contextlib
import itertools
import os
import signal
import socket
from pathlib import Path

from bot.demo.api.server import Server
from tests.support.forks import Forked
from tests.support.hang import HANG_SECONDS
from tests.support.project import ROOT

# For painters: several threads, on cores that other tests want, mostly wait for each other.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


class BotUnderTest:
    """The bot's process: started, killed, stopped, started again with the same data."""

    introduces = False  # itself to Telegram at its start

    def __init__(self, server: Server, folder: Path, way: str = "polling") -> None:
        self.server = server
        self.data = folder / "data"
        self.log = folder / "bot.log"
        self.command = ["-m", "tests.support.quick_bot", "1", "0.05"]
        self.env: dict[str, str] = {}
        if way == "webhook":
            address = f"127.0.0.1:{free_port()}"
            self.env = {"WEBHOOK_URL": f"http://{address}/from-telegram", "WEBHOOK_LISTEN": address}
        self.process: Forked | asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        env = {
            "PATH": os.environ["PATH"],
            "TELEGRAM_BOT_TOKEN": self.server.token,
            "TELEGRAM_API_URL": self.server.url,
            "DATA_DIR": str(self.data),
            "LOG_LEVEL": "DEBUG",
            "PREVIEWS": "off",  # one more edit of each gallery; test_sheets.py has them
            **ONE_THREAD,
            **self.env,
        }
        self.process = await self.launch(env)

    async def launch(self, env: dict[str, str]) -> Forked:
        return Forked(self.command, env, ROOT, self.log, self.introduces)

    async def kill(self) -> None:
        """The plug is pulled."""
        self.process.kill()
        await self.process.wait()

    async def stop(self, signals: int = 1) -> int:
        """SIGTERM, perhaps more than once; the exit status. On an idle machine it takes five seconds at most."""
        async with asyncio.timeout(HANG_SECONDS):
            for _ in range(signals):
                self.process.send_signal(signal.SIGTERM)
            return await self.process.wait()

    async def end(self) -> None:
        """After a test."""
        if self.process and self.process.returncode is None:
            await self.kill()
        self.check_log()

    def check_log(self) -> None:
        """It holds neither faults nor secrets."""
        log = self.log.read_text() if self.log.exists() else ""
        assert "Traceback" not in log, log
        assert self.server.token.partition(":")[2] not in log


# Below those that the kernel gives to connections, and elsewhere for each process that runs tests: what is free now is
# still free when a bot takes it, and after its restart.
PORTS = itertools.count(20_000 + 97 * os.getpid() % 10_000)


def free_port() -> int:
    for port in PORTS:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            break
    return port
