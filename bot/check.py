"""`python -m bot --check`: what would be used, and a try of each part. Nothing is changed; a bot may run meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.request import getproxies

import numpy as np
from PIL import Image
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot import app
from bot.chat.gallery import Gallery
from bot.config import STYLER, Config, ConfigError
from bot.executors.base import Executor, WorkerDied
from bot.storage.database import DatabaseTooNew, check_readable, open_readonly
from bot.storage.photos import PhotoTable
from bot.transport.downloads import Downloads
from bot.transport.proxy import proxy_for
from bot.transport.rate_limiter import RateLimiter
from bot.transport.request import MeteredRequest, transport_by
from bot.transport.retry_policy import BEST_EFFORT
from styler.events import BadImage, PaintError, Result
from styler.gallery import GalleryError, load_gallery
from styler.settings import Settings

TELEGRAM_SECONDS = 20.0
PAINTERS_SECONDS = 300.0  # until the painters of a cluster, or those of a slow machine, have painted a small picture
FAULTS = (
    BadImage,
    ConfigError,
    DatabaseTooNew,
    GalleryError,
    OSError,
    PaintError,
    sqlite3.Error,
    TelegramError,
    WorkerDied,
)  # (TimeoutError is an OSError)


def check(config: Config, executor: Executor | None = None) -> int:
    """Print what would be used, then one line for each part that was tried: 0 if all of them work, else 2."""
    print("\n".join(chosen(config)), flush=True)
    return asyncio.run(_check(config, executor))


def chosen(config: Config) -> list[str]:
    """A line for each variable, after a # if that is the default; secrets are masked."""
    lines = []
    for name in type(config).model_fields:
        if name != "styler":
            value = _masked(name, getattr(config, name))
            lines.append(("" if name in config.model_fields_set else "#") + f"{name.upper()}={value}")
    lines += [f"{STYLER}{name.upper()}={text}" for name, text in config.styler.items()]
    return lines + [f"{name.upper()}_PROXY={without_secrets(url)}" for name, url in sorted(getproxies().items())]


def _masked(name: str, value: Any) -> str:
    if name == "telegram_bot_token" and value:
        return f"{value.get_secret_value().partition(':')[0]}:***"
    if isinstance(value, frozenset):
        return ",".join(map(str, sorted(value)))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else without_secrets(str(value))


def without_secrets(url: str) -> str:
    """The text without the name and the password that a URL may hold."""
    return re.sub(r"(?<=://)[^/@]*@|^[^/@:]+:[^/@]*@", "***@", url)


async def _check(config: Config, executor: Executor | None) -> int:
    """Try all parts, one after the other; a fault of one does not keep the others from being tried."""
    parts: dict[str, Callable[[], Awaitable[str]]] = {
        "Telegram": lambda: _telegram(config),
        "data folder": lambda: _data_folder(config),
        "gallery": lambda: _gallery(config),
        "Ray cluster" if config.executor == "ray" else "painters": lambda: _painters(config, executor),
    }
    faults = 0
    for name, part in parts.items():
        try:
            print(f"ok     {name}: {await part()}", flush=True)
        except FAULTS as error:
            faults += 1
            print(f"FAULT  {name}: {_sentence(error, config)}", flush=True)
    return 2 if faults else 0


def _sentence(error: Exception, config: Config) -> str:
    if isinstance(error, InvalidToken):
        return "TELEGRAM_BOT_TOKEN: Telegram does not know this token"
    if isinstance(error, sqlite3.Error):
        return f"{config.data_dir / 'bot.sqlite'}: {error}"
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, TelegramError):
        text = f"{without_secrets(config.telegram_api_url)}: {text}"
    token = config.telegram_bot_token
    return text.replace(token.get_secret_value(), "***") if token else text


async def _telegram(config: Config) -> str:
    """getMe; with a server of the operator's own, also a file of it."""
    if config.telegram_bot_token is None:
        return "there is no TELEGRAM_BOT_TOKEN, so the demo chat would start"
    transport = transport_by(proxy_for(config.telegram_api_url), 4)
    request = MeteredRequest(**app.TIMEOUTS, httpx_kwargs={"transport": transport})
    url = config.telegram_api_url.rstrip("/")
    bot: ExtBot[Any] = ExtBot(
        config.telegram_bot_token.get_secret_value(),
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        local_mode=config.telegram_local_mode,
        request=request,
        get_updates_request=request,
        rate_limiter=RateLimiter(),
    )
    try:
        async with asyncio.timeout(TELEGRAM_SECONDS), request:
            await bot.get_me(rate_limit_args=BEST_EFFORT)  # once: a bot that starts would wait for Telegram
            async with bot:
                await Downloads(bot).check(await _newest_file(config))
                return f"the bot is @{bot.username}"
    except TimeoutError:
        raise TimeoutError(f"{without_secrets(url)} has not answered within {TELEGRAM_SECONDS:g} seconds") from None


async def _newest_file(config: Config) -> list[str]:
    with contextlib.suppress(sqlite3.Error):
        async with open_readonly(config.data_dir) as database:
            newest = await PhotoTable(database).newest_file()
            return [newest] if newest else []
    return []


async def _data_folder(config: Config) -> str:
    """Files can be written there, and the database can be read, if there is one."""
    folder = config.data_dir.absolute()
    there = await asyncio.to_thread(_writable, folder)
    version = await check_readable(folder)
    if not there:
        return f"{folder} will be made"
    return f"{folder}, {f'with a database of version {version}' if version else 'without a database so far'}"


def _writable(folder: Path) -> bool:
    """Whether the folder is there already. Raises `OSError` if files cannot be written there, or it cannot be made."""
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with tempfile.TemporaryDirectory(dir=nearest):
            return nearest == folder
    except OSError as error:
        raise OSError(f"{folder} cannot be {'written' if nearest == folder else 'made'}: {error.strerror}") from None


async def _gallery(config: Config) -> str:
    gallery = await asyncio.to_thread(Gallery, load_gallery(config.gallery_dir))
    return f"{len(gallery.paintings)} paintings"


async def _painters(config: Config, executor: Executor | None) -> str:
    """Each painter paints a small picture."""
    executor = executor or app.choose_executor(config)
    settings = Settings(**{**config.settings, "size": 64, "steps": 2, "style_blend": (), "timelapse": False})
    await executor.start()
    try:
        async with asyncio.timeout(PAINTERS_SECONDS):
            await asyncio.gather(*(_paint_small_picture(executor, settings) for _ in range(executor.slots)))
    except TimeoutError:
        raise TimeoutError(f"they have not painted a small picture within {PAINTERS_SECONDS:g} seconds") from None
    finally:
        await executor.aclose()
    return f"{executor.slots} at once, {'on GPUs' if executor.on_gpus else 'on the CPU'}; each painted a small picture"


async def _paint_small_picture(executor: Executor, settings: Settings) -> None:
    picture = _small_picture()
    async with contextlib.aclosing(executor.paint(picture, [picture], settings)) as events:
        async for event in events:
            if isinstance(event, Result):
                return
    raise WorkerDied("no picture came from the painter")


def _small_picture() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()
