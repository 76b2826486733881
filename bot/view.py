"""Where a job is shown, for whoever moves it. A view knows messages; nothing of painters or of the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.jobs import Job
from bot.pace import NORMAL, Manner
from styler.events import Footage, Preview, Progress, Result


class View(Protocol):
    """Shows jobs in their chats.

    What is shown is an edit of a message that is there, so that it can be repeated after a crash without a second
    picture; `open` sends that message, and a crash right then sends it twice. Each may raise `MessageGone`, when the
    person has deleted the message and with it the wish, and `TelegramError`, when the chat cannot be reached.
    """

    async def open(self, jobs: Sequence[Job], caption: str) -> list[int]:
        """Send the messages of jobs that have none yet and belong together; their numbers, in the order of the jobs."""
        ...

    async def waiting(self, job: Job, caption: str, manner: Manner = NORMAL) -> None:
        """Show where a job stands in line, unless it has moved on meanwhile. As a `PLACE`, nothing else is new."""
        ...

    async def painting(self, job: Job, progress: Progress | None, picture: Preview | Footage | None) -> None:
        """Show how far a job is, and the picture if there is a new one. Without progress it only begins."""
        ...

    async def busy(self, job: Job) -> None:
        """Have the chat say for some seconds that a picture is on its way. A failure is not worth an error."""
        ...

    async def result(self, job: Job, painted: Result | Footage) -> str | None:
        """Deliver the painting, or of a clip as much as the person kept; its file_id, by which Telegram knows it."""
        ...

    async def ended(self, job: Job, caption: str) -> None:
        """Say why no painting came of a job. To who has deleted its message, nothing needs to be said."""
        ...

    async def ring(self, job: Job) -> None:
        """Say in a new message that the job is done: an edit makes no sound. Sent at most once, so it is recorded
        before; a failure is only logged. For an album it is said once, after its last painting.
        """
        ...
