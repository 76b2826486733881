"""Requests by buttons: a press is answered before anything else is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery

from bot.handlers.context import answer, message_id_of
from bot.jobs.job_request import JobRequest
from bot.jobs.requests import JobRequests
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.photos import PhotoTable
from bot.storage.styles import Blend


@dataclass(frozen=True)
class Submission:
    """Submits what a button asks for."""

    requests: JobRequests
    photos: PhotoTable

    async def from_gallery(self, query: CallbackQuery, photos: Sequence[Photo], style: Blend, **overrides: Any) -> None:
        """A button of a gallery. All its buttons have the same idempotency key: only the first press makes a job."""
        gallery_id = message_id_of(query)
        key = IdempotencyKey.of_gallery(photos[0].chat_id, gallery_id)
        await self.submit(query, JobRequest(photos, style, key, gallery_id, reuse_message=True, overrides=overrides))

    async def submit(self, query: CallbackQuery, request: JobRequest) -> None:
        """Answer the press and start the jobs. If it was pressed just when this gallery was to ask for a style, that is
        not asked for any more.
        """
        result = await self.requests.enqueue(request)
        await answer(query, result.answer(request), alert=bool(result.refused))
        await self.requests.start(request, result.jobs)
        for photo in request.photos if result.jobs else ():
            if photo.style_asked_at is not None and photo.gallery_message_id == request.message_id:
                await self.photos.close_style_request(photo)
