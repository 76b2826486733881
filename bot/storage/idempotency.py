"""Idempotency keys: the same request makes one job for each photo, however often it comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self


class RequestSource(StrEnum):
    """The kind of request."""

    GALLERY = "gallery"  # a button of a gallery
    CAPTION = "caption"  # the words under a photo
    TEXT = "text"  # a message with words
    STYLE = "style"  # a picture that is a style
    REDO = "redo"  # a button under a painting


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Names a request by what it came from. Stored as text: `gallery/1001/17/0`."""

    source: RequestSource
    parts: tuple[int | str, ...]

    @classmethod
    def of_gallery(cls, chat_id: int, gallery_message_id: int) -> Self:
        """All buttons of a gallery are the same request: only the first press makes a job."""
        return cls(RequestSource.GALLERY, (chat_id, gallery_message_id))

    @classmethod
    def of_caption(cls, chat_id: int, message_id: int, content: str | None = None) -> Self:
        """`content` is a digest of what an edit may change. Without it, an edit makes no other request."""
        return cls(RequestSource.CAPTION, (chat_id, message_id, *([content] if content else [])))

    @classmethod
    def of_text(cls, chat_id: int, message_id: int) -> Self:
        """The words of a message."""
        return cls(RequestSource.TEXT, (chat_id, message_id))

    @classmethod
    def of_style(cls, chat_id: int, message_id: int) -> Self:
        """A picture that came as a style."""
        return cls(RequestSource.STYLE, (chat_id, message_id))

    @classmethod
    def of_redo(cls, job_id: int, change: str) -> Self:
        """A change of a job is one request, pressed once or ten times."""
        return cls(RequestSource.REDO, (job_id, change))

    def for_photo(self, number: int) -> IdempotencyKey:
        """The key of one of the request's photos, counted from 0."""
        return replace(self, parts=(*self.parts, number))

    def __str__(self) -> str:
        return "/".join(map(str, (self.source, *self.parts)))
