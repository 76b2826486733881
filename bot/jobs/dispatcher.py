"""Claims jobs, as many at once as the executor has slots, and stops them when their users want it."""

from __future__ import annotations

import asyncio
import contextlib
import functools

from bot.jobs.announcer import Announcer
from bot.jobs.position_display import PositionDisplay
from bot.jobs.runner import JobRunner
from bot.jobs.running_job import RunningJob
from bot.jobs.signals import JobSignals
from bot.storage.models import Job, JobStatus
from bot.storage.storage import Storage


class Dispatcher:
    """Runs the loops of a job's life: announce, claim, show positions. Each claimed job is a task of `JobRunner`."""

    def __init__(
        self,
        storage: Storage,
        announcer: Announcer,
        runner: JobRunner,
        position_display: PositionDisplay,
        signals: JobSignals,
    ) -> None:
        self._storage = storage
        self._announcer = announcer
        self._runner = runner
        self._position_display = position_display
        self._signals = signals
        self.running: dict[int, RunningJob] = {}
        self._slots = asyncio.Semaphore(runner.slots)
        self._claiming = asyncio.Lock()  # a cancel must not come between a claim and its task

    async def run(self) -> None:
        """Work until cancelled; then requeue what was being painted, with no attempt charged."""
        await self._storage.jobs.requeue_running(crashed=True)
        try:
            for job_id in await self._storage.queue.stopped_early():
                await self._begin_stopped(job_id)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._announcer.run())
                group.create_task(self._claim())
                group.create_task(self._position_display.run())
        finally:
            tasks = [one.task for one in self.running.values() if one.task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._storage.jobs.requeue_running(crashed=False)

    def notify(self) -> None:
        """There may be a new job."""
        self._signals.job_added()

    async def cancel(self, job_id: int, user_id: int) -> Job | None:
        """Cancel the user's own job, queued or running, and free its slot. None if there is no such job."""
        async with self._claiming:
            job = await self._storage.jobs.cancel(job_id, user_id)
            running = self.running.pop(job_id, None) if job else None
        if running and running.task:
            running.task.cancel()
            await asyncio.wait([running.task])
        self._signals.positions.set()
        return job

    async def stop_early(self, job_id: int, user_id: int) -> bool:
        """Stop the user's own clip, queued or running, and deliver what is painted of it. False if nothing is."""
        async with self._claiming:
            job, running = await self._storage.job_search.get(job_id, user_id), self.running.get(job_id)
            if job is None or not job.is_active or not (job.checkpoint or (running and running.checkpoint)):
                return False
            await self._storage.jobs.stop_early(job_id)
            if running:
                await self._interrupt(job_id, running)
            await self._begin_stopped(job_id)
        return True

    async def _interrupt(self, job_id: int, running: RunningJob) -> None:
        """Requeue a job that is being painted; one whose painting is being delivered is left alone."""
        if running.task and not running.delivering:
            running.task.cancel()
            await asyncio.wait([running.task])
            await self._storage.jobs.requeue(job_id, charged=False)

    async def _begin_stopped(self, job_id: int) -> None:
        """Deliver a clip that was stopped early, if it is queued. That needs no painter, so it waits for no slot."""
        if claimed := await self._storage.jobs.claim(job_id):
            self._begin(claimed, contextlib.ExitStack())

    async def _claim(self) -> None:
        while True:
            await self._slots.acquire()
            while not await self._begin_next():
                await self._signals.claimable.wait()

    async def _begin_next(self) -> bool:
        """Claim the job that is next, if there is one, and begin it."""
        self._signals.claimable.clear()
        async with self._claiming:
            if job := await self._storage.jobs.claim():
                slot = contextlib.ExitStack()
                slot.callback(self._slots.release)
                self._begin(job, slot)
            else:  # The queue is empty, so a job without a task has ended unnoticed: its message was deleted, say.
                self.running = {job_id: one for job_id, one in self.running.items() if one.task}
        return job is not None

    def _begin(self, job: Job, slot: contextlib.ExitStack) -> None:
        running = self.running.setdefault(job.id, RunningJob())
        task = asyncio.create_task(self._runner.run(job, running, slot), name=f"job {job.id}")
        running.task, running.delivering = task, False
        self._signals.positions.set()
        task.add_done_callback(functools.partial(self._attempt_ended, job.id, running, slot))

    def _attempt_ended(
        self, job_id: int, running: RunningJob, slot: contextlib.ExitStack, task: asyncio.Task[JobStatus]
    ) -> None:
        slot.close()
        if running.task is task:
            running.task = None
        if task.cancelled() or task.result().is_active:
            self._signals.job_changed()
        elif self.running.get(job_id) is running:
            del self.running[job_id]
