"""Paints one job: its inputs go to the executor, the executor's events to the chat."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace

from bot import metrics
from bot.chat.job_views import JobViews
from bot.chat.progress import ProgressDisplay
from bot.executors.base import Executor, Warming, WorkerDied
from bot.jobs.inputs import JobInputs
from bot.jobs.media_kind import find_media_kind
from bot.jobs.running_job import RunningJob
from bot.storage.models import ClipKind, Job
from bot.storage.storage import Storage
from styler.events import ClipCheckpoint, Result, Timelapse

log = logging.getLogger(__name__)


class JobPainter:
    """Has the executor paint jobs, and shows their progress."""

    def __init__(self, storage: Storage, executor: Executor, inputs: JobInputs, views: JobViews) -> None:
        self._storage = storage
        self._executor = executor
        self._inputs = inputs
        self._views = views
        self.slots = executor.slots

    async def paint(self, job: Job, running: RunningJob) -> Result | ClipCheckpoint:
        """The painting; of a clip that was stopped early, its newest checkpoint.

        Raises what the executor and `JobInputs` raise; `MessageDeleted` and `ChatMigrated` if the progress has no
        place any more.
        """
        if running.checkpoint is None and job.checkpoint:
            running.checkpoint = await self._inputs.stored_clip(job.checkpoint)
        if job.stopped_early and running.checkpoint:
            return running.checkpoint
        content, *styles = await self._inputs.images(job)
        job = running.identified = await self._identified(job, content)
        settings = self._inputs.settings(job)
        resume_from = running.checkpoint.image if running.checkpoint else b""
        log.info("job %d: painting %s, attempt %d", job.id, job.kind, job.attempts)
        with metrics.PAINTED.time():
            async with (
                ProgressDisplay(self._views.of(job), job) as display,
                contextlib.aclosing(self._executor.paint(content, styles, settings, resume_from)) as events,
            ):
                timelapse = None
                async for event in events:
                    if isinstance(event, Result):
                        return _delivered(event, timelapse)
                    if isinstance(event, Timelapse):
                        timelapse = event
                    elif isinstance(event, Warming):
                        display.show_warming()
                    elif not isinstance(event, ClipCheckpoint) or running.advance(event):
                        display.show(event)
        raise WorkerDied("the painter ended without a result")

    async def _identified(self, job: Job, content: bytes) -> Job:
        """The job with what its file is: a GIF that was sent as a file moves, or stands still.

        In an album only a file can become another kind: the message of a photo cannot. And a clip cannot be dreamt.
        """
        kind = await find_media_kind(content)
        if kind is None or (kind == "still") == (job.clip is None):
            return job
        if job.control_message_id is not None and not job.as_file:
            return job
        if kind != "still" and self._inputs.settings(job).dream:
            return job
        clip: ClipKind | None = None if kind == "still" else kind
        found = replace(job, clip=clip, settings=self._inputs.options.as_found(job, clip))
        await self._storage.jobs.set_kind(found)
        return found


def _delivered(painted: Result, timelapse: Timelapse | None) -> Result:
    """The painting, or in its place the timelapse."""
    if timelapse is None:
        return painted
    return replace(painted, image=timelapse.image, width=timelapse.width, height=timelapse.height)
