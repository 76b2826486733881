"""What the bot and its painting processes say to each other over the pipe: pickles, each with its length before it.

Both ends are ours and run the same code. Painting's events (`styler.events`) travel as they are.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from styler.events import BadImage, Event, PaintError
from styler.gallery import Painting
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
class PaintTask:
    """To the painter: paint this, and of a clip what the checkpoint does not show yet."""

    number: int
    content: bytes
    styles: Sequence[bytes]
    settings: Settings
    checkpoint: bytes = b""


@dataclass(frozen=True, slots=True)
class SheetTask:
    """To the painter: show the photo in the manner of each of the paintings, small, with labels under them."""

    number: int
    content: bytes
    paintings: Sequence[Painting]
    labels: Sequence[str]
    settings: Settings


@dataclass(frozen=True, slots=True)
class Cancel:
    """To the painter: no need to finish the task of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """From the painter, every two seconds while it works: it runs, however long a step takes. `cpu` are the seconds
    that its threads have computed so far, which on a busy machine take longer.

    From Ray's driver, always; `able` says whether there is a node that can paint.
    """

    able: bool = True
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Warm:
    """From the painter, once: how it computes on this machine, for the log."""

    arithmetic: str


@dataclass(frozen=True, slots=True)
class Ready:
    """From the painter: it is warm, or the task is finished, failed or cancelled; it waits for the next."""


@dataclass(frozen=True, slots=True)
class Failed:
    """From the painter: the task ended in an error; `lost` if the process is of no more use."""

    error: BadImage | PaintError
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Connect:
    """To Ray's driver, first: paint on the cluster at this address."""

    address: str
    device: str
    slots: int | None  # None: as many as the cluster holds now
    share: float  # of a GPU, for one painting
    cpus: float  # for one painting, in a cluster without GPUs


@dataclass(frozen=True, slots=True)
class Connected:
    """From Ray's driver: it takes tasks, several at once."""

    slots: int
    on_gpus: bool


@dataclass(frozen=True, slots=True)
class ConnectFailed:
    """From Ray's driver, last: why it could not join, in one line for the operator."""

    reason: str


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """From Ray's driver: what came of the task of this number."""

    number: int
    message: Event | Failed


@dataclass(frozen=True, slots=True)
class Trouble:
    """From Ray's driver: what goes wrong in the cluster, in one line for the log."""

    what: str


def pack(message: Any) -> bytes:
    """A message as it travels: its length, and its pickle."""
    body = pickle.dumps(message)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> Any:
    """The message of a pickle."""
    return pickle.loads(body)  # noqa: S301 (our own process at the other end)


async def read(reader: asyncio.StreamReader) -> Any:
    """The next message. Raises `asyncio.IncompleteReadError` at the end."""
    head = await reader.readexactly(LENGTH.size)
    return unpack(await reader.readexactly(*LENGTH.unpack(head)))
