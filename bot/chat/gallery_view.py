"""What a gallery's message shows: a page of paintings, in its person's language and as they prefer their paintings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from telegram import InlineKeyboardMarkup, InputMediaPhoto

from bot.chat.gallery import contact_sheet_of
from bot.chat.gallery_pages import Page
from bot.i18n import languages
from bot.options import CAPTIONED
from bot.storage.models import Photo


@dataclass(frozen=True, slots=True)
class SheetKind:
    """What a sheet of a photo's own is of: the paintings of a page, in this language, by those of the person's
    `preferences` that a small picture shows.
    """

    page: Page
    language: str
    preferences: Mapping[str, Any]

    @classmethod
    def of(cls, page: Page, preferences: Mapping[str, Any]) -> SheetKind:
        """In the language that is spoken now."""
        return cls(page, languages.current(), {name: preferences[name] for name in CAPTIONED if name in preferences})

    @property
    def key(self) -> str:
        """Another one when an operator has changed the paintings of the page, or the person the preferences."""
        content = [painting.name for painting in self.page.paintings]
        content += [f"{name}={value}" for name, value in self.preferences.items()]
        return f"{self.language} {crc32(' '.join(content).encode()):08x}"

    def of_photo(self, photo: Photo) -> str | None:
        """The file_id of the photo's own sheet, if it is at Telegram."""
        return photo.sheets.get(self.key)


@dataclass(frozen=True, slots=True)
class GalleryView:
    """All that the message shows; `sheet` is the picture that it would best have."""

    caption: str
    keyboard: InlineKeyboardMarkup
    sheet: SheetKind

    def picture(self, photo: Photo) -> str | InputMediaPhoto:
        """The photo in the manner of each painting, if that is at Telegram, or else the paintings."""
        own = self.sheet.of_photo(photo)
        return InputMediaPhoto(own, self.caption) if own else contact_sheet_of(self.sheet.page.number)
