"""The last calls of the Bot API, for whoever wants to see what the bot did. Never the token, never a file's bytes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.demo.telegram.condition import Condition


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    params: dict[str, Any]
    status: int
    answer: Any
    seconds: float


@dataclass
class CallLog:
    """`counts` holds every call since the start, `last` the newest ones, oldest first."""

    last: deque[Call] = field(default_factory=lambda: deque(maxlen=500))
    counts: Counter[str] = field(default_factory=Counter)
    changed: Condition = field(default_factory=Condition)
    listeners: list[Callable[[Call], None]] = field(default_factory=list)

    def add(self, method: str, params: dict[str, Any], status: int, answer: Any, seconds: float) -> None:
        self.counts[method] += 1
        call = Call(method, params, status, answer, seconds)
        self.last.append(call)
        self.changed.wake()
        for listener in self.listeners:
            listener(call)

    def of(self, method: str) -> list[Call]:
        return [call for call in self.last if call.method.lower() == method.lower()]
