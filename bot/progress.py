"""A painting's progress, shown by edits that are never queued behind one another."""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import Self

from telegram.error import TelegramError

from bot.jobs import Job
from bot.screen import MessageGone, Screen
from styler.events import Event, Preview, Progress

EDIT_SECONDS = 3.0  # between two edits of one message; Telegram's flood limits count them as messages

log = logging.getLogger(__name__)


class ProgressDisplay:
    """Shows the newest state of a job: at once, then at most every three seconds; what came between is left out.

    An async context manager: the display runs inside it and has made its last edit when it is left.
    """

    def __init__(self, screen: Screen, job: Job) -> None:
        self._screen = screen
        self._job = job
        self._progress: Progress | None = None
        self._preview: Preview | None = None
        self._changed = asyncio.Event()

    def show(self, event: Event) -> None:
        """Take in an event; never waits."""
        if isinstance(event, Progress):
            self._progress = event
        elif isinstance(event, Preview):
            self._preview = event
        self._changed.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            preview, self._preview = self._preview, None
            try:
                await self._screen.painting(self._job, self._progress, preview.image if preview else None)
            except (TelegramError, MessageGone) as error:
                # The painting goes on; if the chat cannot be reached, its delivery will tell.
                log.info("job %d: progress not shown: %s", self._job.id, error)
            await asyncio.sleep(EDIT_SECONDS)
