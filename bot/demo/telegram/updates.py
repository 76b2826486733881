"""The updates that wait for the bot: confirmed by offset, fetched by long polling, one poller at a time.

The rules are those of the official server (its file and function in brackets):

- an update that is not fetched in time is dropped: a press after 150 s, an inline query after 30 s, a chosen result
  after 600 s, all else after 24 hours (Client.cpp add_new_callback_query, add_new_inline_query, add_message_update);
- of two polls that wait, the older ends with a conflict; while updates are pending, both are served (do_get_updates);
- the first conflict is told at once, further ones in the next 3 s are held back for 3 s (fail_query_conflict);
- the same offset again within 3 s waits 3 s at least, and within 0.5 s it brings one update at most
  (process_get_updates_query);
- an offset more than 10 beyond the newest update counts as none (TQueue.cpp get).
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from bot.demo.telegram.clock import Clock
from bot.demo.telegram.condition import Condition
from bot.demo.telegram.errors import conflict

MAX_LIMIT = 100
MAX_WAIT = 50
AHEAD = 10  # ids that an offset may be beyond the newest update
REPEATED = 3.0  # seconds in which a poll with the same offset counts as hasty
HASTY = 0.5
HELD_BACK = 3.0  # seconds between two conflicts that are told at once
DAY = 86_400.0
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
# Telegram keeps these back unless a bot asks for them by name.
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer",
    "my_chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot", *ONLY_ON_REQUEST,
})  # fmt: skip
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

Update = dict[str, Any]


@dataclass(eq=False, slots=True)
class Pending:
    """An update with the time at which it is dropped. `queue`: those of one queue reach a webhook in order."""

    update: Update
    expires: float
    queue: object

    @property
    def id(self) -> int:
        number: int = self.update["update_id"]
        return number


class Updates:
    """A queue that forgets an update only once the bot has confirmed it, or once it is too old.

    `watchers` are called with each offset that confirms (all ids below it are given up), before anything is
    dropped: a test can look there whether the bot has them on disk.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.watchers: list[Callable[[int], None]] = []
        self.webhook_url = ""
        self.next_id = random.randrange(10**8, 10**9)  # noqa: S311 (any number will do)
        self.expired = 0
        self.changed = Condition()  # wakes at each new update, each new poller, each confirmation, each refusal
        self.polls = 0
        self._clock = clock or Clock()
        self._pending: deque[Pending] = deque()
        self._first_expiry = math.inf
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[None] | None = None  # the poll that waits; failed by the next one that has to wait
        self._last_poll = (-1, 0.0)  # offset and time
        self._next_conflict = 0.0

    @property
    def pending(self) -> list[Update]:
        self._expire()
        return [one.update for one in self._pending]

    def after(self, number: int) -> list[Pending]:
        """What is pending with a greater id, the oldest first."""
        self._expire()
        return list(takewhile(lambda one: one.id > number, reversed(self._pending)))[::-1]

    def _expire(self) -> None:
        """Drop what is too old."""
        now = self._clock()
        if now < self._first_expiry:
            return
        kept = deque(one for one in self._pending if one.expires > now)
        self.expired += len(self._pending) - len(kept)
        self._pending, self._first_expiry = kept, min((one.expires for one in kept), default=math.inf)

    @property
    def allowed(self) -> list[str]:
        return sorted(self._allowed)

    def allow(self, kinds: Iterable[str] | None) -> None:
        """The kinds of updates to make from now on. None leaves them as they were; without a known one, it is the
        default (Client.cpp get_allowed_update_types).
        """
        if kinds is not None:
            self._allowed = frozenset(kind.lower() for kind in kinds) & KINDS

    def push(self, kind: str, payload: dict[str, Any], queue: object = None) -> None:
        if kind in self._allowed or (not self._allowed and kind not in ONLY_ON_REQUEST):
            self.push_raw({kind: payload}, LIFETIMES.get(kind, DAY), queue)

    def push_raw(self, update: dict[str, Any], lifetime: float = DAY, queue: object = None) -> int:
        """An update as it is, however malformed; it gets the next id, which is returned."""
        number = self.next_id
        self.next_id += 1
        expires = self._clock() + lifetime
        self._first_expiry = min(self._first_expiry, expires)
        self._pending.append(Pending({"update_id": number, **update}, expires, object() if queue is None else queue))
        self.changed.wake()
        return number

    def drop(self) -> None:
        self._pending.clear()

    def confirm(self, offset: int) -> None:
        """Give up all updates below `offset`."""
        for watch in self.watchers:
            watch(offset)
        while self._pending and self._pending[0].id < offset:
            self._pending.popleft()
        self.changed.wake()

    def forget(self, pending: Pending) -> None:
        """Give up one update: its webhook has taken it, or it is too old."""
        for watch in self.watchers:
            watch(pending.id + 1)
        if pending in self._pending:
            self._pending.remove(pending)
        self.changed.wake()

    def end_poll(self, reason: str = TERMINATED) -> None:
        """The poll that waits ends with a conflict."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(reason))
        self._poll = None

    async def poll(self, offset: int, limit: int, wait: float) -> list[Update]:
        """What getUpdates gives: up to `limit` updates from `offset` on, at once or when one comes."""
        if self.webhook_url:
            await self._hold_back_conflict()
            raise conflict(WEBHOOK_ACTIVE)
        limit, wait = min(max(limit, 1), MAX_LIMIT), min(max(wait, 0.0), MAX_WAIT)
        limit, wait = self._slowed_down(offset, limit, wait)
        self.polls += 1
        self._give_up(offset)
        self.changed.wake()
        if wait and not self.pending:
            await self._wait(wait)
        return self.pending[:limit]

    def _slowed_down(self, offset: int, limit: int, wait: float) -> tuple[int, float]:
        """A poll with the same offset as the last is answered less eagerly, if it comes soon after it."""
        now = self._clock()
        last, at = self._last_poll
        self._last_poll = (offset, now)
        if offset == last and now < at + REPEATED:
            wait = max(wait, REPEATED)
        return (1 if offset == last and now < at + HASTY else limit), wait

    def _give_up(self, offset: int) -> None:
        if offset < 0:  # counted from the end; all before are forgotten
            if first := next(islice(reversed(self._pending), -offset - 1, None), None):
                self.confirm(first.id)
        elif 0 < offset <= self.next_id + AHEAD:
            self.confirm(offset)

    async def _wait(self, wait: float) -> None:
        self.end_poll()
        mine = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(wait / self._clock.speed):
                while not self._pending and not mine.done():
                    woken = self.changed.next()
                    await asyncio.wait({mine, woken}, return_when=asyncio.FIRST_COMPLETED)
                    woken.cancel()
        except TimeoutError:
            return
        finally:
            if self._poll is mine:
                self._poll = None
            if mine.done():
                mine.exception()  # it counts as seen, also if nobody waits for this poll any more
        if mine.done():
            await self._hold_back_conflict()
            mine.result()

    async def _hold_back_conflict(self) -> None:
        now = self._clock()
        if now < self._next_conflict:
            await self._clock.sleep(HELD_BACK)
        else:
            self._next_conflict = now + HELD_BACK
