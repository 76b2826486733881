"""The stand-in for Telegram, and the real bot as a process that talks to it."""

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import socket
from pathlib import Path

import pytest

from bot.demo.api.server import Server
from bot.i18n import languages
from tests.support.forks import Forked

ROOT = Path(__file__).parent.parent

# Before torch is loaded: where processes share the cores, threads that spin while they wait cost 5 to 20 times.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))
# Before telegram is loaded, which else warns of a change to come whenever it makes a RetryAfter.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# In the background, a shell has its commands ignore Ctrl-C, and so would what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


class BotUnderTest:
    """The bot's process: started, killed, stopped, started again with the same data."""

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
            **self.env,
        }
        self.process = await self.launch(env)

    async def launch(self, env: dict[str, str]) -> Forked:
        return Forked(self.command, env, ROOT, self.log)

    async def kill(self) -> None:
        """The plug is pulled."""
        self.process.kill()
        await self.process.wait()

    async def stop(self, signals: int = 1) -> int:
        """SIGTERM, perhaps more than once; the exit status. Must take less than five seconds."""
        async with asyncio.timeout(5):
            for _ in range(signals):
                self.process.send_signal(signal.SIGTERM)
            return await self.process.wait()

    async def end(self) -> None:
        """After a test: stop it, and see that it logged neither faults nor secrets."""
        if self.process and self.process.returncode is None:
            await self.kill()
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


async def until_logged(caplog, words):
    """A line with these words is written, by whatever thread."""
    loop, written, handler = asyncio.get_running_loop(), asyncio.Event(), logging.Handler()
    handler.emit = lambda _: loop.call_soon_threadsafe(written.set)
    logging.getLogger().addHandler(handler)  # behind that of caplog, which has the line then
    try:
        async with asyncio.timeout(20):
            while words not in caplog.text:
                written.clear()
                await written.wait()
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.fixture
async def server():
    async with Server() as server:
        yield server


@pytest.fixture
def world(server):
    return server.world


@pytest.fixture
def ann(world):
    return world.person("Ann")


@pytest.fixture
def bob(world):
    return world.person("Bob")


@pytest.fixture
def spoken(language):
    """The `language` of a test's parameters, which the test then speaks as the bot does."""
    languages.activate(language)
    yield language
    languages.activate(languages.DEFAULT)


@pytest.fixture
def anna(world, spoken):
    """Somebody whose Telegram speaks it."""
    return world.person("Anna", spoken)


@pytest.fixture
async def here(server, ann):
    """The stand-in with the real client at it, and Ann."""
    from tests.support.demo import Standin, client  # which load telegram

    async with client(server) as bot:
        yield Standin(server, bot, ann)


@pytest.fixture
def way():
    """How the bot gets its updates; test_bot.py has both ways."""
    return "polling"


@pytest.fixture
async def bot_process(server, tmp_path, way):
    """The bot, not started yet, so that a test can choose how."""
    bot = BotUnderTest(server, tmp_path, way)
    yield bot
    await bot.end()


@pytest.fixture
async def bot(bot_process):
    """The bot, running with a painter that takes 50 ms for a picture."""
    await bot_process.start()
    return bot_process
