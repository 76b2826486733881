"""What waits for the bot's answer: presses of buttons and inline queries. Each can be answered once, and not too late.
The answer to an inline query is kept as long as the bot said, and given again to the same query without asking the bot.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.demo.telegram.condition import Condition
from bot.demo.telegram.errors import QUERY_TOO_OLD, bad_request
from bot.demo.telegram.model import Message, TelegramUser, Version

LIFETIME = 15.0  # seconds; Telegram's own limit, of which the Bot API says only that an answer must come soon


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person sees after a press: a notice that fades, or an alert to close, or a link that opens."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(eq=False, slots=True)
class Query:
    """One press or one inline query, with the bot's answer as soon as it is there."""

    person: TelegramUser
    data: str
    message: Message | None = None
    offset: str = ""  # as the answer before it said, if the person wants to see more
    id: str = field(default_factory=lambda: str(secrets.randbits(63)))
    asked: float = 0.0
    answer: Answer | None = None
    answered_at: float | None = None
    results: list[dict[str, Any]] | None = None
    versions: dict[str, Version] = field(default_factory=dict)
    button: dict[str, Any] | None = None
    next_offset: str = ""
    changed: Condition = field(default_factory=Condition)

    async def answered(self, within: float = 10.0) -> Answer:
        await self.changed.until(lambda: self.answer is not None, within, lambda: f"No answer to {self.data!r}.")
        assert self.answer is not None  # noqa: S101 (for mypy: the line above waits for it)
        return self.answer

    async def offered(self, within: float = 10.0) -> list[dict[str, Any]]:
        """The results of an inline query."""
        await self.changed.until(lambda: self.results is not None, within, lambda: f"No results for {self.data!r}.")
        return self.results or []


class Queries:
    """The queries that can still be answered."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lifetime = LIFETIME
        self._clock = clock
        self._open: dict[str, Query] = {}
        self._kept: dict[tuple[str, str, int | None], tuple[float, Query]] = {}

    def ask(self, query: Query) -> Query:
        query.asked = self._clock()
        self._open[query.id] = query
        return query

    def expire(self) -> None:
        """All ids grow old at once, as after a long outage of the bot."""
        self._open.clear()

    def take(self, query_id: str) -> Query:
        query = self._open.pop(query_id, None)
        if query is None or self._clock() - query.asked > self.lifetime:
            raise bad_request(QUERY_TOO_OLD)
        query.answered_at = self._clock()
        return query

    def keep(self, query: Query, seconds: float, *, personal: bool) -> None:
        """An inline query's answer is for everybody who asks the same, unless it is `personal`."""
        whom = query.person.id if personal else None
        self._kept[query.data, query.offset, whom] = (self._clock() + seconds, query)

    def kept(self, query: Query) -> Query | None:
        """The same query from before, whose answer still holds."""
        for whom in (query.person.id, None):
            until, before = self._kept.get((query.data, query.offset, whom), (0.0, query))
            if self._clock() < until:
                return before
        return None
