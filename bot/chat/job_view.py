"""Where a job is shown, for whoever moves it. A view knows messages; nothing of painters or of the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.storage.models import Job
from bot.transport.retry_policy import NORMAL, RequestPolicy
from styler.events import ClipCheckpoint, Preview, Progress, Result


class JobView(Protocol):
    """Shows jobs in their chats.

    `open` sends the message of a job; a crash at that moment can send it twice. All else but `ring` is an edit of it,
    which can be repeated after a crash without a second picture. Each method may raise `MessageDeleted`, if the person
    has deleted the message (and so does not want the painting), and `TelegramError`, if the chat cannot be reached.
    """

    async def open(self, jobs: Sequence[Job], caption: str) -> list[int]:
        """Send the messages of jobs that belong together and have none yet. Their ids, in the order of the jobs."""
        ...

    async def waiting(self, job: Job, caption: str, policy: RequestPolicy = NORMAL) -> None:
        """Show where a job stands in line, unless it waits no longer. `QUEUE_POSITION` changes the caption only."""
        ...

    async def painting(self, job: Job, progress: Progress | None, picture: Preview | ClipCheckpoint | None) -> None:
        """Show how far a job is, and the picture if there is a new one. Without progress, it is just beginning."""
        ...

    async def busy(self, job: Job) -> None:
        """Have the chat say for five seconds that a picture is on its way. A failure is only logged."""
        ...

    async def result(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
        """Deliver the painting; of a clip that was stopped, what is painted of it. Returns its file_id."""
        ...

    async def ended(self, job: Job, caption: str) -> None:
        """Say why there is no painting. Nothing, if the person has deleted the message."""
        ...

    async def ring(self, job: Job) -> None:
        """Say in a new message that the job is done: an edit makes no sound. Sent at most once, so it is recorded
        before; a failure is only logged. For an album it is said once, after its last painting.
        """
        ...
