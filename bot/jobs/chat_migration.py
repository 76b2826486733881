"""A group that becomes a supergroup, as Telegram tells by a message of its own: its queued jobs go on there.

A job that is being painted learns it by its next call, as do buttons (see `bot.chat.message_editor`).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.jobs.outcomes import JobOutcomes
from bot.storage.job_search import JobSearch


@dataclass(frozen=True)
class ChatMigration:
    """Moves jobs from chat to chat."""

    job_search: JobSearch
    outcomes: JobOutcomes

    async def move(self, from_chat: int, to_chat: int) -> None:
        """Move the queued jobs; each gets a new message there."""
        if queued := await self.job_search.queued_in(from_chat):
            await self.outcomes.move(queued, to_chat)
