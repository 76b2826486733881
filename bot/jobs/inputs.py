"""What a painter needs for a job: the bytes of its photo, those of its styles, and the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram.ext import ExtBot

from bot.chat.gallery import Gallery
from bot.storage.models import Job, Photo, custom_style_file
from bot.transport.downloads import Downloads
from styler.gallery import settings_for_blend
from styler.settings import Settings


class PaintingNotFound(LookupError):
    """The operator took it from the gallery."""


@dataclass(frozen=True)
class JobInputs:
    """`chosen` are the settings that the operator chose."""

    bot: ExtBot[Any]
    gallery: Gallery
    chosen: Mapping[str, Any]

    async def pictures(self, job: Job) -> list[bytes]:
        """The photo (or clip), and after it each of the styles."""
        return await asyncio.gather(self.download(job.file_id), *map(self._style, job.styles))

    def settings(self, job: Job) -> Settings:
        format = "mp4" if job.clip else "jpeg"
        chosen = {**self.chosen, "format": format, **job.settings, "style_blend": tuple(job.weights)}
        return settings_for_blend(self.gallery.styles(job), chosen)

    def sheet_settings(self, photo: Photo, preferences: Mapping[str, Any]) -> Settings:
        """How the photo is shown in the manner of each painting: as its user usually has it painted."""
        usual = {name: preferences[name] for name in ("strength", "keep_colors") if name in preferences}
        return Settings(**{**self.chosen, **usual, "format": "mp4" if photo.clip else "jpeg"})

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file: see `Downloads.fetch`."""
        return await Downloads(self.bot).fetch(file_id)

    async def _style(self, style: str) -> bytes:
        if file_id := custom_style_file(style):
            return await self.download(file_id)
        painting = self.gallery.painting(style)
        if painting is None:
            raise PaintingNotFound(f"the painting {style} is not in the gallery any more")
        if painting.tuning.get("dream"):
            return b""  # a dream needs no style image
        return await asyncio.to_thread(painting.path.read_bytes)
