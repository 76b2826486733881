"""When calls to Telegram go out, and how they are repeated when they fail on the way.

python-telegram-bot hands every call but getUpdates through its rate limiter. (Its own, AIORateLimiter, knows no limit
for a private chat, and stops everybody when one chat gets a 429. As a leaky bucket, it lets nearly twice the limit
through in the first second.) This one

- keeps Telegram's flood limits: a message a second to a chat, 20 a minute to a group, 30 a second in all; edits count.
  Of the calls that wait, the most important goes first: finished paintings, then answers, progress, positions;
- waits as long as a `retry_after` says, for that chat alone. If it is long and for a file, it is raised: the caller
  holds a painter;
- repeats calls that failed on the way, as `retry_policy` says.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from telegram.error import NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.transport.retry_policy import NORMAL, Attempts, RequestPolicy, refusal
from bot.transport.sliding_window import SlidingWindowLimiter

# At most so many messages in so many seconds.
CHAT_LIMIT = (1, 1.0)
GROUP_LIMIT = (20, 60.0)
GLOBAL_LIMIT = (30, 1.0)

IN_FLIGHT_GRACE = 2.0  # seconds for the answer to a call that nobody wants any more
REMEMBERED_CHATS = 10_000

T = TypeVar("T")

log = logging.getLogger(__name__)


class RateLimiter(BaseRateLimiter[RequestPolicy]):
    """Keeps the limits and repeats calls. A test may let its seconds pass faster: `second` is how long each takes."""

    def __init__(self, second: float = 1.0) -> None:
        self._second = second
        self._everybody = SlidingWindowLimiter(*GLOBAL_LIMIT)
        self._albums = asyncio.Lock()
        self._chats: dict[Any, tuple[SlidingWindowLimiter, ...]] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up: whoever waits is cancelled with its task."""

    async def retry(
        self, call: Callable[..., Coroutine[Any, Any, T]], args: Any, endpoint: str, policy: RequestPolicy
    ) -> T:
        """Repeat a call that is none of the Bot API's methods."""
        result: T = await self.process_request(call, args, {}, endpoint, {}, policy)
        return result

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: RequestPolicy | None,
    ) -> Any:
        """Call until Telegram answers. Raises the errors that it answers, and failures that are not to be repeated."""
        policy = rate_limit_args or NORMAL
        limits = self._limits(data["chat_id"]) if "chat_id" in data and _counts(endpoint) else ()
        attempts = Attempts(endpoint, policy)
        while True:
            try:
                async with contextlib.AsyncExitStack() as acquired:
                    await self._acquire(acquired, limits, policy.priority, _messages(endpoint, data))
                    return await _to_its_end(callback(*args, **kwargs))
            except RetryAfter as error:
                seconds = attempts.after_wait(error)
                log.log(logging.INFO if policy.best_effort else logging.WARNING, "%s: %s", endpoint, error)
                if seconds is None:
                    raise
                await self._wait(limits, seconds)
            except NetworkError as error:
                if refused := refusal(error):
                    raise refused from error.__cause__
                pause = attempts.after_failure(error)
                then = "given up" if pause is None else f"again in {pause:.1f} s"
                log.info("%s: %s; %s", endpoint, error, then)
                if pause is None:
                    raise
                await asyncio.sleep(pause * self._second)

    async def _wait(self, limits: Sequence[SlidingWindowLimiter], seconds: float) -> None:
        """As a 429 tells: the chat's next call begins then."""
        if limits:
            limits[0].pause(seconds * self._second)
        else:
            await asyncio.sleep(seconds * self._second)

    async def _acquire(
        self, acquired: contextlib.AsyncExitStack, limits: Sequence[SlidingWindowLimiter], priority: int, messages: int
    ) -> None:
        """Acquire the limits: the chat's own once, the others once for each message. Albums wait for one another: else
        two of them could each hold a part of what both need, and wait for ever.
        """
        for limit in limits:
            album = messages > 1 and limit is self._everybody
            async with self._albums if album else contextlib.nullcontext():
                for _ in range(1 if limit is limits[0] else messages):
                    await acquired.enter_async_context(limit.acquire(priority))

    def _limits(self, chat_id: int | str) -> tuple[SlidingWindowLimiter, ...]:
        """Those that a message to this chat must keep: the chat's own first. Group ids are negative."""
        if len(self._chats) > REMEMBERED_CHATS:
            self._chats = {
                id_: limits for id_, limits in self._chats.items() if not all(limit.idle for limit in limits)
            }
        if chat_id not in self._chats:
            group = (SlidingWindowLimiter(*GROUP_LIMIT),) if str(chat_id).startswith(("-", "@")) else ()
            self._chats[chat_id] = (SlidingWindowLimiter(*CHAT_LIMIT), *group)
        return (*self._chats[chat_id], self._everybody)


async def _to_its_end(call: Coroutine[Any, Any, Any]) -> Any:
    """Await the call. When cancelled, still wait a little for its answer: otherwise it (a progress, say) could arrive
    after the next call (the painting).
    """
    task = asyncio.create_task(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=IN_FLIGHT_GRACE)
        task.cancel()
        raise


def _counts(endpoint: str) -> bool:
    """Whether the call makes or changes a message."""
    return endpoint.startswith(("send", "editMessage")) and endpoint != "sendChatAction"


def _messages(endpoint: str, data: dict[str, Any]) -> int:
    return len(data["media"]) if endpoint == "sendMediaGroup" else 1
