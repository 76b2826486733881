"""The paintings on offer and their pictures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import Image
from telegram import Message

from bot.i18n import languages, texts
from bot.options import PHOTO_EDGE
from bot.storage.models import Job
from bot.storage.styles import Blend, GalleryStyle
from styler.events import BadImage
from styler.gallery import GalleryError, Painting
from styler.gallery.contact_sheet import TILE, contact_sheet, fitted, labelled
from styler.image.codec import decode, encode

CONTACT_SHEET = "contact sheet"
WELCOME = "before and after"
UPLOAD_PATIENCE = 10.0  # seconds for somebody else's upload
BEFORE_AND_AFTER = Path(__file__).parent / "pictures" / "before-and-after.jpg"


@dataclass
class Gallery:
    """The paintings on offer and their contact sheet; remembers what Telegram has already been given."""

    paintings: Sequence[Painting]
    _sheets: dict[str, bytes] = field(default_factory=dict, repr=False)  # by language
    _file_ids: dict[str, str] = field(default_factory=dict)
    _uploads: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._unlabelled = contact_sheet([_tile(painting) for painting in self.paintings])
        self._by_name = {painting.name: painting for painting in self.paintings}

    @property
    def sheet(self) -> bytes:
        """The contact sheet in the current language; drawn when first needed, so that the bot starts fast."""
        language = languages.current()
        if language not in self._sheets:
            self._sheets[language] = labelled(self._unlabelled, [texts.label(painting) for painting in self.paintings])
        return self._sheets[language]

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
        if name == CONTACT_SHEET:
            return self.sheet
        if name not in self._by_name:
            return BEFORE_AND_AFTER.read_bytes()
        picture = _picture(self._by_name[name], PHOTO_EDGE)
        picture.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
        return encode(np.asarray(picture), "jpeg")

    def remember_file_id(self, name: str, message: Message | bool) -> None:
        """Note the file_id of a picture that was sent in this message."""
        if isinstance(message, Message) and message.photo:
            self._file_ids[_in_language(name)] = message.photo[-1].file_id


def painting_key(painting: Painting) -> str:
    """A painting's name made short, as 8 hexadecimal digits: two whole names do not fit in callback data."""
    return f"{crc32(painting.name.encode()):08x}"


def _tile(painting: Painting) -> Image.Image:
    return fitted(_picture(painting, max(TILE)))


def _picture(painting: Painting, edge: int) -> Image.Image:
    """The painting's picture, read as the painter reads it: upright, in sRGB, of any format; no edge needs more pixels.

    Raises `GalleryError` if it cannot be read.
    """
    try:
        return Image.fromarray(decode(painting.path.read_bytes(), "style", edge).pixels)
    except BadImage as error:
        raise GalleryError(f"{painting.path}: {error}") from error


def _in_language(name: str) -> str:
    """The contact sheet has names on it: there is one for each language."""
    return f"{name} {languages.current()}" if name == CONTACT_SHEET else name
