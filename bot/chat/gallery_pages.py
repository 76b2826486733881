"""The pages of a gallery: no more paintings on each than a phone shows large enough to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from styler.gallery import Painting
from styler.gallery.contact_sheet import COLUMNS

# Of a contact sheet: with more, Telegram, which keeps 1280 pixels of its height, makes it narrower than a phone.
MOST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number`, from 0, of `count`."""

    number: int
    count: int
    paintings: Sequence[Painting]

    @property
    def previous(self) -> int | None:
        """The page before; before the first comes the last. None if there is no other page, or only a next one."""
        return (self.number - 1) % self.count if self.count > 2 or self.number else None

    @property
    def next(self) -> int | None:
        """The page after; after the last comes the first. None if there is no other page, or only a previous one."""
        return (self.number + 1) % self.count if self.count > 2 or self.number < self.count - 1 else None


def pages_of(paintings: Sequence[Painting]) -> tuple[Page, ...]:
    """The paintings in their order, on as few pages as can be, all of which have about as many rows."""
    rows = -(-len(paintings) // COLUMNS)
    count = max(1, -(-rows // MOST_ROWS))
    ends = [COLUMNS * (rows * number // count) for number in range(count + 1)]
    return tuple(Page(number, count, paintings[ends[number] : ends[number + 1]]) for number in range(count))
