"""Callback data: what a button means. Each action is a typed record, packed and parsed here and nowhere else.

On the wire it is a word and the record's fields, at most 64 bytes: `paint:17:poppies`. Where an action may be for one
photo or for all of its album, it has a word for each. Where the gallery has pages, `:p2` at the end is the one to show,
counted from 0. Telegram keeps the buttons of old messages, so words keep their meaning for ever. None of it is trusted:
the user who presses must own what it names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar, Self

_ID = ":([0-9]{1,18})"
_PAGE = "(?::p([1-9][0-9]{0,3}))?"
_KEY = ":([0-9a-f]{8})"  # of a painting: see `bot.chat.gallery.painting_key`

CUSTOM = "own"  # in a blend, where a painting's key would stand: a picture of the user's own


@dataclass(frozen=True, slots=True)
class CallbackData:
    """Base of all actions. A subclass's fields are in the order in which they are packed; `for_album` is the word, and
    `page`, the last one, is packed if it is not the first.
    """

    words: ClassVar[tuple[str, ...]] = ()
    pattern: ClassVar[str] = ""  # of the packed fields, each after a colon

    def pack(self) -> str:
        """As callback data."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        word, page = self.words[values.pop("for_album", False)], values.pop("page", 0)
        packed = [str(value) for value in values.values() if value is not None]
        return ":".join([word, *packed, *([f"p{page}"] if page else [])])

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """The action; None if the data is that of another one, or forged."""
        match = re.fullmatch(f"({'|'.join(cls.words)}){cls.pattern}", data)
        if match is None:
            return None
        word, *packed = match.groups()
        names = [field for field in fields(cls) if field.name != "for_album"]
        values = {
            field.name: int(text or 0) if field.type == "int" else text
            for field, text in zip(names, packed, strict=True)
        }
        return cls(**values, **({"for_album": word == cls.words[1]} if len(cls.words) > 1 else {}))


@dataclass(frozen=True, slots=True)
class ChoosePainting(CallbackData):
    """Paint the photo after this painting."""

    words = ("paint", "all")
    pattern = f"{_ID}:([a-z0-9-]+)"

    photo_message_id: int
    painting: str
    for_album: bool = False


@dataclass(frozen=True, slots=True)
class UseSecondAsStyle(CallbackData):
    """Of an album of two, paint the first photo in the style of the second."""

    words = ("second",)
    pattern = _ID

    photo_message_id: int


@dataclass(frozen=True, slots=True)
class ChooseForBlend(CallbackData):
    """Blend paintings: these are chosen so far. With two, it remains to choose how much of each."""

    words = ("mix", "mixall")
    pattern = f"{_ID}(?:{_KEY})?(?:{_KEY})?{_PAGE}"

    photo_message_id: int
    first: str | None = None
    second: str | None = None
    for_album: bool = False
    page: int = 0

    @classmethod
    def of(cls, photo_message_id: int, keys: Sequence[str], for_album: bool, page: int) -> Self:
        """With none, one or two paintings chosen."""
        first, second = [*keys, None, None][:2]
        return cls(photo_message_id, first, second, for_album, page)

    @property
    def keys(self) -> list[str]:
        """The keys of the paintings that are chosen."""
        return [key for key in (self.first, self.second) if key]


@dataclass(frozen=True, slots=True)
class BlendWithCustom(CallbackData):
    """Blend this painting with a picture of the user's own, which is to be sent."""

    words = ("mix", "mixall")
    pattern = f"{_ID}{_KEY}:({CUSTOM}){_PAGE}"

    photo_message_id: int
    first: str
    second: str = CUSTOM
    for_album: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChooseWeights(CallbackData):
    """Paint a blend of these two, with the weights of this step of `bot.options.BLENDS`."""

    words = ("mix", "mixall")
    pattern = f"{_ID}{_KEY}:([0-9a-f]{{8}}|{CUSTOM}):([0-4])"

    photo_message_id: int
    first: str
    second: str  # a painting's key, or `CUSTOM`
    step: int
    for_album: bool = False


@dataclass(frozen=True, slots=True)
class RequestStyle(CallbackData):
    """Paint the photo in the style of a picture of the user's own, which is to be sent."""

    words = ("own", "ownall")
    pattern = f"{_ID}{_PAGE}"

    photo_message_id: int
    for_album: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class BackToGallery(CallbackData):
    """Show the gallery again, or another page of it, in the same message."""

    words = ("back", "backall")
    pattern = f"{_ID}{_PAGE}"

    photo_message_id: int
    for_album: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowPaintings(CallbackData):
    """Show another page of the gallery of a chat without a photo."""

    words = ("paintings",)
    pattern = _PAGE

    page: int = 0


@dataclass(frozen=True, slots=True)
class SwitchLive(CallbackData):
    """Of a live photo, paint the video in place of the still, or the still in place of the video."""

    words = ("live",)
    pattern = _ID

    photo_message_id: int


@dataclass(frozen=True, slots=True)
class PaintAnother(CallbackData):
    """Show a new gallery for the photo of a finished painting."""

    words = ("again", "againall")
    pattern = _ID

    photo_message_id: int
    for_album: bool = False


@dataclass(frozen=True, slots=True)
class ChangeJob(CallbackData):
    """Paint a finished job again with this change: see `bot.options.PaintOptions.changed`."""

    words = ("redo",)
    pattern = f"{_ID}:([a-z-]{{1,16}}|[0-9]{{2,4}})"

    job_id: int
    change: str


@dataclass(frozen=True, slots=True)
class CancelJob(CallbackData):
    """Cancel a job, by the button of its message."""

    words = ("cancel",)
    pattern = _ID

    job_id: int


@dataclass(frozen=True, slots=True)
class CancelListed(CallbackData):
    """Cancel a job, by the button of the list of jobs."""

    words = ("drop",)
    pattern = _ID

    job_id: int


@dataclass(frozen=True, slots=True)
class CancelAlbum(CallbackData):
    """Cancel what is left of an album."""

    words = ("stop",)
    pattern = _ID

    photo_message_id: int


@dataclass(frozen=True, slots=True)
class StopEarly(CallbackData):
    """Stop a clip, and deliver what is painted of it."""

    words = ("keep",)
    pattern = _ID

    job_id: int


@dataclass(frozen=True, slots=True)
class ChoosePreference(CallbackData):
    """Prefer this value for all paintings to come."""

    words = ("choose",)
    pattern = ":(size|strength|keep_colors):([a-z0-9-]+)"

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ChooseLanguage(CallbackData):
    """Speak this language from now on; `auto` leaves the choice to Telegram."""

    words = ("choose:language",)
    pattern = ":([a-z]+)"

    code: str


@dataclass(frozen=True, slots=True)
class ShowLanguages(CallbackData):
    """Show the languages to choose from."""

    words = ("languages",)


@dataclass(frozen=True, slots=True)
class ShowPreferences(CallbackData):
    """Show the preferences again."""

    words = ("settings",)
