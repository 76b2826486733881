"""One browser for all tests here; the demo as `make run` starts it, with the command that the module names `BOT`; and a
chat whose bot is the test.
"""

import asyncio
from types import SimpleNamespace

import pytest_asyncio

from bot.demo.api.server import Server
from bot.demo.bot_process import BotProcess
from bot.demo.service import bot_command
from bot.demo.web.routes import PageRoutes
from tests.support.demo import client
from tests.support.page import chromium, opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
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


@pytest_asyncio.fixture(loop_scope="session")
async def here(browser):
    """Ann's chat in the browser, and the other ends: server, bot, process."""
    server = Server()
    process = BotProcess(("sleep", "60"), lambda: server.world.notify("bot", None))
    PageRoutes(server, process)
    async with server, client(server) as bot:
        running = asyncio.create_task(process.run())
        ann = server.world.person("Ann")
        async with opened(browser, server, ann) as phone:
            yield SimpleNamespace(
                browser=browser,
                server=server,
                world=server.world,
                bot=bot,
                ann=ann,
                id=ann.user.id,
                phone=phone,
                page=phone.page,
                process=process,
            )
        process.stop()
        await running
