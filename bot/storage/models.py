"""What the bot remembers: a person, a photo, and the job of painting it. How they are kept is in `store.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, cast

from styler.settings import Format, Strength

# How often a job is tried in all. A try counts (is charged) if it failed in a way that the photo may have caused: its
# painter died, or there was an error in our code. It does not count if the whole bot stopped or crashed.
MAX_ATTEMPTS = 3
# How often in a row the bot may die while the job is in work. The photo may be the cause (it fills the container's
# memory, say), but most crashes have another one: so there are many more of them than attempts.
MAX_CRASHES = 10
CUSTOM_STYLE = "file:"  # before the file_id of a style picture, where a painting's name would stand
STYLE_SEPARATOR = "+"  # between several styles


# What a moving picture is at Telegram; a GIF is an animation.
ClipKind = Literal["animation", "video", "video_note"]


class JobStatus(StrEnum):
    QUEUED = "QUEUED"  # in line; also after a crash, a clean stop, or an attempt that failed
    RUNNING = "RUNNING"  # claimed by the dispatcher: downloading, painting or delivering
    DONE = "DONE"  # the painting stands in the chat
    FAILED = "FAILED"  # the person was told why
    CANCELLED = "CANCELLED"  # the person did not want it any more, or cannot be reached

    @property
    def in_work(self) -> bool:
        return self in (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that a person sent, and what has been asked about it so far."""

    chat_id: int
    message_id: int
    user_id: int
    file_id: str
    album_id: str | None = None
    gallery_id: int | None = None
    style_asked_at: float | None = None
    style_for_album: bool = False
    thread_id: int | None = None
    format: Format | None = None
    clip: ClipKind | None = None
    blend_with: str | None = None
    own_style: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """What a person chose. `language` is the one they chose, else that of their Telegram; None if we never met."""

    user_id: int
    language: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredClip:
    """What is painted of a clip, as a file at Telegram: the first `frames` of its frames."""

    file_id: str
    frames: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Job:
    """One photo to be painted in one style, delivered in one message."""

    id: int
    chat_id: int
    user_id: int
    photo_id: int
    file_id: str
    style: str
    settings: Mapping[str, Any]
    message_id: int | None
    status: JobStatus
    attempts: int
    crashes: int
    created_at: float
    thread_id: int | None
    control_id: int | None
    result_id: str | None
    shrunk: bool
    clip: ClipKind | None = None
    footage: StoredClip | None = None
    kept: bool = False  # the person wants no more of it than is painted

    @property
    def in_work(self) -> bool:
        return self.status.in_work

    @property
    def as_file(self) -> bool:
        """It is delivered as a file, in the format that its settings name."""
        return "format" in self.settings

    @property
    def own_size(self) -> bool:
        """It is painted at its photo's own size, as a photo is that came as a file."""
        return not self.settings.get("enlarge", True)

    @property
    def keep_colors(self) -> bool:
        return bool(self.settings.get("keep_colors"))

    @property
    def strength(self) -> Strength:
        return cast(Strength, self.settings.get("strength", "medium"))

    @property
    def style_name(self) -> str:
        """For logs and counts: no file_ids, and not each of the many blends."""
        if len(self.styles) > 1:
            return "a blend"
        return "an own style" if self.own_style else self.style

    @property
    def styles(self) -> list[str]:
        """Each is a painting's name, or `CUSTOM_STYLE` and the file_id of a picture."""
        return self.style.split(STYLE_SEPARATOR)

    @property
    def shares(self) -> Sequence[float]:
        """How much of each style is in the painting; the sum is 1."""
        return self.settings.get("style_blend") or [1 / len(self.styles)] * len(self.styles)

    @property
    def own_style(self) -> bool:
        """A style picture of the person's own is among its styles."""
        return any(custom_style_file(style) for style in self.styles)


def custom_style_file(style: str) -> str | None:
    """The file_id of a style picture of the person's own; None for a painting of the gallery."""
    return style.removeprefix(CUSTOM_STYLE) if style.startswith(CUSTOM_STYLE) else None
