"""What wakes the loops over the jobs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(frozen=True)
class JobSignals:
    """Events that say 'look at the rows again', no more: each loop clears its own before it looks."""

    unannounced: asyncio.Event = field(default_factory=asyncio.Event)  # there may be a job without a message
    claimable: asyncio.Event = field(default_factory=asyncio.Event)  # there may be a job to claim
    positions: asyncio.Event = field(default_factory=asyncio.Event)  # positions in the queue may have changed

    def job_added(self) -> None:
        """There may be a new job."""
        self.unannounced.set()
        self.job_changed()

    def job_changed(self) -> None:
        """A job may be claimable, and positions may have changed."""
        self.claimable.set()
        self.positions.set()
