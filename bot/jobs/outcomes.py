"""How an attempt ends: each outcome is recorded, and where there will be no painting the user is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from telegram.error import TelegramError

from bot.chat.job_views import JobViews
from bot.chat.refusals import refused_delivery
from bot.i18n import texts
from bot.jobs.inputs import JobInputs
from bot.jobs.signals import JobSignals
from bot.storage.models import MAX_ATTEMPTS, Job, JobStatus
from bot.storage.storage import Storage
from styler.events import OutOfMemory

DOWNSCALE = 2 / 3  # of the size, where the memory did not suffice
MIN_DOWNSCALED = 128  # pixels

log = logging.getLogger(__name__)


class JobOutcomes:
    """Each method returns the job's new status."""

    def __init__(self, storage: Storage, views: JobViews, inputs: JobInputs, signals: JobSignals) -> None:
        self._storage = storage
        self._views = views
        self._inputs = inputs
        self._signals = signals

    async def complete(self, job: Job, result_file_id: str | None) -> JobStatus:
        """The painting is delivered."""
        await self._storage.jobs.complete(job.id, result_file_id)
        log.info("job %d: delivered", job.id)
        return JobStatus.DONE

    async def fail(self, job: Job, sentence: str, error: str, *, paintable: bool = True) -> JobStatus:
        """The user is told before it is recorded: after a crash in between they are told again, not left waiting. Other
        paintings are offered if the photo is `paintable`.
        """
        log.info("job %d: failed: %s", job.id, error)
        await self._views.try_show_failure(job, sentence, paintable=paintable)
        await self._storage.jobs.fail(job.id, error)
        await self._views.of(job).look_away(job)
        return JobStatus.FAILED

    async def abandon(self, job: Job, error: Exception) -> JobStatus:
        """The chat or the message is gone, so nobody can be told."""
        log.info("job %d: cancelled, its chat or message is gone: %s", job.id, error)
        await self._storage.jobs.abandon(job.id, "chat or message is gone")
        await self._views.of(job).look_away(job)
        return JobStatus.CANCELLED

    async def retry(
        self, job: Job, error: str, *, charged: bool = True, sentence: Callable[[], str] = texts.tried_too_often
    ) -> JobStatus:
        """Requeue the job, or tell the user by `sentence` that it has been tried too often."""
        log.warning("job %d: attempt %d failed: %s", job.id, job.attempts, error)
        if charged and job.attempts >= MAX_ATTEMPTS:
            return await self.fail(job, sentence(), error)
        await self._storage.jobs.requeue(job.id, error, charged=charged)
        return JobStatus.QUEUED

    async def retry_downscaled(self, job: Job, error: OutOfMemory) -> JobStatus:
        """Requeue the job at two thirds of its size. The caption of the painting will say so."""
        size = round(self._inputs.settings(job).size * DOWNSCALE)
        if size < MIN_DOWNSCALED:
            return await self.retry(job, str(error))
        log.warning("job %d: %s; at %d pixels now", job.id, error, size)
        await self._storage.jobs.requeue_downscaled(job, size, str(error))
        return JobStatus.QUEUED

    async def move(self, jobs: Sequence[Job], chat_id: int) -> JobStatus:
        """Their group has become a supergroup, in which older messages cannot be edited: each job gets a new one there.

        The photo is moved first. If the bot dies in between, the job gets the same error again, and comes back here.
        """
        for job in jobs:
            log.info("job %d: its chat is %d now", job.id, chat_id)
            await self._storage.photos.move(job.chat_id, job.photo_message_id, chat_id)
            await self._storage.jobs.move(job, chat_id)
        self._signals.job_added()
        return JobStatus.QUEUED

    async def cancel_unreachable(self, jobs: Sequence[Job], error: TelegramError) -> None:
        """No message can be sent for these jobs: cancel them, and say so where that is possible."""
        log.info("job %d: cancelled, its chat cannot be reached: %s", jobs[0].id, error)
        for job in jobs:
            await self._storage.jobs.cancel(job.id, job.user_id)
        await self._views.try_show_failure(jobs[0], refused_delivery(error))
        await self._views.of(jobs[0]).look_away(jobs[0])
