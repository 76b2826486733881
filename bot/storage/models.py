"""The records that survive a crash: a user, a photo, and the job of painting it. Each is a row of one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, cast

from bot.storage.styles import Blend
from styler.settings import Format, Strength

# Attempts for a job in all. An attempt is charged if it failed in a way that the photo may have caused: its worker
# died, or there was an error in our code. It is refunded if the whole bot stopped or crashed.
MAX_ATTEMPTS = 3
# Crashes of the bot in a row while the job was running. The photo may be the cause (it fills the container's memory,
# say), but most crashes have another one: so there are many more of them than attempts.
MAX_CRASHES = 10
# How Telegram calls a moving picture; a GIF is an animation.
ClipKind = Literal["animation", "video", "video_note"]
# Of what came as a file. A clip that came as a file is one again only in an album of files.
PhotoFormat = Format | Literal["mp4"]


class JobStatus(StrEnum):
    """A job's state. See `bot.storage.jobs` for the transitions."""

    QUEUED = "QUEUED"  # waits to be claimed; also after a crash, a clean stop, or an attempt that failed
    RUNNING = "RUNNING"  # claimed by the dispatcher: downloading, painting or delivering
    DONE = "DONE"  # the painting is in the chat
    FAILED = "FAILED"  # the user was told why
    CANCELLED = "CANCELLED"  # the user did not want it any more, or cannot be reached

    @property
    def is_active(self) -> bool:
        """Queued or running."""
        return self in ACTIVE_STATUSES


ACTIVE_STATUSES = (JobStatus.QUEUED, JobStatus.RUNNING)
TERMINAL_STATUSES = (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo or clip that a user sent, and the state of the conversation about it.

    It is known by its chat and message. Ids of messages are Telegram's, unique in a chat; times are seconds since 1970.
    """

    chat_id: int
    message_id: int
    user_id: int
    file_id: str  # of the photo at Telegram, where its bytes stay
    media_group_id: str | None = None  # the photos of one album have the same
    gallery_message_id: int | None = None  # the message with its gallery, which becomes its painting
    style_asked_at: float | None = None  # since when the user's next picture is its style; None: it is not
    style_for_album: bool = False  # that style is for its whole album
    message_thread_id: int | None = None  # the topic of a forum
    format: PhotoFormat | None = None  # it came as a file, so its painting is one, in this format
    clip: ClipKind | None = None  # it moves
    blend_with: str | None = None  # the painting with which that style is to be blended
    custom_style: str | None = None  # file_id of the picture that came for the blend
    sheets: Mapping[str, str] = field(default_factory=dict)  # file_ids of it in the manner of each painting
    live_file_id: str | None = None  # of a live photo: its video, or its still if the video is to be painted
    wishes: Mapping[str, Any] = field(default_factory=dict)  # settings by the words under it, whatever it is painted as


@dataclass(frozen=True, slots=True)
class User:
    """`language` is the one that the user chose, else that of their Telegram; None for an unknown user."""

    user_id: int
    language: str | None = None
    preferences: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredClip:
    """A checkpoint of a clip as a file at Telegram: the first `frames` of its frames, painted. Sizes are in pixels."""

    file_id: str
    frames: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Job:
    """One photo to be painted in one style (or blend), delivered in one message. Times are seconds since 1970."""

    id: int
    chat_id: int
    user_id: int
    photo_message_id: int  # the message of the photo
    file_id: str  # of the photo; an edited message may show another picture by now
    style: Blend
    settings: Mapping[str, Any]  # of `styler.settings.Settings`, over the operator's
    message_id: int | None  # the message that becomes the painting; None until it is sent
    status: JobStatus
    attempts: int  # charged so far, at most `MAX_ATTEMPTS`
    crashes: int  # of the bot in a row while the job was running
    created_at: float
    message_thread_id: int | None  # the topic of a forum
    control_message_id: int | None  # of an album's job: the message with the album's buttons
    result_file_id: str | None  # of the painting
    downscaled: bool  # smaller than asked for: the memory did not suffice
    clip: ClipKind | None = None
    checkpoint: StoredClip | None = None  # as far as a clip is painted
    stopped_early: bool = False  # the user wants no more of the clip than is painted

    @property
    def is_active(self) -> bool:
        """Queued or running."""
        return self.status.is_active

    @property
    def kind(self) -> str:
        """The label for logs and metrics: no file_ids, and not each of the many blends."""
        return "a comparison" if self.is_comparison else self.style.kind

    @property
    def is_lost(self) -> bool:
        """Its message may stand in the chat or not, as the answer to its sending was lost: it has no id by which it
        could be changed, so it is not sent again, and the painting comes in a message of its own.
        """
        return self.message_id is not None and self.message_id < 0

    @property
    def as_file(self) -> bool:
        """It is delivered as a file, in the format that its settings name."""
        return "format" in self.settings

    @property
    def is_timelapse(self) -> bool:
        """It is delivered as a clip of how it was painted."""
        return bool(self.settings.get("timelapse"))

    @property
    def is_comparison(self) -> bool:
        """It shows the photo beside an earlier painting of it, which stands in place of the style."""
        return bool(self.settings.get("compare"))

    @property
    def keeps_photo_size(self) -> bool:
        """It is painted at its photo's own size, as a photo is that came as a file."""
        return not self.settings.get("enlarge", True)

    @property
    def keep_colors(self) -> bool:
        """The painting keeps the photo's colours."""
        return bool(self.settings.get("keep_colors"))

    @property
    def strength(self) -> Strength:
        """How strong its style is."""
        return cast(Strength, self.settings.get("strength", "medium"))

    @property
    def weights(self) -> Sequence[float]:
        """How much of each style is in the painting; the sum is 1."""
        number = len(self.style.styles)
        return self.settings.get("style_blend") or [1 / number] * number
