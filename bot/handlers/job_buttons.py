"""The buttons of a job: cancel it, stop it early, or paint it again with a change."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, Update

from bot.chat.callback_data import CancelAlbum, CancelJob, CancelListed, ChangeJob, StopEarly
from bot.handlers.context import Context, answer, change_text, message_id_of, press_of
from bot.handlers.ownership import Ownership
from bot.handlers.submission import Submission
from bot.i18n import texts
from bot.jobs.cancellation import Cancellation, StopOutcome
from bot.jobs.job_request import JobRequest
from bot.jobs.queue_list import QueueList
from bot.options import PaintOptions
from bot.storage.idempotency import IdempotencyKey


@dataclass(frozen=True)
class JobButtons:
    """What can be done with a job that is queued, running or done."""

    options: PaintOptions
    submission: Submission
    cancellation: Cancellation
    queue_list: QueueList
    ownership: Ownership

    async def change(self, update: Update, _: Context) -> None:
        """The same painting, stronger, larger or as a file: a new job in a new message."""
        query, choice = press_of(update, ChangeJob)
        job = await self.ownership.job(query, choice.job_id)
        photo = await self.ownership.photo(query, job.photo_message_id) if job else None
        settings = self.options.changed(job, choice.change) if job else None
        if job is None or photo is None or settings is None:
            await answer(query, texts.not_yours())
            return
        key = IdempotencyKey.of_redo(job.id, choice.change)
        await self.submission.submit(query, JobRequest.changed(job, photo, key, settings))

    async def cancel(self, update: Update, _: Context) -> None:
        """Cancel a job, by its own message."""
        query, choice = press_of(update, CancelJob)
        await self._cancel(query, choice.job_id)

    async def cancel_listed(self, update: Update, _: Context) -> None:
        """Cancel a job in the list of a user's jobs, and take it from the list."""
        query, choice = press_of(update, CancelListed)
        await self._cancel(query, choice.job_id)
        await change_text(query, *await self.queue_list.of(query.from_user.id))

    async def _cancel(self, query: CallbackQuery, job_id: int) -> None:
        job = await self.ownership.job(query, job_id)
        cancelled = job and await self.cancellation.cancel(job.id, job.user_id)
        await answer(query, texts.cancelled_answer() if cancelled else texts.nothing_to_cancel())

    async def cancel_album(self, update: Update, _: Context) -> None:
        """Cancel all that is left of an album."""
        query, choice = press_of(update, CancelAlbum)
        photo = await self.ownership.photo(query, choice.photo_message_id)
        cancelled = photo and await self.cancellation.cancel_album(photo, message_id_of(query))
        await answer(query, texts.cancelled_answer() if cancelled else texts.nothing_to_cancel())

    async def stop_early(self, update: Update, _: Context) -> None:
        """Stop a clip here, and have what is painted of it."""
        query, choice = press_of(update, StopEarly)
        job = await self.ownership.job(query, choice.job_id)
        if job is None:
            await answer(query, texts.not_yours())
            return
        answers = {
            StopOutcome.STOPPED: texts.kept_answer,
            StopOutcome.NOTHING_PAINTED: texts.nothing_to_keep,
            StopOutcome.ENDED: texts.ended_already,
        }
        await answer(query, answers[await self.cancellation.stop_early(job)]())
