"""The line: where each job stands in it and when it may start, and the messages that say so.

A message is edited when its place has changed: at most every few seconds, the newest place only, the most wrong one
first, and only a few in a second, so that presses, progress and paintings never wait for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot import logs
from bot.chat.gallery import Gallery
from bot.chat.job_view import JobView
from bot.chat.message_editor import MessageDeleted
from bot.chat.progress import edit_seconds
from bot.i18n import languages, texts
from bot.storage.models import Job
from bot.storage.queue import Throughput
from bot.storage.storage import Storage
from bot.transport.flood_limits import SlidingWindowLimiter
from bot.transport.retry_policy import QUEUE_POSITION

EDIT_RATE = (5, 1.0)  # such edits in so many seconds, of the 30 a second that Telegram takes
PATIENCE = 5.0  # seconds for an edit to get its turn; then others have theirs
FAULT_SECONDS = 5.0  # until the next try, after an error that nobody foresaw
MAX_STALENESS = 30.0  # seconds after which a wrong time is put right, though the place is the same
TOLERANCE = 0.2  # of the time that is shown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """A job that waits: its place in line (0: it starts at any moment), and in how many seconds it may start, if
    that is known.
    """

    job: Job
    place: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class ShownPosition:
    place: int | None
    seconds: float | None
    at: float


@dataclass
class JobQueue:
    """Knows where jobs stand, and keeps their messages up to date while it `run`s."""

    storage: Storage
    gallery: Gallery
    view: Callable[[Job], JobView]
    slots: int
    _shown: dict[int, ShownPosition] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _limit: SlidingWindowLimiter = field(default_factory=lambda: SlidingWindowLimiter(*EDIT_RATE))

    def changed(self) -> None:
        """To be called whenever the line may have changed."""
        self._changed.set()

    async def standings(self) -> list[QueuePosition]:
        """All who wait, the next first."""
        throughput = await self.storage.queue.throughput()
        starts = self._starts(throughput)
        return [
            self._position(job, place, seconds, throughput)
            for (place, job), seconds in zip(await self.storage.queue.jobs(), starts, strict=False)
        ]

    async def standing(self, job: Job) -> QueuePosition:
        """Where this job stands: at place 0, if it does not wait any more."""
        place, throughput = await self.storage.queue.position(job.id)
        if place is None:
            return QueuePosition(job, 0, None)
        seconds = next(itertools.islice(self._starts(throughput), place - 1, None))
        return self._position(job, place, seconds, throughput)

    def _starts(self, throughput: Throughput) -> Iterator[float | None]:
        usual = throughput.median_seconds
        return _starts(throughput.running_since, usual, self.slots) if usual else itertools.repeat(None)

    def _position(self, job: Job, place: int, seconds: float | None, throughput: Throughput) -> QueuePosition:
        free = self.slots - len(throughput.running_since)
        return QueuePosition(job, 0, None) if place <= free else QueuePosition(job, place, seconds)

    def caption(self, standing: QueuePosition) -> str:
        """What its message says while it waits."""
        how = self.gallery.how(standing.job)
        return texts.in_line(how, standing.place, standing.seconds) if standing.place else texts.starting(how)

    def shown(self, standing: QueuePosition) -> None:
        """Remember what its message says now."""
        self._shown[standing.job.id] = ShownPosition(standing.place, standing.seconds, time.monotonic())

    async def run(self) -> None:
        while True:
            self._changed.clear()
            wait: float | None = FAULT_SECONDS
            with logs.log_exceptions("the places in line are not shown"):
                wait = await self._bring_up_to_date()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    async def _bring_up_to_date(self) -> float | None:
        """Edit the message that is most wrong. Returns the seconds until the next must be; None if nobody waits."""
        # A job with place 0 is claimed at any moment, and its message then says that it is painted.
        waiting = _first_of_each_message(one for one in await self.standings() if one.place)
        self._shown = {one.job.id: shown for one in waiting if (shown := self._shown.get(one.job.id))}
        if not waiting:
            return None
        now = time.monotonic()
        due = [one for one in waiting if self._due(one) <= now]
        if due:
            await self._show(max(due, key=self._wrong))
            return 0.0
        return min(now + MAX_STALENESS, *map(self._due, waiting)) - now

    def _due(self, one: QueuePosition) -> float:
        """From when on its message should be edited; never (infinity), if it is right."""
        shown = self._shown.get(one.job.id)
        if shown is None:
            return 0.0
        if one.place != shown.place:
            return shown.at + edit_seconds(one.job.chat_id)
        off = abs((one.seconds or 0) - (shown.seconds or 0))
        return shown.at + MAX_STALENESS if off > max(5.0, TOLERANCE * (shown.seconds or 0)) else math.inf

    def _wrong(self, one: QueuePosition) -> float:
        """How far off is what is shown: from 20 to 19 is little, from 2 to 1 is much."""
        shown = self._shown.get(one.job.id)
        return abs(one.place - shown.place) / max(one.place, 1) if shown and shown.place is not None else math.inf

    async def _show(self, one: QueuePosition) -> None:
        self._shown[one.job.id] = ShownPosition(
            None, None, time.monotonic()
        )  # whatever comes of it, others have their turn
        languages.activate((await self.storage.users.get(one.job.user_id)).language)
        try:
            async with asyncio.timeout(PATIENCE), self._limit.turn(0):
                await self.view(one.job).waiting(one.job, self.caption(one), QUEUE_POSITION)
        except MessageDeleted:
            await self.storage.jobs.cancel(one.job.id, one.job.user_id)
        except (TelegramError, TimeoutError) as error:
            log.info("job %d: its place in line is not shown: %r", one.job.id, error)
        else:
            self.shown(one)


def _starts(running: Iterable[float], usual: float, slots: int) -> Iterator[float]:
    """In how many seconds the jobs in line start, the next first, if each painting takes as long as usual. Endless."""
    now = time.time()
    ends = heapq.nlargest(slots, (max(0.0, claimed_at + usual - now) for claimed_at in running))
    free = [*ends, *[0.0] * (slots - len(ends))]
    heapq.heapify(free)
    while True:
        yield heapq.heapreplace(free, free[0] + usual)


def _first_of_each_message(waiting: Iterable[QueuePosition]) -> list[QueuePosition]:
    """The photos of an album have one message that says where the next of them stands."""
    found: dict[tuple[int, int], QueuePosition] = {}
    for one in waiting:
        if message_id := one.job.control_message_id or one.job.message_id:
            found.setdefault((one.job.chat_id, message_id), one)
    return list(found.values())
