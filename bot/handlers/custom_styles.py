"""Pictures of the users' own that become the style of an earlier photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Message

from bot.chat.gallery_message import GalleryMessage
from bot.handlers.context import replied_to, sender_id
from bot.jobs.job_request import JobRequest
from bot.jobs.message_requests import MessageRequests
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.photos import PhotoTable
from bot.storage.styles import Blend, CustomStyle
from styler.gallery import Painting


@dataclass(frozen=True)
class CustomStyles:
    """Takes a picture for the style of a photo, or for the second style of a blend."""

    photos: PhotoTable
    gallery_message: GalleryMessage
    requests: MessageRequests

    async def wanted_by(self, message: Message) -> Photo | None:
        """The photo for which this picture is the style: the one that it replies to, or one that waits for a style."""
        if replied := replied_to(message):
            photo = await self.photos.shown_in(message.chat_id, replied.message_id)
            return photo if photo and photo.user_id == sender_id(message) else None
        if message.media_group_id and await self.photos.media_group(message.chat_id, message.media_group_id):
            return None  # it belongs to an album of photos to paint
        return await self.photos.awaiting_style(message.chat_id, sender_id(message))

    async def take(self, photo: Photo, file_id: str, message: Message, overrides: Mapping[str, Any]) -> bool:
        """Paint the photo in this style, or ask how much of it if it was asked for as a part of a blend. Whether it is
        painted now.
        """
        gallery = self.gallery_message.gallery
        painting = gallery.painting(photo.blend_with) if photo.blend_with else None
        if painting and photo.gallery_message_id:
            await self._ask_for_weights(photo, photo.gallery_message_id, painting, file_id)
            return False
        return await self._submit(photo, file_id, message, overrides)

    async def _ask_for_weights(self, photo: Photo, gallery_id: int, painting: Painting, file_id: str) -> None:
        await self.photos.set_custom_style(photo, file_id)
        await self.gallery_message.ask_for_weights(photo, gallery_id, (painting, None), photo.style_for_album)
        await self.photos.close_style_request(photo)

    async def _submit(self, photo: Photo, file_id: str, message: Message, overrides: Mapping[str, Any]) -> bool:
        album = await self.photos.album(photo)
        replied = replied_to(message)
        to_gallery = replied is not None and replied.message_id == photo.gallery_message_id
        # A style in a reply to one photo of an album is for that one: the gallery stays for the others.
        for_album = photo.style_for_album if photo.style_asked_at else to_gallery
        photos = album if for_album else [photo]
        key = IdempotencyKey.of_style(message.chat_id, message.message_id)
        # What was asked for in the gallery comes there; else below the picture, where the user looks.
        gallery_id = photo.gallery_message_id if photo.style_asked_at else None
        request = JobRequest(photos, Blend.of(CustomStyle(file_id)), key, gallery_id, overrides=overrides)
        # Closed last: if the bot dies before this, the picture comes here again, and must still be taken for a style.
        # So must the next one, if the queue is full for this one.
        if accepted := await self.requests.submit(request):
            await self.photos.close_style_request(photo)
        return accepted
