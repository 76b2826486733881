"""When calls to Telegram go out, and how they are repeated when they fail on the way.

python-telegram-bot hands every call but getUpdates through its rate limiter. (Its own, AIORateLimiter, knows no limit
for a private chat, and stops everybody when one chat gets a 429.) This one

- keeps Telegram's flood limits: a message a second to a chat, 20 a minute to a group, 30 a second in all; edits count.
  Of the calls that wait, the most important goes first: finished paintings, then answers, progress, places in line;
- waits as long as a `retry_after` says, for that chat alone. If it is long and for a file, it is raised: the caller
  holds a painter;
- repeats calls that failed on the network. Edits and questions may be repeated whatever happened to them. A new message
  may not, or it stands there twice: it is sent again if Telegram has certainly not done it; if nobody knows, once (a
  gallery twice is better than none) or never (`ONCE`). Downloads are tried a few times: they, too, hold a painter.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

# At most so many messages in so many seconds.
CHAT_LIMIT = (1, 1.0)
GROUP_LIMIT = (20, 60.0)
GLOBAL_LIMIT = (30, 1.0)

MAX_BACKOFF = 30.0  # seconds between two tries while Telegram cannot be reached
IN_FLIGHT_GRACE = 2.0  # for the answer to a call that nobody wants any more
REMEMBERED_CHATS = 10_000

QUERY_SECONDS = 15.0  # for which Telegram takes the answer to a press or an inline query

# It failed before the request had left this machine.
_UNSEEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# Telegram, or a proxy before it, says that it was not done.
_NOT_DONE = ("Unauthorized", "Too Many Requests", "Internal Server Error", "Bad Gateway", "Service Unavailable")

_TOO_LARGE = ("Request Entity Too Large", "Content Too Large")  # status 413: an answer, too

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """How a call is made: given as `rate_limit_args`."""

    importance: int = 1  # smaller goes first
    unknown_fates: int = 2  # tries of a new message while nobody knows whether one arrived; tries of a download
    patience: float = math.inf  # seconds; a `RetryAfter` for longer is raised
    dispensable: bool = False  # not repeated: later it would be of no use


NORMAL = RequestPolicy()
RESULT = RequestPolicy(importance=0)  # a finished painting
PROGRESS = RequestPolicy(importance=2)
QUEUE_POSITION = RequestPolicy(importance=3, dispensable=True)  # where a job stands in line
AT_MOST_ONCE = RequestPolicy(unknown_fates=1)
RESULT_AT_MOST_ONCE = RequestPolicy(importance=0, unknown_fates=1)
ERROR_NOTICE = RequestPolicy(
    unknown_fates=6
)  # that something went wrong: the sixth comes a quarter of a minute after the first
DOWNLOAD = RequestPolicy(unknown_fates=5, patience=5.0)
BEST_EFFORT = RequestPolicy(dispensable=True)  # a chat action, a reaction, a look at who is an admin


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
    async def turn(self, importance: int) -> AsyncIterator[None]:
        """Entered when the call may be made; to be left when it is answered."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        heapq.heappush(self._waiting, (importance, next(self._ages), future))
        self._serve()
        try:
            await future
            yield
        finally:
            if future.done() and not future.cancelled():  # cancelled while it waited, it had no turn
                self._under_way -= 1
                self._answered.append(loop.time())
                self._serve()

    def close(self, seconds: float) -> None:
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
            pause = max(self._free_at(loop.time()), self._closed_until) - loop.time()
            if pause > 0:
                self._timer = self._timer or loop.call_later(pause, self._wake)
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


class RateLimiter(BaseRateLimiter[RequestPolicy]):
    """Keeps the limits and repeats calls."""

    def __init__(self) -> None:
        self._everybody = SlidingWindowLimiter(*GLOBAL_LIMIT)
        self._albums = asyncio.Lock()
        self._chats: dict[Any, tuple[SlidingWindowLimiter, ...]] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up: whoever waits is cancelled with its task."""

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
        manner = rate_limit_args or NORMAL
        patience = QUERY_SECONDS if endpoint.startswith("answer") else manner.patience
        limits = self._limits(data["chat_id"]) if "chat_id" in data and _counts(endpoint) else ()
        unknown_fates = 0
        pause = 0.25
        while True:
            try:
                async with contextlib.AsyncExitStack() as turns:
                    await self._take(turns, limits, manner.importance, _messages(endpoint, data))
                    return await _to_its_end(callback(*args, **kwargs))
            except RetryAfter as error:
                seconds = retry_after(error)
                if manner.dispensable or seconds > patience:
                    raise
                log.warning("%s: %s", endpoint, error)
                if limits:
                    limits[0].close(seconds)
                else:
                    await asyncio.sleep(seconds)
                continue
            except BadRequest:
                raise  # is a NetworkError to python-telegram-bot, but an answer
            except NetworkError as error:
                if error.message.startswith(_TOO_LARGE):
                    raise BadRequest(error.message) from error
                unknown_fates += endpoint == "download" or (endpoint.startswith("send") and not _unseen(error))
                if manner.dispensable or unknown_fates >= manner.unknown_fates:
                    raise
                pause = min(2 * pause, MAX_BACKOFF)
                log.info("%s: %s; again in %.1f s", endpoint, error, pause)
            await asyncio.sleep(pause)

    async def _take(
        self, turns: contextlib.AsyncExitStack, limits: Sequence[SlidingWindowLimiter], importance: int, messages: int
    ) -> None:
        """Wait for the call's turns: one at its chat, and at the other limits one for each of its messages. Albums wait
        for one another: else two of them could each hold some of the turns that both need, and wait for ever.
        """
        for limit in limits:
            album = messages > 1 and limit is self._everybody
            async with self._albums if album else contextlib.nullcontext():
                for _ in range(1 if limit is limits[0] else messages):
                    await turns.enter_async_context(limit.turn(importance))

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


def retry_after(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _unseen(error: NetworkError) -> bool:
    return isinstance(error.__cause__, _UNSEEN) or error.message.startswith(_NOT_DONE)
