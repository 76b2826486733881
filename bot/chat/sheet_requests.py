"""Galleries that wait for a sheet of their own, which shows the photo in the manner of each painting."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.chat.gallery_view import GalleryView
from bot.chat.message_editor import MessageWatch
from bot.storage.models import Photo


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """The gallery of `photo` is the message `message_id`, which shows this `view`, and which `watch` watches since."""

    photo: Photo
    message_id: int
    view: GalleryView
    watch: MessageWatch


class SheetRequests:
    """The newest `most` requests, by their messages: nobody looks at older galleries any more. With 0: none."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[tuple[int, int], SheetRequest] = {}
        self._news = asyncio.Event()

    def add(self, request: SheetRequest) -> None:
        """Add a request, in place of an earlier one for the same message."""
        key = (request.photo.chat_id, request.message_id)
        self._waiting.pop(key, None)
        self._waiting[key] = request
        while len(self._waiting) > self._most:
            del self._waiting[next(iter(self._waiting))]
        self._news.set()

    async def take(self) -> SheetRequest:
        """The oldest request, as soon as there is one."""
        while not self._waiting:
            self._news.clear()
            await self._news.wait()
        return self._waiting.pop(next(iter(self._waiting)))
