"""What can go wrong between a bot and Telegram, to be switched on: consulted by the server at each call."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.demo.api.params import Params
from bot.demo.telegram.condition import Condition

FaultKind = Literal[
    "cut_before",  # the connection breaks before the call is handled
    "cut_after",  # the call is done, but its answer is lost
    "bad_gateway",  # 502 with an HTML page
    "page",  # an HTML page with the status `code`, from a proxy on the way
    "too_many",  # 429 with retry_after = seconds
    "error",  # any error of the Bot API: code, description, parameters; `done`: the call is carried out all the same
    "slow",  # the answer waits for seconds
    "uploading",  # its files take so many seconds from the server to Telegram: the call is carried out then
    "album",  # of an album only the messages before number `item` are sent
    "no_path",  # getFile names no path
    "truncated",  # a download breaks off in the middle
    "short",  # a download ends early and claims to be whole
    "twice",  # updates come twice
    "shuffled",  # updates come in any order
]
NOTHING = Params({})
DOWNLOAD = "download"  # the `method` of a fault that strikes downloads only


@dataclass(eq=False)
class Fault:
    """`method` is a method's name, 'download', or '' for every method; `count` is how often it still strikes."""

    kind: FaultKind
    method: str = ""
    count: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    code: int = 400
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    done: bool = False
    item: int = 2
    only: Callable[[Params], bool] | None = None  # strikes the calls only for which it is true
    hits: int = 0
    number: int = 0

    def strikes(self, method: str, params: Params, chance: float) -> bool:
        if self.count == 0 or chance >= self.probability or self.method.lower() not in ("", method.lower()):
            return False
        if self.only is not None and not self.only(params):
            return False
        self.hits += 1
        if self.count is not None:
            self.count -= 1
        return True


class Faults:
    """The faults that are switched on. Seeded, so that a failure can be had again."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)  # noqa: S311 (chance, not secrets)
        self.on: list[Fault] = []
        self._made = 0
        self.hits: Counter[str] = Counter()
        self.changed = Condition()  # wakes when one strikes

    def add(self, kind: FaultKind, method: str = "", **more: Any) -> Fault:
        self._made += 1
        fault = Fault(kind, method, number=self._made, **more)
        self.on.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        self.on.remove(fault)

    def clear(self) -> None:
        self.on.clear()

    def strike(self, method: str, kinds: Iterable[FaultKind], params: Params = NOTHING) -> dict[FaultKind, Fault]:
        """Those of `kinds` that hit this call, each at most once; counted down."""
        found: dict[FaultKind, Fault] = {}
        for fault in self.on:
            if fault.kind in kinds and fault.kind not in found and fault.strikes(method, params, self.random.random()):
                found[fault.kind] = fault
                self.hits[fault.kind] += 1
                self.changed.wake()
        return found

    def disturbed(self, updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A batch of updates as a bad day delivers it."""
        struck = self.strike("getUpdates", ("twice", "shuffled")) if updates else {}
        if "twice" in struck:
            updates = [update for update in updates for _ in range(2)]
        if "shuffled" in struck:
            updates = self.random.sample(updates, len(updates))
        return updates
