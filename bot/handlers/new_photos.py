"""New photos: painted at once if their caption says how, else answered with a gallery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from zlib import crc32

from telegram import Message

from bot.chat.album_message import AlbumMessage
from bot.chat.gallery_message import GalleryMessage
from bot.handlers.caption_parser import PaintRequest
from bot.handlers.media import file_of
from bot.jobs.job_request import JobRequest
from bot.jobs.message_requests import MessageRequests
from bot.options import PaintOptions
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.storage import Storage
from styler.gallery import Painting


@dataclass(frozen=True)
class NewPhotos:
    """Adds photos. Those of an album share the gallery, and the caption, of one of them."""

    storage: Storage
    gallery_message: GalleryMessage
    album_message: AlbumMessage
    requests: MessageRequests

    @property
    def paintings(self) -> Sequence[Painting]:
        """The paintings on offer."""
        return self.gallery_message.gallery.paintings

    async def add(self, photo: Photo, request: PaintRequest | None, message: Message, note: str = "") -> None:
        """Start at once what was requested, or reply with a gallery, which says `note` first."""
        photo = await self.storage.photos.add(photo)
        album = await self.storage.photos.album(photo)
        first = album[0]
        if photo.media_group_id and (request := request or await self._request_for_album(photo)):
            await self._start_album(album, request, photo)
        elif request:
            key = caption_key(message, request)
            job_request = JobRequest([photo], request.style, key, overrides=request.settings)
            await self.reacting(message, self.requests.submit(job_request))
        elif first.gallery_message_id is None or await self._is_job(first):
            await self.gallery_message.post(first, album, note, react_to=message.message_id)
        elif len(album) in (2, 3) or photo.wishes:
            # The buttons now mean all of them, and at three the second is not the style any more.
            await self.gallery_message.show(first, first.gallery_message_id, album=album)

    async def reacting(self, message: Message, taken: Awaitable[bool]) -> None:
        """Show at once that the message was seen; and no longer, if after all no painting comes of it."""
        place = (message.chat_id, message.message_id)
        _, comes = await asyncio.gather(self.gallery_message.react(*place), taken)
        if not comes:
            await self.gallery_message.look_away(*place)

    async def _is_job(self, photo: Photo) -> bool:
        """The photo's gallery has become a painting, or an album's buttons."""
        return await self.storage.job_search.has_message(photo.chat_id, photo.gallery_message_id or 0)

    async def _request_for_album(self, photo: Photo) -> PaintRequest | None:
        """What the caption of another photo of the album requests, which is for all of it."""
        job = await self.storage.job_search.started_by_caption(photo)
        return PaintRequest(job.style, PaintOptions.for_album(job)) if job else None

    async def _start_album(self, album: Sequence[Photo], request: PaintRequest, newest: Photo) -> None:
        """A job for each photo of the album that has come so far; this is called again for each that comes later. Only
        the newest photo is told that it cannot join the queue: the others were told when they came.
        """
        control_id = next((photo.gallery_message_id for photo in album if photo.gallery_message_id), None)
        if control_id is None:
            control_id = await self._post_controls(album[0], request)
        for photo in album:
            key = IdempotencyKey.of_caption(photo.chat_id, photo.message_id)
            job_request = JobRequest([photo], request.style, key, control_id, in_album=True, overrides=request.settings)
            await self.requests.submit_album_photo(job_request, is_new=photo.message_id == newest.message_id)

    async def _post_controls(self, first: Photo, request: PaintRequest) -> int:
        _, control_id = await asyncio.gather(
            self.gallery_message.react(first.chat_id, first.message_id),
            self.album_message.post_controls(first, request.style),
        )
        await self.storage.photos.set_gallery(first, control_id)
        return control_id


def caption_key(message: Message, request: PaintRequest) -> IdempotencyKey:
    """The idempotency key of the request in a caption. An edit makes another one only if it changes the request or the
    picture.
    """
    file = getattr(file_of(message), "file_unique_id", "")
    content = f"{file} {request.style} {sorted(request.settings.items())}"
    return IdempotencyKey.of_caption(message.chat_id, message.message_id, f"{crc32(content.encode()):08x}")
