"""Updates pushed to the bot's own address, each until it is taken with a 2xx or too old.

As the official server does it (WebhookActor.cpp):

- one queue for each chat, another for each person's presses, inline queries and chosen results: in a queue one update
  after the other, the queues side by side, so that a press can overtake the message before it (load_updates);
- what is refused is sent again at once, then after 2 s, 4 s, ... up to one or two minutes; with a Retry-After, whatever
  the status, after that (at most an hour); an update whose next try would come after its expiry is dropped
  (on_update_error);
- a webhook that answers nothing but 410 for 23 hours is removed (handle);
- the answer may hold a method to call, but none of get*, setWebhook, deleteWebhook, close, logOut; its result is told
  to nobody (handle).

Differs from api.telegram.org, as a server with --local does: plain HTTP and every port will do.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from bot.demo.telegram.clock import Clock
from bot.demo.telegram.updates import WEBHOOK_SET, Pending, Updates

LONGEST_PAUSE = 60.0  # to twice as much, by chance
MAX_RETRY_AFTER = 3600
GONE_FOR = 23 * 3600.0
MAX_CONNECTIONS = 40
PATIENCE = aiohttp.ClientTimeout(total=60)
NOT_IN_AN_ANSWER = ("get", "setwebhook", "deletewebhook", "close", "logout")

Caller = Callable[[str, dict[str, Any]], Awaitable[None]]


class WebhookSender:
    """Delivers what is pending to one address. `call` carries out a method that an answer asks for."""

    def __init__(self, updates: Updates, clock: Clock | None = None) -> None:
        self.call: Caller | None = None
        self._updates = updates
        self._clock = clock or Clock()
        self._random = random.Random(0)  # noqa: S311 (chance, not secrets)
        self.secret = ""
        self._task: asyncio.Task[None] | None = None
        self._error: tuple[int, str] | None = None
        self._gone_since: float | None = None
        self._connections = MAX_CONNECTIONS
        self._next_set = 0.0

    def may_be_set(self) -> bool:
        """Whether a second has passed since it was last asked for."""
        now = self._clock()
        if now < self._next_set:
            return False
        self._next_set = now + 1.0
        return True

    def set(self, url: str, secret: str, connections: int = MAX_CONNECTIONS) -> None:
        """Deliver to `url` from now on; without one, stop."""
        self._stop()
        self._updates.webhook_url, self.secret, self._error = url, secret, None
        self._gone_since, self._connections = None, connections
        if url:
            self._updates.end_poll(WEBHOOK_SET)
            self._task = asyncio.get_running_loop().create_task(self._deliver(url))

    def is_set(self, url: str, secret: str, connections: int = MAX_CONNECTIONS) -> bool:
        """Whether nothing would change."""
        return (url, secret, connections) == (self._updates.webhook_url, self.secret, self._connections)

    def info(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "url": self._updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
            "max_connections": self._connections,
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
        """Start a task for each queue that has updates and none yet."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        connector = aiohttp.TCPConnector(limit=self._connections)
        queues: dict[object, deque[Pending]] = {}
        seen = 0
        async with (
            aiohttp.ClientSession(headers=headers, timeout=PATIENCE, connector=connector) as session,
            asyncio.TaskGroup() as group,
        ):
            while True:
                for one in self._updates.after(seen):
                    seen = one.id
                    if one.queue in queues:
                        queues[one.queue].append(one)
                    else:
                        queues[one.queue] = deque([one])
                        group.create_task(self._deliver_queue(session, url, queues, one.queue))
                await self._updates.changed.wait()

    async def _deliver_queue(
        self, session: aiohttp.ClientSession, url: str, queues: dict[object, deque[Pending]], queue: object
    ) -> None:
        while queues[queue]:
            await self._deliver_one(session, url, queues[queue][0])
            queues[queue].popleft()
        del queues[queue]

    async def _deliver_one(self, session: aiohttp.ClientSession, url: str, pending: Pending) -> None:
        pause, fails = 1.0, 0
        while (retry_after := await self._refused(session, url, pending)) is not None:
            if not retry_after and fails:
                pause = min(2 * pause, self._random.uniform(LONGEST_PAUSE, 2 * LONGEST_PAUSE))
            wait = retry_after or (pause if fails else 0.0)
            fails += 1
            if self._clock() + wait > pending.expires:
                break
            await self._clock.sleep(wait)
        self._updates.forget(pending)

    async def _refused(self, session: aiohttp.ClientSession, url: str, pending: Pending) -> float | None:
        """None when it was taken; else the seconds to wait that the webhook asks for, 0 if it does not say."""
        try:
            async with session.post(url, json=pending.update, allow_redirects=False) as answer:
                if 200 <= answer.status <= 299:
                    self._gone_since = None
                    await self._carry_out(await answer.read())
                    return None
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                self._count_gone(answer.status)
                return _retry_after(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return 0.0

    def _failed(self, reason: str) -> None:
        self._error = (int(time.time()), reason)
        self._updates.changed.wake()

    def _count_gone(self, status: int) -> None:
        if status != 410:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = self._clock()
        elif self._clock() > self._gone_since + GONE_FOR:
            self.set("", "")

    async def _carry_out(self, body: bytes) -> None:
        """Call the method that an answer names."""
        asked = _json(body)
        method = str(asked.pop("method", "")).lower()
        if method and self.call and not method.startswith(NOT_IN_AN_ANSWER):
            await self.call(method, asked)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _retry_after(answer: aiohttp.ClientResponse) -> float:
    said = answer.headers.get("Retry-After", "")
    return float(min(int(said), MAX_RETRY_AFTER)) if said.isascii() and said.isdigit() else 0.0
