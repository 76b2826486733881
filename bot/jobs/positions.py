"""Where each queued job stands, and when it may start."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.storage.models import Job
from bot.storage.queue import JobQueue, Throughput


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """A job's position in the queue (1: it is next; None: a slot is free for it, or it is not queued any more), and its
    estimated wait in seconds (None: unknown).
    """

    job: Job
    position: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class QueuePositions:
    """Positions of jobs, for an executor with so many `slots`."""

    queue: JobQueue
    slots: int

    async def all(self) -> list[QueuePosition]:
        """All queued jobs, the next first."""
        jobs = await self.queue.jobs()
        if not jobs:
            return []
        throughput = await self.queue.throughput()
        return [
            self._position(job, position, seconds, throughput)
            for (position, job), seconds in zip(jobs, self._waits(throughput), strict=False)
        ]

    async def position_of(self, job: Job) -> QueuePosition:
        """Reads the row of this job only."""
        position, throughput = await self.queue.position(job.id)
        if position is None:
            return QueuePosition(job)
        seconds = next(itertools.islice(self._waits(throughput), position - 1, None))
        return self._position(job, position, seconds, throughput)

    def _position(self, job: Job, position: int, seconds: float | None, throughput: Throughput) -> QueuePosition:
        free = self.slots - len(throughput.running_since)
        return QueuePosition(job) if position <= free else QueuePosition(job, position, seconds)

    def _waits(self, throughput: Throughput) -> Iterator[float | None]:
        if throughput.median_seconds is None:
            return itertools.repeat(None)
        return estimated_waits(throughput.running_since, throughput.median_seconds, self.slots)


def estimated_waits(running_since: Iterable[float], median_seconds: float, slots: int) -> Iterator[float]:
    """In how many seconds the queued jobs start, the next first, if each painting takes the median. Endless.

    `running_since` says when each running job was claimed, in seconds since 1970.
    """
    now = time.time()
    ends = heapq.nlargest(slots, (max(0.0, claimed_at + median_seconds - now) for claimed_at in running_since))
    free_at = [*ends, *[0.0] * (slots - len(ends))]
    heapq.heapify(free_at)
    while True:
        yield heapq.heapreplace(free_at, free_at[0] + median_seconds)
