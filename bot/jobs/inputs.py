"""What a painter needs for a job: the bytes of its photo, those of its styles, and the settings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from telegram import File
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.chat.gallery import Gallery
from bot.storage.models import Job, custom_style_file
from bot.transport.rate_limiter import RateLimiter
from bot.transport.request import NOT_FOUND
from bot.transport.retry_policy import DOWNLOAD, is_passing
from styler.gallery import settings_for_blend
from styler.settings import Settings

OFFICIAL = "https://api.telegram.org/"
DOWNLOADS = 5  # of a file whose length is not as announced, before it is taken as it is

log = logging.getLogger(__name__)


class PaintingNotFound(LookupError):
    """The operator took it from the gallery."""


class FileUnavailable(TelegramError):
    """Telegram does not give the file now; it may later."""


class FileNotServed(TelegramError):
    """The operator's own Bot API server keeps the file where it cannot be read from here; the message is its path."""


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

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file. The rate limiter repeats both calls when they fail: `get_file` until Telegram can be
        reached, the download a few times.

        Raises `RetryAfter` if Telegram wants us to wait long, `BadRequest` if it does not know the file, and
        `FileUnavailable` or `FileNotServed` if the bytes cannot be had now, or never.
        """
        try:
            file = await self.bot.get_file(file_id, rate_limit_args=DOWNLOAD)
        except BadRequest as error:
            if is_passing(error):
                raise FileUnavailable(error.message) from error
            raise
        if not file.file_path:
            raise FileUnavailable("the file has no path yet")
        pace = cast(RateLimiter, self.bot.rate_limiter)
        for _ in range(DOWNLOADS):
            content = await pace.retry(self._fetch, (file,), "download", DOWNLOAD)
            if len(content) == (file.file_size or len(content)):
                break
            log.info("a download ended after %d of %s bytes", len(content), file.file_size)
        return content  # if it is still not whole, the painter tells whether it is a picture

    async def _fetch(self, file: File) -> bytes:
        """Over HTTP, or from this disk, where a server with --local puts it. (python-telegram-bot would block all while
        it reads the disk; and a file that it cannot see there is a URL to it.)
        """
        path = (file.file_path or "").removeprefix(f"{self.bot.base_file_url}/")
        try:
            if path == file.file_path:
                return await asyncio.to_thread(Path(path).read_bytes)
            return bytes(await file.download_as_bytearray())
        except OSError as error:
            raise FileNotServed(f"{path} ({error.strerror})") from error
        except TelegramError as error:
            if error.message == NOT_FOUND and not self.bot.base_url.startswith(OFFICIAL):
                raise FileNotServed(path) from error
            raise

    async def _style(self, style: str) -> bytes:
        if file_id := custom_style_file(style):
            return await self.download(file_id)
        painting = self.gallery.painting(style)
        if painting is None:
            raise PaintingNotFound(f"the painting {style} is not in the gallery any more")
        if painting.tuning.get("dream"):
            return b""  # a dream needs no style image
        return await asyncio.to_thread(painting.path.read_bytes)
