"""Files that people sent, from api.telegram.org or from a Bot API server of the operator's own.

The official server itself serves no files over HTTP (HttpConnection.cpp knows no path but /bot...): api.telegram.org
has a web server beside it, and with --local a file's path is one on the server's disk, which this process must share.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from telegram import File
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.config import ConfigError
from bot.transport.rate_limiter import RateLimiter
from bot.transport.request import NOT_FOUND
from bot.transport.retry_policy import DOWNLOAD, is_passing

OFFICIAL = "https://api.telegram.org/"
SHORT_DOWNLOADS = 5  # of a file whose length is not as announced, before it is taken as it is
WHAT_HELPS = (
    "run the server with --local, set TELEGRAM_LOCAL_MODE=true and share that folder with the bot, readable, at the"
    " same path; or put a web server before it that serves /file/bot..."
)

log = logging.getLogger(__name__)


class FileUnavailable(TelegramError):
    """Telegram does not give the file now; it may later."""


class FileNotServed(TelegramError):
    """A server of the operator's own keeps the file where it cannot be read from here; the message is its path."""


@dataclass(frozen=True)
class Downloads:
    """Fetches files by their file_id."""

    bot: ExtBot[Any]

    async def fetch(self, file_id: str) -> bytes:
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
        limiter = cast(RateLimiter, self.bot.rate_limiter)
        for _ in range(SHORT_DOWNLOADS):
            content = await limiter.retry(self._bytes_of, (file,), "download", DOWNLOAD)
            if len(content) == (file.file_size or len(content)):
                break
            log.info("a download ended after %d of %s bytes", len(content), file.file_size)
        return content  # if it is still not whole, the painter tells whether it is a picture

    async def _bytes_of(self, file: File) -> bytes:
        """From this disk, or over HTTP. (python-telegram-bot would block everything while it reads the disk; and of a
        file that it cannot see there it makes a URL.)
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

    async def check(self, file_ids: Iterable[str]) -> None:
        """Raise `ConfigError` if a server of the operator's own has files that cannot be read from here. The bot's own
        picture tells, or the first of these files that there is.
        """
        if self.bot.base_url.startswith(OFFICIAL):
            return
        try:
            photos = await self.bot.get_user_profile_photos(self.bot.id, limit=1, rate_limit_args=DOWNLOAD)
            for file_id in [*(sizes[0].file_id for sizes in photos.photos), *file_ids]:
                if await self._is_readable(file_id):
                    return
        except FileNotServed as error:
            raise ConfigError(f"TELEGRAM_API_URL: its file {error} cannot be read from here: {WHAT_HELPS}") from None
        except TelegramError as error:
            log.info("no file of the Bot API server could be tried: %s", error)

    async def _is_readable(self, file_id: str) -> bool:
        """False if the server does not have the file itself."""
        try:
            await self.fetch(file_id)
        except (BadRequest, FileUnavailable) as error:
            log.info("a file that could not be tried: %s", error)
            return False
        return True
