"""Waiting for a change instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 1.0


class Condition:
    """Wakes all who wait now. It remembers nothing, so look at the state first and wait second.

    There is no lock: everything here runs on one event loop, and `wait` registers before it first yields.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    def next(self) -> asyncio.Future[None]:
        """Done at the next change: also at one that comes before anybody awaits it."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    async def wait(self) -> None:
        await self.next()

    async def until(self, look: Callable[[], T], within: float, what: Callable[[], str] = str) -> T:
        """The first true value that `look` gives. `TimeoutError` after `within` seconds, with what `what` tells.

        On a busy machine all comes later: `PATIENCE` times as many seconds are waited.
        """
        within *= PATIENCE
        try:
            async with asyncio.timeout(within):
                while not (found := look()):
                    await self.wait()
                return found
        except TimeoutError:
            raise TimeoutError(f"waited {within:g} s in vain. {what()}") from None
