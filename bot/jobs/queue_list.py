"""The list of a user's jobs, for /queue."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.chat import keyboards
from bot.chat.job_captions import JobCaptions
from bot.i18n import texts
from bot.jobs.positions import QueuePosition, QueuePositions
from bot.storage.job_search import JobSearch
from bot.storage.models import Job, JobStatus

LISTED = 25  # jobs of a user: Telegram takes at most 4096 characters


@dataclass(frozen=True)
class QueueList:
    """Writes the list of a user's active jobs."""

    job_search: JobSearch
    positions: QueuePositions
    captions: JobCaptions

    async def of(self, user_id: int) -> tuple[str, InlineKeyboardMarkup | None]:
        """The list, and buttons to cancel the jobs."""
        jobs = await self.job_search.active(user_id)
        if not jobs:
            return texts.queue_empty(), None
        more, jobs = len(jobs) > LISTED, jobs[:LISTED]
        positions = {one.job.id: one for one in await self.positions.all()}
        labels = [self.captions.short_label(job) for job in jobs]
        text = texts.queue([self._line(job, positions.get(job.id)) for job in jobs])
        return text + "\n…" * more, keyboards.queue(jobs, labels)

    def _line(self, job: Job, one: QueuePosition | None) -> str:
        style = self.captions.describe(job)
        if one and one.position:
            return texts.queue_line(style, one.position, one.seconds)
        return texts.queue_starts(style) if job.status is JobStatus.QUEUED else texts.queue_painted(style)
