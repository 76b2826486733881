"""What every way of reading a clip tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, TypeAlias

import av
from av.audio.stream import AudioStream

from styler.image.codec import StillImage

Packet: TypeAlias = "av.Packet[Any]"
Sound: TypeAlias = "av.Packet[AudioStream]"  # a piece of it, as it is stored
FOREVER = 0


class Survey(NamedTuple):
    """A clip as far as it is looked at before it is painted.

    `times` are those of its frames and `end` is when the last one is over, in seconds from the clip's start. `seconds`
    is the length of the whole file, `rate` how many frames a second it tells to have, `time_base` its unit of time, and
    `plays` how often it is shown, FOREVER if it does not say.
    """

    first: StillImage
    times: list[Fraction]
    end: Fraction
    seconds: Fraction
    rate: Fraction
    time_base: Fraction
    plays: int


class TimedImage(NamedTuple):
    """A frame, and when it is shown, in seconds from the clip's start.

    It is loaded before the next one is asked for, or not at all.
    """

    load: Callable[[], StillImage]
    time: Fraction


class Opened(NamedTuple):
    """A clip while it is read: its first audio stream, and its frames and pieces of sound in the order of the file."""

    sound: AudioStream | None
    items: Iterator[TimedImage | Sound]


class Source(Protocol):
    """Reads the first seconds of a clip, each time from its beginning. Raises `BadImage`."""

    def survey(self, limit: float) -> Survey: ...

    def open(self, limit: float) -> AbstractContextManager[Opened]: ...
