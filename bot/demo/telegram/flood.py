"""Telegram's flood limits, for whoever wants to see that a bot keeps them: off unless `enforced`."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.demo.telegram.errors import too_many_requests

# Telegram measures where messages leave the bot, not where they arrive; this share of each window is forgiven.
SLACK = 0.05


@dataclass
class Window:
    """At most `limit` messages in any `seconds`."""

    limit: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, messages: int) -> float:
        """Seconds until `messages` more would fit; 0 when they fit now (a single call always fits an empty window)."""
        while self.times and self.times[0] <= now - self.seconds * (1 - SLACK):
            self.times.popleft()
        surplus = len(self.times) + messages - self.limit
        if surplus <= 0 or not self.times:
            return 0.0
        return self.times[min(surplus, len(self.times)) - 1] + self.seconds - now


class FloodLimits:
    """1 message a second to a chat, 20 a minute to a group, 30 a second in all; edits count as messages."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.enforced = False
        self.refused: Counter[str] = Counter()
        self._clock = clock
        self._chats: dict[int, Window] = {}
        self._groups: dict[int, Window] = {}
        self._all = Window(30, 1.0)

    def admit(self, method: str, chat_id: int, messages: int = 1) -> None:
        """Count a call that shows something, or refuse it with 429; refused calls don't count."""
        if not self.enforced:
            return
        now = self._clock()
        shares = [(self._chats.setdefault(chat_id, Window(1, 1.0)), 1), (self._all, messages)]
        if chat_id < 0:
            shares.append((self._groups.setdefault(chat_id, Window(20, 60.0)), messages))
        wait = max(window.wait(now, count) for window, count in shares)
        if wait > 0:
            self.refused[method] += 1
            raise too_many_requests(wait)
        for window, count in shares:
            window.times.extend([now] * count)
