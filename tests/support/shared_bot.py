"""One bot for the tests of a file that only talk to it: to start one takes as long as most conversations.

Each test gets it as if it were new: idle, with an empty database and log, and with people whom it has never met. A bot
that a test has ended, started again or left busy is ended, and the next test gets another.

A file or a folder of tests shares its bot if it takes the fixtures `server` and `bot` from here.
"""

import asyncio
import contextlib
from collections.abc import Callable

import pytest

from bot.demo.api.server import Server
from tests.support.bot_process import BotUnderTest
from tests.support.chat import rows
from tests.support.sqlite import open_beside

IDLE_SECONDS = 1.0  # for what a test did not wait for
BUSY = """
    SELECT count(*) FROM (SELECT 1 FROM updates WHERE body IS NOT NULL
    UNION ALL SELECT 1 FROM jobs WHERE status IN ('QUEUED', 'RUNNING'))
"""
# Not SQLite's own: the numbers of jobs go on, as the bot may expect.
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


class SharedBot:
    """At most one at a time, with the stand-in for Telegram to which it talks."""

    def __init__(self, folders: pytest.TempPathFactory, way: str, prepare: Callable[[BotUnderTest], None]) -> None:
        self._folders = folders
        self._way = way
        self._prepare = prepare
        self.server: Server | None = None

    async def begin(self) -> Server:
        if self.server is None:
            self.server = Server()
            await self.server.start()
            self.bot = BotUnderTest(self.server, self._folders.mktemp("bot"), self._way)
            self._prepare(self.bot)
            await self.bot.start()
            self._first = self.bot.process
        return self.server

    async def leave(self) -> None:
        """After each test."""
        if await self._idle():
            self.bot.check_log()
            self._forget()
        else:
            await self.end()

    async def _idle(self) -> bool:
        if self.bot.process is not self._first or self.server.faults.on or self.server.offline:
            return False
        updates = self.server.world.updates
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await updates.changed.until(lambda: not updates.pending, IDLE_SECONDS)
                return await self.bot.process.until(lambda: rows(self.bot, BUSY) == [(0,)])
        return False

    def _forget(self) -> None:
        with open_beside(self.bot.data) as database:
            for [name] in database.execute(TABLES).fetchall():
                database.execute(f"DELETE FROM {name}")  # noqa: S608
        self.bot.log.write_text("")

    async def end(self) -> None:
        if self.server is not None:
            server, self.server = self.server, None
            await self.bot.end()
            await server.stop()


@pytest.fixture
async def server(request, shared_bot):
    """That of the bot, in a test that has `bot`."""
    if "bot" in request.fixturenames:
        yield await shared_bot.begin()
        await shared_bot.leave()
    else:
        async with Server() as server:
            yield server


@pytest.fixture
async def bot(server, shared_bot):
    """The bot, running with a painter that takes 50 ms for a picture."""
    return shared_bot.bot
