"""What the bot and a painting process say to each other over the pipe: pickles, each with its length before it.

Both ends are ours and run the same code. Painting's events (`styler.events`) travel as they are.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from styler.events import BadImage, PaintingFailed
from styler.settings import Settings

LENGTH = struct.Struct("!I")
HEARTBEAT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WarmUp:
    """To the painter, first: load what such a painting needs, on this GPU (None: whatever the settings say).

    `sharing` painters share the threads of this machine.
    """

    settings: Settings
    gpu: int | None = None
    sharing: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    """To the painter: paint this."""

    number: int
    content: bytes
    style: bytes | Sequence[bytes]
    settings: Settings


@dataclass(frozen=True, slots=True)
class Cancel:
    """To the painter: no need to finish the order of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Alive:
    """From the painter, every two seconds while it works: it runs, however long a step takes."""


@dataclass(frozen=True, slots=True)
class Ready:
    """From the painter: it is warm, or the order is finished, failed or cancelled; it waits for the next."""


@dataclass(frozen=True, slots=True)
class Failed:
    """From the painter: the order ended in an error; `lost` if the process is of no more use."""

    error: BadImage | PaintingFailed
    lost: bool = False


def pack(message: Any) -> bytes:
    body = pickle.dumps(message)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> Any:
    return pickle.loads(body)  # noqa: S301 (our own process at the other end)
