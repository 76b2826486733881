"""Updates pushed to the bot's own address, each until it is taken with a 2xx."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp

from bot.demo.telegram.updates import Update, Updates

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0
PATIENCE = aiohttp.ClientTimeout(total=60)


class WebhookSender:
    """One update at a time, in order: what the bot refuses is sent again after a pause that grows."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self._secret = ""
        self._task: asyncio.Task[None] | None = None
        self._error: tuple[int, str] | None = None

    def set(self, url: str, secret: str) -> None:
        """Deliver to `url` from now on; without one, stop."""
        self._stop()
        self._updates.webhook_url, self._secret, self._error = url, secret, None
        self._updates.take_over()
        if url:
            self._task = asyncio.get_running_loop().create_task(self._deliver(url))

    def info(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "url": self._updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
            "allowed_updates": self._updates.allowed,
        }
        if self._error:
            found["last_error_date"], found["last_error_message"] = self._error
        return found

    async def close(self) -> None:
        task = self._task
        self._stop()
        if task is not None:
            await asyncio.wait([task])

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _deliver(self, url: str) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        async with aiohttp.ClientSession(headers=headers, timeout=PATIENCE) as session:
            while True:
                update = await self._updates.first()
                pause = FIRST_PAUSE
                while not await self._taken(session, url, update):
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                self._updates.confirm(update["update_id"] + 1)

    async def _taken(self, session: aiohttp.ClientSession, url: str, update: Update) -> bool:
        try:
            async with session.post(url, json=update) as answer:
                if answer.ok:
                    return True
                self._error = (int(time.time()), f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._error = (int(time.time()), f"Connection failed: {type(error).__name__}")
        return False
