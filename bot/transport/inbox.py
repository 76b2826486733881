"""Durable inbox: each batch of updates is committed to SQLite before it is acknowledged to Telegram.

A call of getUpdates confirms all updates before its offset. So what one call brings is committed here, before the call
returns, and only then the next is made. (A webhook confirms by its 200: see `webhook.py`.) After a crash, the updates
that were committed but not handled are handled.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Coroutine
from typing import Any, cast
from weakref import WeakValueDictionary

from telegram import Update
from telegram.error import NetworkError
from telegram.ext import BaseUpdateProcessor, ExtBot

from bot import logs, metrics
from bot.storage.updates import UpdateTable
from bot.transport.answers import ParsedAnswer
from bot.transport.request import MeteredRequest

SHORTEST_POLL = 1.0  # seconds between two polls that bring nothing new: some servers do not wait for updates
LONGEST_POLL = 60.0  # seconds, if its answer comes byte by byte
CONCURRENT_UPDATES = 1_000_000  # no limit: updates that wait for their chat's turn must not hold up other chats

log = logging.getLogger(__name__)


class DurablePollingRequest(MeteredRequest):
    """The request object for getUpdates: keeps what an answer brings before anybody sees it."""

    def __init__(self, updates: UpdateTable, **kwargs: Any) -> None:
        super().__init__(upload_timeout=LONGEST_POLL, **kwargs)
        self._updates = updates
        self._answered_at = time.monotonic()
        self._closed = False

    def close(self) -> None:
        """Ask for no more updates. (As it stops, python-telegram-bot polls once more, to confirm what it has got. Here
        that is confirmed by the next start's first poll, and the server would hold back a poll so soon after another
        for up to three seconds.)
        """
        self._closed = True

    @property
    def silent_seconds(self) -> float:
        """Since a poll was answered last, or since the start."""
        return time.monotonic() - self._answered_at

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        if self._closed:
            return 200, b'{"ok":true,"result":[]}'
        asked_at = time.monotonic()
        status, payload = await super().do_request(*args, **kwargs)
        if status == 404:
            # As it is, python-telegram-bot would take it for a wrong token, and never poll again.
            raise NetworkError("Telegram answers 404, as to a wrong token")
        if status != 200:
            return status, payload
        self._answered_at = time.monotonic()
        result = self.parse_json_payload(payload)["result"]
        kept = await persist_updates(self._updates, result if isinstance(result, list) else [])
        if not any(len(update) > 1 for update in kept):
            await asyncio.sleep(max(0.0, asked_at + SHORTEST_POLL - self._answered_at))
        return status, ParsedAnswer.of({"ok": True, "result": kept}, payload)


async def persist_updates(updates: UpdateTable, result: list[Any]) -> list[dict[str, Any]]:
    """Commit a batch of updates. Returns it with an empty update for each that is known already or cannot be read."""
    batch = {u["update_id"]: u for u in result if isinstance(u, dict) and _has_id(u)}
    batch = dict(sorted(batch.items()))  # the last is confirmed, and with it all
    good = {id_: update if is_parseable(update) else None for id_, update in batch.items()}
    new = await updates.persist(good) if good else set()
    for id_ in new:
        metrics.UPDATES.labels(next((kind for kind in good[id_] or {} if kind != "update_id"), "unreadable")).inc()
    # Empty, not left out: python-telegram-bot makes the next offset of the last id.
    return [update if update and id_ in new else {"update_id": id_} for id_, update in good.items()]


def _has_id(update: dict[str, Any]) -> bool:
    number = update.get("update_id")
    return isinstance(number, int) and abs(number) < 2**63 - 1


def is_parseable(update: dict[str, Any]) -> bool:
    """Can python-telegram-bot parse it? One that it cannot would make it drop the whole batch."""
    try:
        parsed = Update.de_json(update)
    except Exception as error:
        # Nothing can be done about it. Its content, which is somebody's, stays out of the log.
        log.error("update %s cannot be read and is skipped: %s", update.get("update_id"), type(error).__name__)
        return False
    return not _is_empty(parsed)


def _is_empty(update: Update) -> bool:
    """Nothing is in it, or nothing of a kind that python-telegram-bot knows."""
    return not any(getattr(update, kind) for kind in Update.ALL_TYPES)


async def pending_updates(updates: UpdateTable, bot: ExtBot[Any]) -> list[Update]:
    """The updates that were kept but not handled when the bot last stopped."""
    return [Update.de_json(update, bot) for update in await updates.pending() if is_parseable(update)]


class PerChatUpdateProcessor(BaseUpdateProcessor):
    """Handles the updates of one chat one after the other, those of different chats at once, and ticks them off."""

    def __init__(self, updates: UpdateTable) -> None:
        super().__init__(CONCURRENT_UPDATES)
        self._updates = updates
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        task = cast(asyncio.Task[Any], asyncio.current_task())
        self._tasks.add(task)
        try:
            if isinstance(update, Update) and not _is_empty(update):
                await self._handle(update, coroutine)
        finally:
            self._tasks.discard(task)
            cast(Coroutine[Any, Any, Any], coroutine).close()  # if it was never started; else this does nothing

    async def _handle(self, update: Update, coroutine: Awaitable[Any]) -> None:
        of = update.effective_chat or update.effective_user
        if of:
            logs.bind(chat=of.id)
        async with self._locks.setdefault(of.id if of else 0, asyncio.Lock()):
            with metrics.HANDLED.time():
                await coroutine
            await self._updates.mark_handled(update.update_id)

    def cancel(self) -> None:
        """Stop handling at once: what is not ticked off is handled at the next start."""
        for task in self._tasks:
            task.cancel()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clean up."""
