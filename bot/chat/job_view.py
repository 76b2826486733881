"""Interface by which the dispatcher shows a job's state in its chat. A view knows messages, nothing of painters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.storage.models import Job
from bot.transport.retry_policy import NORMAL, RequestPolicy
from styler.events import ClipCheckpoint, Preview, Progress, Result


class JobView(Protocol):
    """Shows jobs in their chats.

    `post` sends the message of a job; a crash at that moment can send it twice. All else but `notify_ended` is an edit
    of it, which can be repeated after a crash without a second picture. Each method may raise `MessageDeleted`, if the
    user has deleted the message (and so does not want the painting), and `TelegramError`, if the chat cannot be
    reached.
    """

    async def post(self, jobs: Sequence[Job], caption: str) -> list[int]:
        """Send the messages of jobs that belong together and have none yet. Their ids, in the order of the jobs."""
        ...

    async def show_position(self, job: Job, caption: str, policy: RequestPolicy = NORMAL) -> None:
        """Show a job's position, unless it is not queued any more. `QUEUE_POSITION` changes the caption only."""
        ...

    async def show_progress(
        self, job: Job, progress: Progress | None, picture: Preview | ClipCheckpoint | None
    ) -> None:
        """Show how far a job is, and the picture if there is a new one. Without progress, its painter starts."""
        ...

    async def send_chat_action(self, job: Job) -> None:
        """Have the chat say for five seconds that a picture is on its way. A failure is only logged."""
        ...

    async def deliver(self, job: Job, painted: Result | ClipCheckpoint) -> str | None:
        """Deliver the painting; of a clip that was stopped early, its checkpoint. Returns its file_id."""
        ...

    async def show_failure(self, job: Job, caption: str, *, paintable: bool = True) -> None:
        """Say why there is no painting, and whether there can be another of this photo. Does nothing if the user has
        deleted the message.
        """
        ...

    async def look_away(self, job: Job) -> None:
        """Take the reaction from what asked for a job that has ended. A failure is only logged."""
        ...

    async def notify_ended(self, job: Job) -> None:
        """Say in a new message that the job is done, or failed: an edit makes no sound. Sent at most once, so it is
        recorded before; that it cannot be sent is only logged. For an album it is said once, after its last job.
        """
        ...
