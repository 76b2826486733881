"""One attempt at a job, from the claim to the delivery or to the error that ended it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot import logs, metrics
from bot.chat.job_views import JobViews
from bot.chat.message_editor import MessageDeleted
from bot.chat.refusals import refused_delivery
from bot.executors.base import WorkerDied
from bot.i18n import languages, texts
from bot.jobs.inputs import PaintingNotFound
from bot.jobs.outcomes import JobOutcomes
from bot.jobs.painter import JobPainter
from bot.jobs.running_job import RunningJob
from bot.storage.models import MAX_CRASHES, Job, JobStatus
from bot.storage.storage import Storage
from bot.transport.downloads import FileNotServed, FileUnavailable
from bot.transport.retry_policy import retry_after
from styler.events import BadImage, ClipCheckpoint, OutOfMemory, PaintError, Result

NOTIFY_SECONDS = 60.0  # from the press of the button; a painting that took longer is announced by a message that rings

MAX_RESTS = 10  # see `RunningJob.rests`; from then on, an attempt is charged for each

log = logging.getLogger(__name__)


class JobRunner:
    """Paints a claimed job and delivers it. No error leaves it: each becomes an outcome."""

    def __init__(self, storage: Storage, painter: JobPainter, views: JobViews, outcomes: JobOutcomes) -> None:
        self._storage = storage
        self._painter = painter
        self._views = views
        self._outcomes = outcomes
        self.slots = painter.slots

    async def run(self, job: Job, running: RunningJob, slot: contextlib.ExitStack) -> JobStatus:
        """One attempt; the job's status after it. `slot` is closed as soon as the job needs no painter any more."""
        logs.bind(job=job.id, chat=job.chat_id)
        status = await self._try(job, running, slot)
        ended = status in (JobStatus.DONE, JobStatus.FAILED)
        # A user who stopped a clip is looking at the chat, so needs no sound.
        if ended and not job.stopped_early and time.time() - job.created_at > NOTIFY_SECONDS:
            with logs.log_exceptions(f"job {job.id}: nothing rang"):
                await self._views.of(job).notify_ended(replace(job, status=status))
        return status

    async def _try(self, job: Job, running: RunningJob, slot: contextlib.ExitStack) -> JobStatus:
        try:
            await self._speak(job)
            return await self._attempt(job, running, slot)
        except (Forbidden, MessageDeleted) as error:
            return await self._outcomes.abandon(job, error)
        except BadRequest as error:  # Telegram refuses the painting, and would refuse it again.
            return await self._outcomes.fail(job, refused_delivery(error), str(error))
        except ChatMigrated as error:
            return await self._outcomes.move([job], error.new_chat_id)
        except TelegramError as error:
            return await self._outcomes.retry(job, str(error))
        except Exception:  # A fault of ours must not stop the queue. The job is tried again, three times in all.
            log.exception("job %d", job.id)
            return await self._outcomes.retry(job, "a fault of ours")

    async def _attempt(self, job: Job, running: RunningJob, slot: contextlib.ExitStack) -> JobStatus:
        if job.crashes > MAX_CRASHES:
            error = f"the bot died {job.crashes} times in a row while at it"
            return await self._outcomes.fail(job, texts.tried_too_often(), error)
        frames_before = _frames(job, running)
        try:
            with slot:  # closed before the result is shown, so that the next painting can begin
                painted = await self._painter.paint(job, running)
        except (BadImage, PaintingNotFound, FileNotServed, BadRequest) as error:
            paintable = not (isinstance(error, BadImage) and _is_for_all_paintings(error))
            reason = _reason(running.identified or job, error)
            return await self._outcomes.fail(job, reason, str(error), paintable=paintable)
        except RetryAfter as error:
            # Telegram gives us no file for so long. Meanwhile the slot, which is closed, paints for others.
            log.info("job %d: it rests: %s", job.id, error)
            await asyncio.sleep(retry_after(error))
            running.rests += 1
            charged = running.rests > MAX_RESTS
            return await self._outcomes.retry(job, str(error), charged=charged, sentence=texts.no_file)
        except OutOfMemory as error:
            return await self._outcomes.retry_downscaled(job, error)
        except (WorkerDied, PaintError, FileUnavailable) as error:
            # An attempt that has painted more of a clip is not charged.
            charged = _frames(job, running) <= frames_before
            sentence = texts.no_file if isinstance(error, FileUnavailable) else texts.tried_too_often
            return await self._outcomes.retry(job, str(error), charged=charged, sentence=sentence)
        running.delivering = True
        return await self._deliver(running.identified or job, painted)

    async def _deliver(self, job: Job, painted: Result | ClipCheckpoint) -> JobStatus:
        # After a crash between the delivery and the record of it, the job must be delivered again, not fail.
        if not await self._storage.jobs.reset_crashes(job):
            return JobStatus.CANCELLED
        await self._speak(job)  # the user may have chosen another language meanwhile
        view = self._views.of(job)
        with metrics.DELIVERED.time():
            result_file_id = await view.deliver(job, painted)
        status = await self._outcomes.complete(job, result_file_id)
        await view.look_away(job)
        return status

    async def _speak(self, job: Job) -> None:
        languages.activate((await self._storage.users.get(job.user_id)).language)


def _reason(job: Job, error: BadImage | PaintingNotFound | FileNotServed | BadRequest) -> str:
    """Why the job cannot be painted, however often it is tried."""
    if isinstance(error, BadImage):
        return texts.bad_image(error, bool(job.clip))
    if isinstance(error, FileNotServed):
        log.error("job %d: the Bot API server's file cannot be read here: %s", job.id, error)
        return texts.file_not_served()
    return texts.painting_gone() if isinstance(error, PaintingNotFound) else texts.no_file()


def _is_for_all_paintings(error: BadImage) -> bool:
    """Whether none at all can be made of the photo. (What moves can be painted, but not dreamt.)"""
    return error.which == "content" and error.reason != "moving"


def _frames(job: Job, running: RunningJob) -> int:
    """How many frames of a clip are painted already."""
    checkpoint = running.checkpoint or job.checkpoint
    return checkpoint.frames if checkpoint else 0
