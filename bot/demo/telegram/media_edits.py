"""Edits that put a new picture into a message: at most one at a time is under way in each message."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.demo.telegram.errors import EDIT_CANCELED, bad_request
from bot.demo.telegram.model import Message

T = TypeVar("T")


class MediaEdits:
    """A second edit cancels the first, whose caller is told so (MessagesManager.cpp cancel_edit_message_media).

    Differs from an edit of the caption or of the buttons, which cancels nothing.
    """

    def __init__(self) -> None:
        self._under_way: dict[Message, asyncio.Task[Any]] = {}

    async def run(self, message: Message, upload: Coroutine[object, object, T]) -> T:
        """What `upload` gives; `ApiError` as soon as another edit of the message begins."""
        if before := self._under_way.get(message):
            before.cancel()
        task = asyncio.ensure_future(upload)
        self._under_way[message] = task
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            if self._under_way.get(message) is task:
                del self._under_way[message]
        if task.cancelled():
            raise bad_request(EDIT_CANCELED)
        return task.result()
