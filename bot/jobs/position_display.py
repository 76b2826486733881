"""Shows queued jobs their positions.

A message is edited when its position has changed: at most every few seconds, the newest position only, the most wrong
one first, and only a few in a second, so that presses, progress and paintings never wait for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot import logs
from bot.chat.job_captions import JobCaptions
from bot.chat.job_views import JobViews
from bot.chat.message_editor import MessageDeleted
from bot.chat.progress import edit_seconds
from bot.i18n import languages
from bot.jobs.positions import QueuePosition, QueuePositions
from bot.jobs.signals import JobSignals
from bot.storage.models import Job
from bot.storage.storage import Storage
from bot.transport.retry_policy import QUEUE_POSITION
from bot.transport.sliding_window import SlidingWindowLimiter

EDIT_RATE = (5, 1.0)  # such edits in so many seconds, of the 30 a second that Telegram takes
PATIENCE = 5.0  # seconds for an edit to get its turn; then others have theirs
FAULT_SECONDS = 5.0  # until the next try, after an error that nobody foresaw
MAX_STALENESS = 30.0  # seconds after which a wrong time is corrected, though the position is the same
TOLERANCE = 0.2  # of the time that is shown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownPosition:
    """What a message said at a moment of the monotonic clock: infinity while it is being edited."""

    position: int | None
    seconds: float | None
    at: float


@dataclass
class PositionDisplay:
    """Shows positions: of one job at once, of all while it `run`s. Only this class writes what is shown."""

    storage: Storage
    captions: JobCaptions
    positions: QueuePositions
    views: JobViews
    signals: JobSignals
    _shown: dict[int, ShownPosition] = field(default_factory=dict)
    _limit: SlidingWindowLimiter = field(default_factory=lambda: SlidingWindowLimiter(*EDIT_RATE))

    async def post(self, jobs: Sequence[Job]) -> list[int]:
        """Send the messages of jobs that belong together, with the position of the first; their ids."""
        first = jobs[0]
        position = await self.positions.position_of(first)
        languages.activate((await self.storage.users.get(first.user_id)).language)
        message_ids = await self.views.of(first).post(jobs, self._caption(position))
        if not first.control_message_id:
            self._mark_shown(position)
        return message_ids

    async def show(self, job: Job) -> None:
        """Show a new job's position in its message. Raises `MessageDeleted` and `TelegramError`."""
        position = await self.positions.position_of(job)
        self._mark_shown(position, math.inf)  # so that `run` does not show it meanwhile, however long it takes
        try:
            await self.views.of(job).show_position(job, self._caption(position))
        finally:
            self._mark_shown(position)  # the pause until the next edit begins here

    async def run(self) -> None:
        """Keep the messages up to date until cancelled."""
        while True:
            self.signals.positions.clear()
            wait: float | None = FAULT_SECONDS
            with logs.log_exceptions("the positions are not shown"):
                wait = await self._show_most_wrong()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self.signals.positions.wait()

    async def _show_most_wrong(self) -> float | None:
        """Edit the message that is most wrong. Returns the seconds until the next must be; None if the queue is
        empty.
        """
        known = set(self._shown)  # not of jobs that join the queue while it is read
        queued = await self.positions.all()
        for gone in known - {one.job.id for one in queued}:
            self._shown.pop(gone, None)
        # A job without a position is claimed at any moment, and its message then says that it is painted.
        waiting = _first_of_each_message(one for one in queued if one.position)
        if not waiting:
            return None
        now = time.monotonic()
        due = [one for one in waiting if due_at(one, self._shown.get(one.job.id)) <= now]
        if due:
            await self._update(max(due, key=lambda one: wrongness(one, self._shown.get(one.job.id))))
            return 0.0
        return min(now + MAX_STALENESS, *(due_at(one, self._shown.get(one.job.id)) for one in waiting)) - now

    async def _update(self, one: QueuePosition) -> None:
        # Whatever comes of it, others have their turn.
        self._mark_unknown(one)
        languages.activate((await self.storage.users.get(one.job.user_id)).language)
        try:
            async with asyncio.timeout(PATIENCE), self._limit.acquire(0):
                await self.views.of(one.job).show_position(one.job, self._caption(one), QUEUE_POSITION)
        except MessageDeleted:
            await self.storage.jobs.cancel(one.job.id, one.job.user_id)
        except (TelegramError, TimeoutError) as error:
            log.info("job %d: its position is not shown: %r", one.job.id, error)
            self._mark_unknown(one)  # once more: an edit that came late may have been made, and its pause begins here
        else:
            self._mark_shown(one)

    def _caption(self, one: QueuePosition) -> str:
        return self.captions.queued(one.job, one.position, one.seconds)

    def _mark_unknown(self, one: QueuePosition) -> None:
        self._shown[one.job.id] = ShownPosition(None, None, time.monotonic())

    def _mark_shown(self, one: QueuePosition, at: float | None = None) -> None:
        self._shown[one.job.id] = ShownPosition(one.position, one.seconds, time.monotonic() if at is None else at)


def due_at(one: QueuePosition, shown: ShownPosition | None) -> float:
    """From when on (on the monotonic clock) the message should be edited; infinity, if it is right."""
    if shown is None:
        return 0.0
    if one.position != shown.position:
        return shown.at + edit_seconds(one.job.chat_id)
    off = abs((one.seconds or 0) - (shown.seconds or 0))
    return shown.at + MAX_STALENESS if off > max(5.0, TOLERANCE * (shown.seconds or 0)) else math.inf


def wrongness(one: QueuePosition, shown: ShownPosition | None) -> float:
    """How far off is what is shown: from 20 to 19 is little, from 2 to 1 is much."""
    if shown is None or shown.position is None or one.position is None:
        return math.inf
    return abs(one.position - shown.position) / one.position


def _first_of_each_message(waiting: Iterable[QueuePosition]) -> list[QueuePosition]:
    """The photos of an album share one message, which shows the position of the next of them; not before they are
    announced, since until then more may come.
    """
    found: dict[tuple[int, int], QueuePosition] = {}
    for one in waiting:
        if one.job.message_id:
            found.setdefault((one.job.chat_id, one.job.control_message_id or one.job.message_id), one)
    return list(found.values())
