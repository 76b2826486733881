"""Where paintings are made. An executor knows bytes, settings and events; nothing of chats or jobs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from styler.events import Event
from styler.gallery import Painting
from styler.settings import Settings


class WorkerDied(Exception):
    """The process that painted was killed, crashed, hung or lost its GPU. Trying again may well succeed."""


@dataclass(frozen=True, slots=True)
class Warming:
    """The painter is not warm yet: the painting begins in a while, on a busy machine in a minute or two."""


class Executor(Protocol):
    """Paints on behalf of the bot."""

    async def start(self) -> None:
        """Call once, before anything else. Raises `OSError` where it cannot work."""
        ...

    @property
    def slots(self) -> int:
        """How many paintings can be in work at once."""
        ...

    @property
    def on_gpus(self) -> bool:
        """Are they made on GPUs, so that large ones and whole clips take no hours? Known after `start`."""
        ...

    def paint(
        self, content: bytes, styles: Sequence[bytes], settings: Settings, checkpoint: bytes = b""
    ) -> AsyncGenerator[Event | Warming, None]:
        """`Warming`, perhaps, and the events of `styler.paint_photo`: progress, previews and, last, the result. Several
        styles are blended, as `Settings.style_blend` says. A clip also brings checkpoints, each with all that is
        painted so far: the newest is given as `checkpoint` to the next attempt, which resumes from it. With
        `settings.timelapse`, a `Timelapse` comes before the result.

        Closing the generator, or cancelling the task that reads it, cancels the painting and frees its slot within
        seconds. Raises `BadImage` for a picture that cannot be painted, `PaintError` when painting it went wrong,
        and `WorkerDied` when the painter was lost; after each of them the executor is ready for the next painting.
        """
        ...

    async def paint_sheet(
        self, content: bytes, paintings: Sequence[Painting], labels: Sequence[str], settings: Settings
    ) -> bytes | None:
        """The photo in the manner of each painting, small, as one JPEG: see `styler.paint_sheet`.

        It is made only while a painter has nothing else to do, and given up for a painting: then, and where this
        executor makes none, it is None. Raises as `paint`.
        """
        ...

    async def alive(self) -> bool:
        """Could a painting be made now?"""
        ...

    async def aclose(self) -> None:
        """Stop all painters at once; paintings in work are lost."""
        ...
