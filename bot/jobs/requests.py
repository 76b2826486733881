"""Submits requests: jobs are added to the queue, shown, and set to work."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.chat.message_editor import MessageDeleted
from bot.jobs.dispatcher import Dispatcher
from bot.jobs.enqueuer import Enqueuer
from bot.jobs.job_request import EnqueueResult, JobRequest
from bot.jobs.position_display import PositionDisplay
from bot.storage.jobs import JobTable
from bot.storage.models import Job

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobRequests:
    """The one way from a request to a job."""

    enqueuer: Enqueuer
    position_display: PositionDisplay
    dispatcher: Dispatcher
    jobs: JobTable

    async def enqueue(self, request: JobRequest) -> EnqueueResult:
        """Add the jobs, and do no more: `start` follows, once a press is answered."""
        return await self.enqueuer.enqueue(request)

    async def start(self, request: JobRequest, jobs: Sequence[Job]) -> None:
        """Show the first of the new jobs, if there is a message for it; then have them announced and claimed."""
        if jobs and (jobs[0].message_id or request.control_message_id):
            await self._show(jobs[0], reuse_message=request.reuse_message)
        self.dispatcher.notify()

    async def _show(self, job: Job, *, reuse_message: bool) -> None:
        try:
            await self.position_display.show(job)
        except MessageDeleted:
            if reuse_message:  # pressed, and deleted at once: it is not wanted
                await self.dispatcher.cancel(job.id, job.user_id)
                await self.position_display.views.of(job).look_away(job)
            else:
                await self.jobs.clear_message(job.id)
        except TelegramError as error:
            # The job goes on; if its chat cannot be reached, its delivery will tell.
            log.info("job %d: its position is not shown: %s", job.id, error)
