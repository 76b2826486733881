"""A browser for each module, and the demo as `make run` starts it, with the command that the module names `BOT`."""

import asyncio

import pytest_asyncio

from bot.demo.api.server import Server
from bot.demo.bot_process import BotProcess
from bot.demo.service import bot_command
from bot.demo.web.routes import PageRoutes
from tests.support.page import chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(request, tmp_path_factory):
    """The demo, but for the painter."""
    server = Server()
    process = BotProcess(changed=lambda: server.world.notify("bot", None))
    PageRoutes(server, process)
    async with server:
        process.command = bot_command(server, request.module.BOT, str(tmp_path_factory.mktemp("bot")))
        running = asyncio.create_task(process.run())
        yield server
        process.stop()
        await running
