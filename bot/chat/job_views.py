"""The view of each job."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram.error import TelegramError

from bot import logs
from bot.chat.job_view import JobView
from bot.storage.models import Job

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobViews:
    """Chooses between the view of jobs that stand alone and that of albums."""

    single: JobView
    album: JobView

    def of(self, job: Job) -> JobView:
        """Where the job is shown."""
        return self.single if job.control_message_id is None else self.album

    async def try_show_failure(self, job: Job, sentence: str, *, paintable: bool = True) -> None:
        """Say why there is no painting, if that is possible. Never raises."""
        with logs.log_exceptions(f"job {job.id}: its failure is not shown"):
            try:
                await self.of(job).show_failure(job, sentence, paintable=paintable)
            except TelegramError as error:
                log.info("job %d: its failure cannot be shown: %s", job.id, error)
