"""What painting tells its caller: events on the way, and the two ways in which it can end badly.

Free of torch, because these objects cross from the painting process into the bot's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Progress:
    """One step is done, of L-BFGS or of a dream.

    `step` of `steps` (over all levels), the loss after it, the share of the work that is done (0 to 1; a step at
    full size is more work than one at a small size), and the seconds left by the speed so far. Of a clip, `step` is the
    frame that is being painted, and `steps` the number of frames.
    """

    step: int
    steps: int
    loss: float
    share: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Preview:
    """The picture so far, as a JPEG: as large as the painting will be, if that is not very large."""

    image: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Result:
    """The painting or the painted clip, encoded as `Settings.format` says, with its size in pixels and its loss.

    `photo_width` and `photo_height` are the size of the photo, upright. Where the photo is transparent, a PNG comes
    instead of a JPEG.
    """

    image: bytes
    width: int
    height: int
    loss: float
    photo_width: int = 0
    photo_height: int = 0


@dataclass(frozen=True, slots=True)
class Timelapse:
    """How the picture was painted, as an MP4 of this size in pixels."""

    image: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ClipCheckpoint:
    """The first `frames` frames of a painted clip, as a clip that can be played. When painting has to begin again, it
    goes on after these frames.
    """

    image: bytes
    width: int
    height: int
    frames: int


Event = Progress | Preview | ClipCheckpoint | Timelapse | Result

BadImageReason = Literal[
    "empty", "transparent", "unreadable", "unsupported", "damaged", "truncated", "moving", "too_deep",
    "too_many_pixels", "too_small", "too_narrow", "too_large",
    "no_clip", "no_video", "colors", "still",
]  # fmt: skip


class BadImage(ValueError):
    """A picture that cannot be painted. `str()` is one clear line: what was got, what is allowed.

    `reason` and `facts` let a caller say it in another language; `which` is the picture it is about. The facts are
    `width` and `height` or `megapixels`, and the `limit` for them, or the `format` that it has.
    """

    def __init__(
        self,
        reason: BadImageReason,
        detail: str,
        which: Literal["content", "style"] = "content",
        facts: Mapping[str, float | str] = MappingProxyType({}),
    ) -> None:
        self.reason: BadImageReason = reason
        self.detail = detail
        self.which: Literal["content", "style"] = which
        self.facts = dict(facts)
        # The same arguments go to Exception, so that the error survives pickling.
        super().__init__(reason, detail, which, self.facts)

    def __str__(self) -> str:
        return self.detail


class PaintError(RuntimeError):
    """The picture is fine, but it could not be painted: out of memory, a lost GPU, a loss that is not finite."""


class OutOfMemory(PaintError):
    """A smaller painting would fit."""
