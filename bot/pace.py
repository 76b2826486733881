"""How calls to Telegram are repeated when they fail on the way.

python-telegram-bot hands every call but getUpdates through its rate limiter; this one waits out Telegram's
`retry_after`, and repeats calls that were lost on the network. Edits and questions can be repeated blindly. What
sends a new message cannot: it is repeated only when Telegram surely has not seen it, and once when nobody knows
(a gallery twice is better than none), or not at all (`rate_limit_args=ONCE`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

ONCE = 1  # tries of a message that must not come twice
TWICE = 2
LONGEST_PAUSE = 30.0  # seconds between two tries while Telegram cannot be reached

# It failed before the request had left this machine.
_UNSEEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

log = logging.getLogger(__name__)


class Patience(BaseRateLimiter[int]):
    """Repeats calls; `rate_limit_args` is how often a message may be sent if its fate is unknown."""

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
        rate_limit_args: int | None,
    ) -> Any:
        """Call until Telegram has answered. Raises what it answers, but for network errors and `RetryAfter`."""
        unknown_fates = rate_limit_args or TWICE
        pause = 0.25
        while True:
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                pause = _seconds(error)
            except BadRequest:
                raise  # is a NetworkError to python-telegram-bot, but an answer
            except NetworkError as error:
                if endpoint.startswith("send") and not _unseen(error):
                    unknown_fates -= 1
                    if unknown_fates < 1:
                        raise
                pause = min(2 * pause, LONGEST_PAUSE)
                log.info("%s: %s; again in %.1f s", endpoint, error, pause)
            await asyncio.sleep(pause)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()


def _unseen(error: NetworkError) -> bool:
    return isinstance(error.__cause__, _UNSEEN) or error.message == "Bad Gateway"
