"""Every proof with its counts: short for `make test`, full for `make torture`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.torture import buttons, creep, faults, kills, painters, pictures, privacy, queue, updates, walk
from tests.torture.kit import Tally


@dataclass(frozen=True)
class Promise:
    """`number` is the promise's number. `proof` is called with the arguments `short` or `full`."""

    number: str
    name: str
    proof: Callable[..., Awaitable[Tally]]
    short: dict[str, Any]
    full: dict[str, Any]


A_WEBHOOK = {"updates": 200, "kills": 1, "webhook": True}
FEW_TO_PAINT = {"people": 6, "photos": 6, "in_group": 2}
FEW_DEATHS = {"photos": 3, "kinds": painters.QUICK}
FEW_BAD_FILES = {"bad": 30, "damaged": 60, "shapes": 3, "most_per_thousand": 500}

PROMISES = [
    Promise("1, 3", "killed", kills.kills, {"jobs": 16, "lives": 4}, {"jobs": 1000, "lives": 200}),
    Promise("2", "on disk first", updates.on_disk_first, {"updates": 600, "kills": 1}, {"updates": 10_000, "kills": 5}),
    Promise("2", "before the 200", updates.on_disk_first, A_WEBHOOK, {"updates": 10_000, "kills": 5, "webhook": True}),
    Promise("3", "one result", faults.faults, {"jobs": 15, "hits": 8}, {"jobs": 400, "hits": 500}),
    Promise("4", "bad updates", updates.one_bad_update, {"positions": (0, 50)}, {"positions": range(100)}),
    Promise("5", "dead painters", painters.deaths, FEW_DEATHS, {"photos": 40}),
    Promise("6", "clean stop", kills.stops, {"rounds": 2}, {"rounds": 50}),
    Promise("7", "next in line", queue.next_in_line, {"photos": 9}, {"photos": 50}),
    Promise("7", "fair shares", queue.jain, {"users": 6, "each": 2}, {"users": 20, "each": 4}),
    Promise("7", "limits", queue.limits, {"people": 3}, {"people": 5}),
    Promise("8", "flood limits", queue.flood, FEW_TO_PAINT, {"people": 50, "photos": 50, "in_group": 12}),
    Promise(
        "9",
        "bad files",
        pictures.pictures,
        FEW_BAD_FILES,
        {"bad": 1000, "damaged": 10_000},
    ),
    Promise("10", "no leaks", privacy.leaks, {"photos": 2}, {"photos": 100}),
    Promise("11", "every call ends", walk.walk_through, {"every": 199}, {}),
    Promise("11", "at the start", walk.at_start, {"every": 8}, {}),
    Promise("12", "forged buttons", buttons.forgeries, {"presses": 200}, {"presses": 10_000}),
    Promise("12", "pressed often", buttons.many_presses, {"presses": 100}, {"presses": 100}),
    Promise("13", "/forget", privacy.forgotten, {"people": 1}, {"people": 20}),
    Promise("14", "full disk", updates.full_disk, {"photos": 5}, {"photos": 50}),
    Promise("14", "torn WAL", updates.torn_wal, {"jobs": 8}, {"jobs": 60}),
    Promise("15", "no creep", creep.creep, {"jobs": 100, "most_per_thousand": 40}, {"jobs": 5000}),
    Promise("also", "who is let in", privacy.strangers, {}, {}),
]
