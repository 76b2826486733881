"""Updates that Telegram brings to us, so that we need not ask for them. Each is committed before we answer 200.

(python-telegram-bot's own webhook answers first, and has the update in memory only.)
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import random
import secrets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Update
from telegram.error import BadRequest, Conflict
from telegram.ext import Application

from bot.config import ConfigError, blamed_on
from bot.storage.updates import UpdateTable
from bot.transport.answers import parsed
from bot.transport.inbox import persist_updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
MAX_UPDATE = 2**20  # bytes; Telegram's are a few thousand
SETTING_ATTEMPTS = 4
GRACE = 0.5  # seconds for requests in progress when the bot stops

log = logging.getLogger(__name__)


class WebhookReceiver:
    """The address to which Telegram posts one update after the other. One that gets no 200 comes again."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], updates: UpdateTable) -> None:
        self._application = application
        self._updates = updates
        self._secret = secrets.token_urlsafe(32)

    @contextlib.asynccontextmanager
    async def serving(self, url: str, listen: tuple[str, int], allowed_updates: list[str]) -> AsyncIterator[None]:
        """Listen, and have Telegram post to `url`. A proxy before us ends TLS and hands the path on as it is.

        Raises `ConfigError` where Telegram refuses that address.
        """
        server = web.Application(client_max_size=MAX_UPDATE)
        server.router.add_post(urlsplit(url).path or "/", self._receive)
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=GRACE)
        await runner.setup()
        try:
            with blamed_on("WEBHOOK_LISTEN", ":".join(map(str, listen))):
                await web.TCPSite(runner, *listen).start()
            await self._set(url, allowed_updates)
            yield
        finally:
            await runner.cleanup()

    async def _set(self, url: str, allowed_updates: list[str]) -> None:
        """Another process that sets the webhook at the same moment ends our call with a conflict (Client.cpp
        process_set_webhook_query): then it is set again, since the last who sets it gets the updates.
        """
        for number in range(SETTING_ATTEMPTS):
            try:
                await self._application.bot.set_webhook(url, secret_token=self._secret, allowed_updates=allowed_updates)
                return
            except BadRequest as error:
                raise ConfigError(f"WEBHOOK_URL: {error.message}") from None
            except Conflict as error:
                log.warning("the webhook is not set: %s", error)
                await asyncio.sleep(random.uniform(0.5, 1.0) * 2**number)  # noqa: S311 (chance, not secrets)
        raise ConfigError("WEBHOOK_URL: somebody else sets a webhook for this bot again and again")

    async def _receive(self, request: web.Request) -> web.Response:
        told = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(told.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        try:
            update = parsed(await request.read())
        except ValueError:
            return web.Response(status=400)
        for new in await persist_updates(self._updates, [update]):
            await self._application.update_queue.put(Update.de_json(new, self._application.bot))
        return web.Response()
