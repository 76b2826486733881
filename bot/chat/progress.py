"""A painting's progress, shown by edits that are never queued behind one another."""

from __future__ import annotations

import asyncio
import logging
import math
from types import TracebackType
from typing import Self

from telegram.error import ChatMigrated, TelegramError

from bot import logs
from bot.chat.job_view import JobView
from bot.chat.message_editor import MessageDeleted
from bot.storage.models import Job
from styler.events import ClipCheckpoint, Event, Preview, Progress

# Between two edits of one message; Telegram's flood limits count them as messages.
EDIT_SECONDS = 3.0
GROUP_EDIT_SECONDS = 10.0
EDITS_PER_UPLOAD = 5  # one in so many may bring a checkpoint, which is large
ACTION_SECONDS = 4.5  # between two chat actions, each of which lasts 5 seconds

log = logging.getLogger(__name__)


class ProgressDisplay:
    """Shows the newest state of a job: at once, then every 3 seconds at most (in groups 10), and the checkpoint of a
    clip every 15 seconds (50). What came in between is skipped. Meanwhile the chat says that a picture is on its way.

    An async context manager: the display runs inside it. At its end, an edit under way is cancelled, and none follows.
    """

    def __init__(self, view: JobView, job: Job) -> None:
        self._view = view
        self._job = job
        self._progress: Progress | None = None
        self._preview: Preview | None = None
        self._checkpoint: ClipCheckpoint | None = None
        self._upload_at = -math.inf  # not before
        self._gone: MessageDeleted | ChatMigrated | None = None
        self._changed = asyncio.Event()

    def show(self, event: Event) -> None:
        """Take in an event; never waits. Raises `MessageDeleted` if the user has deleted the message meanwhile, and
        `ChatMigrated` if its group has become another chat.
        """
        if self._gone:
            raise self._gone
        if isinstance(event, Progress):
            self._progress = event
        elif isinstance(event, Preview):
            self._preview = event
        elif isinstance(event, ClipCheckpoint):
            self._checkpoint = event
        self._changed.set()

    def show_warming(self) -> None:
        """There is no progress, as the painter is not warm yet."""
        self._changed.set()

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._edit()), asyncio.create_task(self._act())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def _act(self) -> None:
        while True:
            with logs.log_exceptions(f"job {self._job.id}: chat action not shown"):
                await self._view.send_chat_action(self._job)
            await asyncio.sleep(ACTION_SECONDS)

    async def _edit(self) -> None:
        while not self._gone:
            await self._changed.wait()
            self._changed.clear()
            with logs.log_exceptions(f"job {self._job.id}: progress not shown"):
                await self._show_newest()
            await asyncio.sleep(edit_seconds(self._job.chat_id))

    async def _show_newest(self) -> None:
        try:
            await self._view.show_progress(self._job, self._progress, self._picture())
        except (MessageDeleted, ChatMigrated) as error:
            self._gone = error
        except TelegramError as error:
            # The painting goes on; if the chat cannot be reached, its delivery will tell.
            log.info("job %d: progress not shown: %s", self._job.id, error)

    def _picture(self) -> Preview | ClipCheckpoint | None:
        """The picture that has come since the last edit; a checkpoint only when one may be uploaded again."""
        now = asyncio.get_running_loop().time()
        if self._checkpoint and now >= self._upload_at:
            checkpoint, self._checkpoint, self._preview = self._checkpoint, None, None
            self._upload_at = now + EDITS_PER_UPLOAD * edit_seconds(self._job.chat_id)
            return checkpoint
        preview, self._preview = self._preview, None
        return preview


def edit_seconds(chat_id: int) -> float:
    """Between two edits of one message in this chat; the ids of groups are negative."""
    return GROUP_EDIT_SECONDS if chat_id < 0 else EDIT_SECONDS
