"""What is in memory of a job at work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.storage.models import Job
from styler.events import ClipCheckpoint


@dataclass
class RunningJob:
    """One job, from its first claim until its row says how it ended; also between two attempts."""

    task: asyncio.Task[object] | None = None  # the attempt that is running
    checkpoint: ClipCheckpoint | None = None  # the newest of its clip; what its message shows may be older
    delivering: bool = False  # its painting is on its way to the chat
    rests: int = 0  # times that it has waited for its file for as long as Telegram said
    identified: Job | None = None  # the job as its file's bytes have it, whatever its name says

    def advance(self, checkpoint: ClipCheckpoint) -> bool:
        """Take over a checkpoint that shows more. False for one that does not: an attempt that resumes first shows some
        of the known frames again.
        """
        known = self.checkpoint
        same_size = known and (checkpoint.width, checkpoint.height) == (known.width, known.height)
        if known and same_size and checkpoint.frames <= known.frames:
            return False
        self.checkpoint = checkpoint
        return True
