"""What the tests of the stand-in share: the real client at it, its refusals, keyboards, and a clock."""

import asyncio
import re
from dataclasses import dataclass

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest
from telegram.request import HTTPXRequest

from bot.demo.api.server import Server
from bot.demo.telegram.person import Person
from bot.demo.telegram.world import World
from tests.support.fakes import photo


@dataclass
class Standin:
    server: Server
    bot: Bot
    ann: Person

    @property
    def world(self) -> World:
        return self.server.world

    async def update(self) -> Update:
        """The next update, which is then confirmed."""
        (update,) = await self.bot.get_updates(limit=1, timeout=5)
        await self.bot.get_updates(offset=update.update_id + 1, timeout=0)
        return update

    async def say(self, text: str = "hello", **more):
        return await self.bot.send_message(self.ann.user.id, text, **more)

    async def show(self, shown: bytes | None = None, **more):
        return await self.bot.send_photo(self.ann.user.id, shown or photo(), **more)


def client(server: Server, token: str = "") -> Bot:
    plain = {"verify": False}  # no certificates to load for HTTP
    request = HTTPXRequest(connection_pool_size=20, read_timeout=10, httpx_kwargs=plain)
    polling = HTTPXRequest(connection_pool_size=4, httpx_kwargs=plain)
    urls = {"base_url": f"{server.url}/bot", "base_file_url": f"{server.url}/file/bot"}
    return Bot(token or server.token, request=request, get_updates_request=polling, **urls)


def keyboard(*rows: list[str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(t, callback_data=f"do:{t}") for t in row] for row in rows])


def refused(reason: str, error=BadRequest):
    """python-telegram-bot changes the case of Telegram's words."""
    return pytest.raises(error, match=f"(?i)^{re.escape(reason)}")


class HandClock:
    """Time that passes only when it is told to, or when somebody sleeps."""

    speed = 1000.0

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += max(0.0, seconds)
        await asyncio.sleep(0)
