"""The paintings on offer and their pictures. What Telegram limits is checked when the gallery is made."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import Image
from telegram import Message

from bot.chat.gallery_pages import Page, pages_of
from bot.i18n import languages, texts
from bot.options import PHOTO_EDGE
from bot.storage.models import Job
from bot.storage.styles import Blend, GalleryStyle
from styler.events import BadImage
from styler.gallery import GalleryError, Painting
from styler.gallery.contact_sheet import CELL, contact_sheet, fitted, labelled
from styler.image.codec import decode, encode

CONTACT_SHEET = "contact sheet"  # of the first page: see `contact_sheet_of`
WELCOME = "before and after"
UPLOAD_PATIENCE = 10.0  # seconds for somebody else's upload
# Of two paintings, all of this goes into one caption, which has 1024 characters; a label goes on a button.
LONGEST = {"title": 120, "artist": 120, "label": 40}  # characters
BEFORE_AND_AFTER = Path(__file__).parent / "pictures" / "before-and-after.jpg"


@dataclass
class Gallery:
    """The paintings on offer and the contact sheets of their pages; remembers what Telegram has already been given.

    Raises `GalleryError` if Telegram, or the painter, would not take a painting as it is.
    """

    paintings: Sequence[Painting]
    _drawn: dict[str, bytes] = field(default_factory=dict, repr=False)  # until Telegram has it
    _file_ids: dict[str, str] = field(default_factory=dict)
    _uploads: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_limits(self.paintings)
        self.pages = pages_of(self.paintings)
        self._by_name = {painting.name: painting for painting in self.paintings}
        self._contact_sheets = {contact_sheet_of(page.number): page for page in self.pages}
        self._unlabelled = {
            name: unlabelled_contact_sheet(page.paintings) for name, page in self._contact_sheets.items()
        }

    def page(self, number: int) -> Page:
        """The page of this number; the first if there is none."""
        return self.pages[number if 0 <= number < len(self.pages) else 0]

    def painting(self, name: str) -> Painting | None:
        """The painting of this name; None if there is none."""
        return self._by_name.get(name)

    def by_key(self, key: str) -> Painting | None:
        """The painting with this `painting_key`, if it can be blended."""
        return next((one for one in self.paintings if one.blends and painting_key(one) == key), None)

    def styles(self, job: Job) -> list[Painting | None]:
        """The paintings that a job is painted after, as `paintings_of` tells them."""
        return self.paintings_of(job.style)

    def paintings_of(self, style: Blend) -> list[Painting | None]:
        """The paintings of a style; None for a custom one, or for a painting that is gone."""
        return [self._by_name.get(one.name) if isinstance(one, GalleryStyle) else None for one in style.styles]

    def thumbnail(self, job: Job) -> str:
        """The name of the picture that stands for a job until there is more to see."""
        return next((painting.name for painting in self.styles(job) if painting), CONTACT_SHEET)

    def media(self, name: str) -> str | bytes:
        """A picture to send, by its name: its file_id if it was sent before, else its bytes."""
        return self._file_ids.get(_in_language(name)) or self.image(name)

    @contextlib.asynccontextmanager
    async def sharing(self, name: str) -> AsyncIterator[str | bytes]:
        """The picture to send, which is to be sent within. One upload is enough for all: while it is under way, others
        wait for its file_id, but not for long.
        """
        key = _in_language(name)
        if key in self._file_ids:
            yield self._file_ids[key]
            return
        upload = self._uploads.setdefault(key, asyncio.Lock())
        async with contextlib.AsyncExitStack() as stack:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(UPLOAD_PATIENCE):
                    await upload.acquire()
                stack.callback(upload.release)
            yield self.media(name)

    def image(self, name: str) -> bytes:
        """The bytes of a picture, by its name: a JPEG of at most `PHOTO_EDGE` pixels."""
        if name in self._contact_sheets:
            return self._contact_sheet(name)
        if name not in self._by_name:
            return BEFORE_AND_AFTER.read_bytes()
        picture = _picture(self._by_name[name], PHOTO_EDGE)
        picture.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
        return encode(np.asarray(picture), "jpeg")

    def _contact_sheet(self, name: str) -> bytes:
        """A page's contact sheet in the current language; drawn when first needed, so that the bot starts fast."""
        key = _in_language(name)
        if key not in self._drawn:
            with Image.open(BytesIO(self._unlabelled[name])) as sheet:
                self._drawn[key] = labelled(sheet, [texts.label(one) for one in self._contact_sheets[name].paintings])
        return self._drawn[key]

    def remember_file_id(self, name: str, message: Message | bool) -> None:
        """Note the file_id of a picture that was sent in this message."""
        if isinstance(message, Message) and message.photo:
            self._file_ids[_in_language(name)] = message.photo[-1].file_id
            self._drawn.pop(_in_language(name), None)


def contact_sheet_of(page: int) -> str:
    """The name of the contact sheet of the page with this number."""
    return f"{CONTACT_SHEET} {page + 1}" if page else CONTACT_SHEET


def painting_key(painting: Painting) -> str:
    """A painting's name made short, as 8 hexadecimal digits: two whole names do not fit in callback data."""
    return f"{crc32(painting.name.encode()):08x}"


def check_limits(paintings: Sequence[Painting]) -> None:
    """Raise `GalleryError` where Telegram's limits would be met only when somebody sends a photo.

    Pages keep keyboards and contact sheets small, whatever their number; so these are limits of words.
    """
    keys: dict[str, Painting] = {}
    for painting in paintings:
        for fact, most in LONGEST.items():
            if len(text := getattr(painting, fact)) > most or not text.isprintable():
                raise GalleryError(f"{painting.name}: {fact} must be one line of at most {most} characters")
        other = keys.setdefault(painting_key(painting), painting)
        if other is not painting:
            raise GalleryError(f"{other.name} and {painting.name}: buttons cannot tell these names apart; rename one")


def unlabelled_contact_sheet(paintings: Sequence[Painting]) -> bytes:
    """A page's contact sheet without names: a JPEG, since those of many pages would take much memory."""
    return encode(np.asarray(contact_sheet([_cell(painting) for painting in paintings])), "jpeg")


def _cell(painting: Painting) -> Image.Image:
    return fitted(_picture(painting, max(CELL)))


def _picture(painting: Painting, edge: int) -> Image.Image:
    """The painting's picture, read as the painter reads it: upright, in sRGB, of any format; no edge needs more pixels.

    Raises `GalleryError` if it cannot be read.
    """
    try:
        return Image.fromarray(decode(painting.path.read_bytes(), "style", edge).pixels)
    except BadImage as error:
        raise GalleryError(f"{painting.path}: {error}") from error


def _in_language(name: str) -> str:
    """Contact sheets have names on them: there is one for each language."""
    return f"{name} {languages.current()}" if name.startswith(CONTACT_SHEET) else name
