"""Telegram's flood limits: so many messages in so many seconds, the most important call first."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
from collections import deque
from collections.abc import AsyncIterator


class SlidingWindowLimiter:
    """At most `count` calls in any `seconds`, also as Telegram measures: a call counts from its start until `seconds`
    after its answer. Of the calls that wait, the most important goes first; of equals, the oldest.
    """

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._under_way = 0
        self._answered: deque[float] = deque()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._ages = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._closed_until = 0.0

    @contextlib.asynccontextmanager
    async def acquire(self, priority: int) -> AsyncIterator[None]:
        """Entered when the call may be made; to be left when it is answered."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        heapq.heappush(self._waiting, (priority, next(self._ages), future))
        self._serve()
        try:
            await future
            yield
        finally:
            if future.done() and not future.cancelled():  # cancelled while it waited, it acquired nothing
                self._under_way -= 1
                self._answered.append(loop.time())
                self._serve()

    def pause(self, seconds: float) -> None:
        """No call begins for so long."""
        self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + seconds)

    @property
    def idle(self) -> bool:
        now = asyncio.get_running_loop().time()
        busy = self._waiting or self._under_way
        return not busy and now > max(self._closed_until, *self._answered, 0.0) + self._seconds

    def _serve(self) -> None:
        """Let the calls begin that may begin now, and come back when the next may."""
        loop = asyncio.get_running_loop()
        while self._waiting and self._under_way < self._count:  # else the end of one of them comes back here
            wait = max(self._free_at(loop.time()), self._closed_until) - loop.time()
            if wait > 0:
                self._timer = self._timer or loop.call_later(wait, self._wake)
                return
            future = heapq.heappop(self._waiting)[2]
            if not future.done():  # else its task was cancelled
                self._under_way += 1
                future.set_result(None)

    def _free_at(self, now: float) -> float:
        while self._answered and self._answered[0] + self._seconds <= now:
            self._answered.popleft()
        full = self._under_way + len(self._answered) >= self._count
        return self._answered[0] + self._seconds if full else 0.0

    def _wake(self) -> None:
        self._timer = None
        self._serve()
