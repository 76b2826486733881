"""Submits what messages request: words, and pictures for the style. What comes of them stands below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.chat.album_message import AlbumMessage
from bot.chat.gallery_message import GalleryMessage
from bot.jobs.job_request import EnqueueResult, JobRequest
from bot.jobs.requests import JobRequests
from bot.storage.storage import Storage


@dataclass(frozen=True)
class MessageRequests:
    """Jobs, and a sentence where the queue has no room for them."""

    requests: JobRequests
    gallery_message: GalleryMessage
    album_message: AlbumMessage
    storage: Storage

    async def submit(self, request: JobRequest) -> bool:
        """Whether any of its photos has a job now. Several come back as an album, with its buttons in a new message if
        the request has none for them.
        """
        if len(request.photos) > 1 and not request.message_id:
            return await self.submit_together(request.apart())
        result = await self.requests.enqueue(request)
        await self.requests.start(request, result.jobs)
        if result.refused:
            await self.gallery_message.reply(request.photos[0], result.refused)
        return result.accepted

    async def submit_together(self, requests: Sequence[JobRequest]) -> bool:
        """The same of requests for the photos of an album, one for each. Files beside photos can be no album, and come
        each in a message of its own.
        """
        counted = [replace(request, others=len(requests) - n) for n, request in enumerate(requests, 1)]
        if len(requests) > 1 and len({"format" in (request.settings or {}) for request in requests}) == 1:
            return await self._submit_album(counted)
        accepted = [await self.submit(counted[0])]
        for request in counted[1:]:
            if accepted[-1]:  # if not, the queue is full, which is told once
                accepted.append(await self.submit(request))
        return accepted[0]

    async def _submit_album(self, requests: Sequence[JobRequest]) -> bool:
        [first], style = requests[0].photos, requests[0].style
        begun = await self.storage.job_search.requested_by(requests[0].key)
        control_id = begun and begun.control_message_id  # if the bot died since
        control_id = control_id or await self.album_message.post_controls(first, style)
        in_album = [replace(request, message_id=control_id, in_album=True) for request in requests]
        result = EnqueueResult()
        for request in in_album:
            if not result.refused:
                one = await self.requests.enqueue(request)
                result = EnqueueResult(result.jobs + one.jobs, result.existing + one.existing, one.refused)
        if result.accepted:
            await self.requests.start(in_album[0], result.jobs)
        if result.refused:
            await self._refuse(in_album[0], result)
        return result.accepted

    async def submit_album_photo(self, request: JobRequest, *, is_new: bool) -> None:
        """A request by the caption of an album, for one of its photos, which is told once that it cannot join the
        queue: when it `is_new`.
        """
        result = await self.requests.enqueue(request)
        await self.requests.start(request, ())
        if result.refused and is_new:
            await self._refuse(request, result)

    async def _refuse(self, request: JobRequest, result: EnqueueResult) -> None:
        """Where nothing of an album is painted, its buttons are those of a gallery."""
        [photo], control_id = request.photos, request.message_id or 0
        if not await self.storage.job_search.album(photo.chat_id, control_id):
            album = await self.storage.photos.album(photo)
            await self.gallery_message.show(album[0], control_id, album=album)
        await self.gallery_message.reply(photo, result.refused)
