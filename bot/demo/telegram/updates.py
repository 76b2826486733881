"""The updates that wait for the bot: confirmed by offset, fetched by long polling, one poller at a time."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from bot.demo.telegram.errors import conflict
from bot.demo.telegram.signal import Condition

MAX_LIMIT = 100
# Telegram keeps these back unless a bot asks for them by name.
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

Update = dict[str, Any]


class Updates:
    """A queue that forgets an update only once the bot has confirmed it.

    `watchers` are called with each offset that confirms (all ids below it are given up), before anything is
    dropped: a test can look there whether the bot has them on disk.
    """

    def __init__(self) -> None:
        self.watchers: list[Callable[[int], None]] = []
        self.webhook_url = ""
        self.next_id = random.randrange(10**8, 10**9)  # noqa: S311 (any number will do)
        self._pending: deque[Update] = deque()
        self._allowed: frozenset[str] = frozenset()
        self.changed = Condition()  # wakes at each new update, each new poller, each confirmation
        self.polls = 0

    @property
    def pending(self) -> list[Update]:
        return list(self._pending)

    @property
    def allowed(self) -> list[str]:
        return sorted(self._allowed)

    def allow(self, kinds: Iterable[str] | None) -> None:
        """The kinds of updates to make from now on; None leaves them as they were, none at all is the default."""
        if kinds is not None:
            self._allowed = frozenset(kinds)

    def push(self, kind: str, payload: dict[str, Any]) -> None:
        if kind in self._allowed or (not self._allowed and kind not in ONLY_ON_REQUEST):
            self.push_raw({kind: payload})

    def push_raw(self, update: dict[str, Any]) -> int:
        """An update as it is, however malformed; it gets the next id, which is returned."""
        number = self.next_id
        self.next_id += 1
        self._pending.append({"update_id": number, **update})
        self.changed.wake()
        return number

    def drop(self) -> None:
        self._pending.clear()

    def confirm(self, offset: int) -> None:
        """Give up all updates below `offset`."""
        for watch in self.watchers:
            watch(offset)
        while self._pending and self._pending[0]["update_id"] < offset:
            self._pending.popleft()
        self.changed.wake()

    def take_over(self) -> int:
        """A new poller: an older one that still waits ends with a conflict."""
        self.polls += 1
        self.changed.wake()
        return self.polls

    async def poll(self, offset: int, limit: int, wait: float) -> list[Update]:
        """What getUpdates gives: up to `limit` updates from `offset` on, at once or when one comes."""
        if self.webhook_url:
            raise conflict(WEBHOOK_ACTIVE)
        poll = self.take_over()
        if offset < 0:  # counted from the end; all before are forgotten
            offset = self._pending[max(0, len(self._pending) + offset)]["update_id"] if self._pending else 0
        if offset:
            self.confirm(offset)
        await self._some(poll, wait)
        return list(islice(self._pending, max(1, min(limit, MAX_LIMIT))))

    async def _some(self, poll: int, wait: float) -> None:
        try:
            async with asyncio.timeout(wait):
                while not self._pending:
                    await self.changed.wait()
                    if poll != self.polls:
                        raise conflict(TERMINATED)
        except TimeoutError:
            return

    async def first(self) -> Update:
        """The oldest update, when there is one; it stays until confirmed. For the webhook."""
        while not self._pending:
            await self.changed.wait()
        return self._pending[0]
