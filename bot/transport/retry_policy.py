"""Which failed calls to Telegram are repeated, and how often. Every call ends.

A call fails in one of three ways. Telegram answers: a refusal (400, 403, ...) is final, a 429 tells how long to wait.
The call was certainly not carried out: the request did not get through whole, or something said that it was not taken.
Or nobody knows: it may have been carried out, though the answer was lost, or is an error (500, 502, 504).

- What may be repeated whatever happened to it (edits, questions, downloads) is repeated, up to `max_attempts` times.
- A new message is not repeated once nobody knows its fate, or it might stand there twice. It is sent again if it was
  certainly not sent.
- Between two tries the pause doubles up to `MAX_BACKOFF`, less up to half of it by chance: calls that failed together
  do not come back together.
- While Telegram cannot be reached, calls wait for it, for a day at most: then it has dropped the updates, too.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter

FIRST_BACKOFF = 0.5  # seconds
MAX_BACKOFF = 30.0
UNREACHABLE_FOR = 86_400.0  # seconds of pauses, until a call that Telegram does not even take is given up
MAX_WAITS = 20  # 429 answers to one call
QUERY_SECONDS = 15.0  # for which Telegram takes the answer to a press or an inline query

# The request had not left this machine, or not whole: a server does nothing with half a request.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.WriteError,
    httpx.WriteTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
# Telegram, or a proxy before it, says that it was not done: for 401, 429 and 503, no server had the request.
_NOT_DONE = ("Unauthorized", "Too Many Requests", "Service Unavailable")
# Refusals that pass: the file server is busy (Client.cpp on_update_file, also for each 429 and 5xx of a download); a
# later edit took the place of this one (MessagesManager.cpp cancel_edit_message_media).
_PASSING = ("wrong file_id or the file is temporarily unavailable", "canceled by new edit message request")
# Answers, too, though python-telegram-bot takes them for faults of the network: status 413, and the official server's
# 500 for a message that somebody deleted while it was being sent (Client.cpp delete_message). They would come again.
_FINAL = ("request entity too large", "content too large", "sent message was immediately deleted")


class Fate(Enum):
    """What became of a call that failed without an answer to it."""

    NOT_DONE = "it was not carried out"
    UNKNOWN = "nobody knows whether it was carried out"


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """How a call is made: given as `rate_limit_args`."""

    priority: int = 1  # smaller goes first
    max_attempts: int = 12  # while its fate is unknown: about three minutes
    max_retry_after: float = math.inf  # seconds; a `RetryAfter` for longer is raised
    unreachable_for: float = UNREACHABLE_FOR
    best_effort: bool = False  # not repeated: later it would be of no use


NORMAL = RequestPolicy()
RESULT = RequestPolicy(priority=0, max_attempts=60)  # a finished painting: about 20 minutes
PROGRESS = RequestPolicy(priority=2, max_attempts=3, unreachable_for=60.0)  # soon there is newer progress to show
QUEUE_POSITION = RequestPolicy(priority=3, best_effort=True)
DOWNLOAD = RequestPolicy(max_attempts=5, max_retry_after=5.0)  # it holds a painter
BEST_EFFORT = RequestPolicy(best_effort=True)  # a chat action, a reaction, a look at who is an admin


class Attempts:
    """Counts the failures of one call, and tells how long to pause before the next try, or that there is none."""

    def __init__(self, endpoint: str, policy: RequestPolicy) -> None:
        self._is_new_message = endpoint.startswith("send") and endpoint != "sendChatAction"
        self._policy = policy
        self._limit = QUERY_SECONDS if endpoint.startswith("answer") else policy.max_retry_after
        self._backoff = FIRST_BACKOFF
        self._unknown = self._waits = 0
        self._unreachable = 0.0

    def after_failure(self, error: NetworkError) -> float | None:
        """Seconds until the next try; None if the error is final."""
        if self._policy.best_effort:
            return None
        pause = self._backoff * random.uniform(0.5, 1.0)  # noqa: S311 (chance, not secrets)
        self._backoff = min(2 * self._backoff, MAX_BACKOFF)
        if fate_of(error) is Fate.NOT_DONE:
            self._unreachable += pause
            return pause if self._unreachable < self._policy.unreachable_for else None
        self._unknown += 1
        return None if self._is_new_message or self._unknown >= self._policy.max_attempts else pause

    def after_wait(self, error: RetryAfter) -> float | None:
        """Seconds that Telegram tells us to wait; None if that is too long, or was told too often."""
        self._waits += 1
        seconds = retry_after(error)
        if self._policy.best_effort or seconds > self._limit or self._waits > MAX_WAITS:
            return None
        return seconds * random.uniform(1.0, 1.1)  # noqa: S311 (chance, not secrets)


def is_passing(error: BadRequest) -> bool:
    return error.message.lower() in _PASSING


def refusal(error: NetworkError) -> BadRequest | None:
    """The error as Telegram's refusal, if it is one that would come again. (To python-telegram-bot, a `BadRequest` is a
    `NetworkError`, too.)
    """
    reason = error.message.lower()
    if isinstance(error, BadRequest):
        return None if is_passing(error) else error
    return BadRequest(error.message) if any(final in reason for final in _FINAL) else None


def fate_of(error: NetworkError) -> Fate:
    not_done = isinstance(error.__cause__, _NOT_SENT) or error.message.startswith(_NOT_DONE)
    return Fate.NOT_DONE if not_done else Fate.UNKNOWN


def retry_after(error: RetryAfter) -> float:
    """The seconds that a 429 tells to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
