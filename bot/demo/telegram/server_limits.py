"""The official server's own limits, beside Telegram's flood limits: it passes those on, and has these of its own.

Each is answered 429 with a `retry_after` of 60 s, and 3 s late (Client.cpp fail_query_flood_limit_exceeded):

- uploads of exactly the same size of more than 100,000 bytes go one after the other, 0.2 to 0.9 s each, but for a burst
  of a second; who would wait for more than 5 s is refused (on_cmd);
- 310 messages of one chat that are being sent (do_send_message);
- 1000 calls under way, and one more for each update of the last minute; not in the server's first minute (send).

A server with --local has the second one only.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import AsyncIterator
from typing import NoReturn

from bot.demo.telegram.clock import Clock
from bot.demo.telegram.errors import too_many_requests
from bot.demo.telegram.model import Chat

HELD_BACK = 3.0  # seconds until a refusal is told
RETRY_AFTER = 60
SMALL_UPLOAD = 100_000  # bytes: such uploads do not wait
SECONDS_PER_BYTE = 1e-7
SHORTEST, LONGEST = 0.2, 0.9  # seconds for an upload
BURST = 1.0  # seconds of uploads that need not wait
LONGEST_QUEUE = 5.0  # seconds
MAX_UNSENT = 310
MAX_ACTIVE = 1000
FIRST_MINUTE = MINUTE = 60.0
FREE_METHODS = frozenset({"close", "logout", "getme", "getupdates", "setwebhook", "deletewebhook", "getwebhookinfo"})


class ServerLimits:
    """Refuses, or lets wait, before a call is carried out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock()
        self._uploads: dict[int, float] = {}  # size: when the last upload of that size may begin
        self._active = 0
        self._updates: deque[float] = deque()

    def count_update(self) -> None:
        self._updates.append(self._clock())

    @contextlib.asynccontextmanager
    async def call(self, method: str, upload: int, *, local: bool) -> AsyncIterator[None]:
        """Entered when the call with an upload of so many bytes may begin; to be left when it has ended."""
        if not local and method not in FREE_METHODS and self._clock() > self._started + FIRST_MINUTE:
            while self._updates and self._updates[0] < self._clock() - MINUTE:
                self._updates.popleft()
            if self._active > MAX_ACTIVE + len(self._updates):
                await self._refuse()
        self._active += 1
        try:
            if upload > SMALL_UPLOAD and not local:
                await self._wait_for_upload(upload)
            yield
        finally:
            self._active -= 1

    async def _wait_for_upload(self, size: int) -> None:
        now = self._clock()
        last = self._uploads.get(size, 0.0)
        if last > now + LONGEST_QUEUE:
            await self._refuse()
        begins = self._uploads[size] = max(last + min(max(size * SECONDS_PER_BYTE, SHORTEST), LONGEST), now - BURST)
        await self._clock.sleep(begins - now)

    @contextlib.asynccontextmanager
    async def sending(self, chat: Chat, messages: int = 1) -> AsyncIterator[None]:
        """While so many messages are being sent to the chat."""
        if chat.unsent >= MAX_UNSENT:
            await self._refuse()
        chat.unsent += messages
        try:
            yield
        finally:
            chat.unsent -= messages

    async def _refuse(self) -> NoReturn:
        await self._clock.sleep(HELD_BACK)
        raise too_many_requests(RETRY_AFTER)
