"""What a painter needs for a job: the bytes of its photo, those of its styles, and the settings."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.chat.gallery import Gallery
from bot.jobs.media_kind import find_media_kind
from bot.options import PaintOptions
from bot.storage.models import Job, Photo, StoredClip
from bot.storage.styles import CustomStyle, StyleRef
from bot.transport.downloads import Downloads
from styler.events import ClipCheckpoint
from styler.gallery import settings_for_blend
from styler.settings import Settings


class PaintingNotFound(LookupError):
    """The operator took it from the gallery."""


@dataclass(frozen=True)
class JobInputs:
    """`operator_settings` are the fields of `Settings` that the operator chose, `options` what users may choose."""

    bot: ExtBot[Any]
    gallery: Gallery
    operator_settings: Mapping[str, Any]
    options: PaintOptions

    async def images(self, job: Job) -> list[bytes]:
        """The file of the photo (or clip), and after it those of the styles.

        Raises `PaintingNotFound`, and what `Downloads.fetch` raises.
        """
        return await asyncio.gather(Downloads(self.bot).fetch(job.file_id), *map(self._style_image, job.style.styles))

    def settings(self, job: Job) -> Settings:
        """The job's settings over those of its styles over the operator's."""
        format = "mp4" if job.clip else "jpeg"
        chosen = {**self.operator_settings, "format": format, **job.settings, "style_blend": tuple(job.weights)}
        return settings_for_blend(self.gallery.styles(job), chosen)

    async def sheet_settings(self, photo: Photo, content: bytes, preferred: Mapping[str, Any]) -> Settings:
        """How the photo, whose file is `content`, is shown in the manner of each painting. Its bytes tell whether it is
        a clip, as they do before it is painted.
        """
        kind = await find_media_kind(content)
        moves = bool(photo.clip) if kind is None else kind != "still"
        return Settings(**{**self.operator_settings, **preferred, "format": "mp4" if moves else "jpeg"})

    async def photo(self, photo: Photo) -> bytes:
        """The file of a photo: see `Downloads.fetch`."""
        return await Downloads(self.bot).fetch(photo.file_id)

    async def stored_clip(self, stored: StoredClip) -> ClipCheckpoint | None:
        """A checkpoint from before a restart; None if Telegram has it no more, so that the clip begins anew."""
        with contextlib.suppress(BadRequest):
            image = await Downloads(self.bot).fetch(stored.file_id)
            return ClipCheckpoint(image, stored.width, stored.height, stored.frames)
        return None

    async def _style_image(self, style: StyleRef) -> bytes:
        if isinstance(style, CustomStyle):
            return await Downloads(self.bot).fetch(style.file_id)
        painting = self.gallery.painting(style.name)
        if painting is None:
            raise PaintingNotFound(f"the painting {style} is not in the gallery any more")
        if painting.tuning.get("dream"):
            return b""  # a dream needs no style image
        return await asyncio.to_thread(painting.path.read_bytes)
