"""Turns requests into rows of jobs, within the limits of the queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.i18n import texts
from bot.jobs.job_request import EnqueueResult, JobRequest
from bot.options import PaintOptions
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, Photo
from bot.storage.storage import Storage


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """The most jobs that may be queued."""

    per_user: int
    total: int


@dataclass(frozen=True)
class Enqueuer:
    """Adds jobs; shows nothing."""

    storage: Storage
    options: PaintOptions
    limits: QueueLimits

    async def enqueue(self, request: JobRequest) -> EnqueueResult:
        """Add a job for each photo that has none by this request, until the queue is full."""
        preferences = (await self.storage.users.get(request.photos[0].user_id)).preferences
        result = EnqueueResult()
        for i, photo in enumerate(request.photos):
            key = request.key.for_photo(i)
            # Asked first, because that job may be what has filled the queue.
            if status := await self.storage.jobs.active_status_for(key):
                result.existing.append(status)
            elif refused := await self._refusal(photo.user_id, len(request.photos) - i):
                result.refused = refused
                break
            elif job := await self._add(request, photo, preferences, key):
                result.jobs.append(job)
        return result

    async def _add(
        self, request: JobRequest, photo: Photo, preferences: Mapping[str, Any], key: IdempotencyKey
    ) -> Job | None:
        """None if the request's message shows another job."""
        settings = request.settings
        if settings is None:
            settings = self.options.settings_for(photo, preferences, request.overrides)
        control_id = request.control_message_id
        message_id = None if control_id else request.message_id
        job = await self.storage.jobs.enqueue(photo, request.style, settings, message_id, key, control_id)
        if job is None and message_id and not request.reuse_message:
            # A style that came as a reply, when the gallery has become a painting already.
            job = await self.storage.jobs.enqueue(photo, request.style, settings, None, key)
        return job

    async def _refusal(self, user_id: int, more: int) -> str:
        """Why the `more` photos that are left cannot join the queue; '' if the next one can."""
        own, total = await self.storage.queue.count(user_id)
        if own >= self.limits.per_user:
            return texts.line_is_full(more, self.limits.per_user)
        return texts.everybody_waits(more) if total >= self.limits.total else ""
