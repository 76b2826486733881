"""Time as the server measures it: limits, waits and expiries are told by one clock, which a test may let run faster."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """`speed` seconds of the server pass in each real second."""

    speed: float = 1.0

    def __call__(self) -> float:
        """Seconds, from a start of no meaning; never put back."""
        return time.monotonic() * self.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.speed)
