"""Turns requests into rows of jobs, within the limits of the queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from bot.i18n import texts
from bot.jobs.job_request import EnqueueResult, JobRequest
from bot.options import PaintOptions
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Job, Photo
from bot.storage.queue import Admission
from bot.storage.storage import Storage


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """The most jobs that may be queued, and that a user may ask for from midnight to midnight (UTC); None: no limit."""

    per_user: int
    total: int
    per_day: int | None = None
    exempt: Set[int] = frozenset()  # users without a limit for a day


@dataclass(frozen=True)
class Enqueuer:
    """Adds jobs; shows nothing."""

    storage: Storage
    options: PaintOptions
    limits: QueueLimits
    # From the question whether a job may be added until it is: else two chats at once could pass a limit.
    _deciding: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def enqueue(self, request: JobRequest) -> EnqueueResult:
        """Add a job for each photo that has none by this request, until the queue is full."""
        preferences = (await self.storage.users.get(request.photos[0].user_id)).preferences
        result = EnqueueResult()
        wishes = next((photo.wishes for photo in request.photos if photo.wishes), {})  # under one of an album
        for i, each in enumerate(request.photos):
            photo = replace(each, wishes=each.wishes or wishes)
            key = request.key.for_photo(i)
            async with self._deciding:
                admission = await self.storage.queue.admission(key, photo.user_id)
                if admission.existing:  # asked first, because that job may be what has filled the queue
                    result.existing.append(admission.existing)
                elif refused := self._refusal(photo.user_id, admission, len(request.photos) - i + request.others):
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

    def _refusal(self, user_id: int, admission: Admission, more: int) -> str:
        """Why the `more` photos that are left cannot join the queue; '' if the next one can."""
        per_day = self.limits.per_day
        if per_day is not None and admission.today >= per_day and user_id not in self.limits.exempt:
            return texts.enough_for_today(more, per_day, 86_400 - time.time() % 86_400)
        if admission.own >= self.limits.per_user:
            return texts.queue_is_full(more, self.limits.per_user)
        return texts.everybody_waits(more) if admission.total >= self.limits.total else ""
