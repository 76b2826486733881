"""The style of a job: a painting of the gallery, a picture of the user's own, or a blend of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

CUSTOM_PREFIX = "file:"  # before the file_id of a custom style, as it is stored
SEPARATOR = "+"  # between the styles of a blend, as it is stored


@dataclass(frozen=True, slots=True)
class GalleryStyle:
    """A painting of the gallery, by its name. It may be gone from the gallery by now."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class CustomStyle:
    """A picture of the user's own, by its file_id at Telegram."""

    file_id: str

    def __str__(self) -> str:
        return CUSTOM_PREFIX + self.file_id


StyleRef = GalleryStyle | CustomStyle


@dataclass(frozen=True, slots=True)
class Blend:
    """One style, or several that are blended, in their order. How much of each is in the job's settings."""

    styles: tuple[StyleRef, ...]

    @classmethod
    def of(cls, *styles: StyleRef) -> Self:
        """One style, or several."""
        return cls(styles)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The blend that was stored as this text."""
        return cls(tuple(_parse(part) for part in text.split(SEPARATOR)))

    def __str__(self) -> str:
        """As it is stored: `great-wave+file:AgAC`."""
        return SEPARATOR.join(map(str, self.styles))

    @property
    def has_custom(self) -> bool:
        """A picture of the user's own is among its styles."""
        return any(isinstance(style, CustomStyle) for style in self.styles)

    @property
    def kind(self) -> str:
        """See `bot.storage.models.Job.kind`."""
        if len(self.styles) > 1:
            return "a blend"
        return "an own style" if self.has_custom else str(self)


def _parse(text: str) -> StyleRef:
    if text.startswith(CUSTOM_PREFIX):
        return CustomStyle(text.removeprefix(CUSTOM_PREFIX))
    return GalleryStyle(text)
