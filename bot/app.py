"""Starts the bot and stops it: the database, the executor, the inbox, and the parts that `wiring` puts together."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import httpx
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, Defaults, ExtBot

from bot import metrics
from bot.chat.gallery import Gallery
from bot.config import Config, host_and_port
from bot.executors.base import Executor
from bot.executors.gpus import count_gpus
from bot.executors.local import LocalExecutor
from bot.executors.protocol import Connect
from bot.executors.ray import RayExecutor
from bot.handlers.routes import register
from bot.health import Monitor
from bot.storage.database import open_database
from bot.storage.storage import Storage
from bot.storage.updates import UpdateTable
from bot.transport.downloads import Downloads
from bot.transport.inbox import DurablePollingRequest, PerChatUpdateProcessor, pending_updates
from bot.transport.profile import sync_profile
from bot.transport.proxy import proxy_for
from bot.transport.rate_limiter import RateLimiter
from bot.transport.request import MeteredRequest, transport_by
from bot.transport.webhook import WebhookReceiver
from bot.wiring import wire
from styler.gallery import load_gallery
from styler.settings import Settings

STOP_SECONDS = 4.0  # for a clean stop; what has not ended by then is on disk anyway
POLL_SECONDS = 30
SILENT_SECONDS = 4 * POLL_SECONDS  # without an answer to a poll: the bot is not well
CONNECTIONS = 64
TIMEOUTS: dict[str, Any] = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout", "pool_timeout"), 20.0)
ALLOWED_UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY]

log = logging.getLogger(__name__)

BotApplication = Application[ExtBot[Any], Any, Any, Any, Any, Any]


async def run(config: Config, executor: Executor | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT; then stop within five seconds, however often the signal comes.

    Raises `ConfigError`, `DatabaseInUse`, `DatabaseTooNew`, `GalleryError`, `InvalidToken` or `OSError` if it cannot
    start.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    _on_signals(lambda: loop.call_soon_threadsafe(stop.set))
    service = asyncio.create_task(_serve(config, executor))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({service, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    service.cancel()
    await asyncio.wait({service}, timeout=STOP_SECONDS)
    _on_signals(None)
    if service.done() and not service.cancelled():
        service.result()


def _on_signals(handler: Callable[[], object] | None) -> None:
    """Call this at SIGTERM and SIGINT; with None, ignore them, which lasts. (Handlers of the event loop end with the
    loop, and Python's end before the process: after that, one more signal would kill it.)
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, (lambda *_: handler()) if handler else signal.SIG_IGN)


async def _serve(config: Config, executor: Executor | None) -> None:
    proxy = proxy_for(config.telegram_api_url)
    gallery = await asyncio.to_thread(Gallery, load_gallery(config.gallery_dir))
    metrics.begin_series([painting.name for painting in gallery.paintings], ALLOWED_UPDATES)
    async with contextlib.AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(config.data_dir))
        storage = Storage(database, keep_counts=config.max_per_day is not None)
        painters = executor or choose_executor(config)
        await painters.start()
        stack.push_async_callback(painters.aclose)
        inbox = DurablePollingRequest(storage.updates, **_connections(proxy))
        application = build_application(config, storage.updates, inbox, proxy)
        parts = wire(config, storage, painters, application.bot, gallery)
        register(application, parts.access, parts.routes)
        await application.initialize()
        stack.push_async_callback(application.shutdown)
        newest = await storage.photos.newest_file()
        await Downloads(application.bot).check([newest] if newest else [])
        await stack.enter_async_context(_running(application, storage.updates, config))
        stack.callback(inbox.close)
        monitor = Monitor(storage, painters, lambda: bool(config.webhook_url) or inbox.silent_seconds < SILENT_SECONDS)
        await stack.enter_async_context(monitor.serving(config.metrics_listen))
        purging = storage.retention.run(config.keep_jobs_hours * 3600)
        for work in (purging, sync_profile(application.bot), parts.sheets.run()):
            stack.callback(asyncio.create_task(work).cancel)
        gc.collect()
        gc.freeze()  # what is here now stays; to look for garbage in it would stop the bot for 50 ms, now and again
        log.info("ready: %d paintings, %d at once", len(gallery.paintings), painters.slots)
        await parts.dispatcher.run()


def choose_executor(config: Config) -> Executor:
    """As many painters as PAINTERS says. `auto` means PAINTERS_PER_GPU on each GPU, one on a CPU, all of a cluster."""
    settings = Settings(**config.settings)
    number = None if config.painters == "auto" else int(config.painters)
    if config.executor == "ray":
        share = 1 / config.painters_per_gpu
        return RayExecutor(Connect(config.ray_address, settings.device, number, share, config.ray_cpus_per_painting))
    gpus = count_gpus(config.cuda_visible_devices) if settings.device in ("auto", "cuda") else 0
    return LocalExecutor(number or max(1, gpus * config.painters_per_gpu), settings, gpus)


def _connections(proxy: httpx.Proxy | None) -> dict[str, Any]:
    return {**TIMEOUTS, "httpx_kwargs": {"transport": transport_by(proxy, CONNECTIONS)}}


def build_application(
    config: Config, updates: UpdateTable, inbox: DurablePollingRequest, proxy: httpx.Proxy | None = None
) -> BotApplication:
    """The application of python-telegram-bot: its bot, its inbox, the order in which it handles updates."""
    if config.telegram_bot_token is None:
        raise ValueError("there is no token")
    return (
        ApplicationBuilder()
        .token(config.telegram_bot_token.get_secret_value())
        .base_url(f"{config.telegram_api_url.rstrip('/')}/bot")
        .base_file_url(f"{config.telegram_api_url.rstrip('/')}/file/bot")
        .local_mode(config.telegram_local_mode)
        .request(MeteredRequest(**_connections(proxy)))
        .get_updates_request(inbox)
        .rate_limiter(RateLimiter())
        .defaults(Defaults(allow_sending_without_reply=True))  # what we answer may be deleted before we do
        .concurrent_updates(PerChatUpdateProcessor(updates))
        .build()
    )


@contextlib.asynccontextmanager
async def _running(application: BotApplication, updates: UpdateTable, config: Config) -> AsyncIterator[None]:
    """Handle the updates that are left from before, then those that come. At the end, do not wait for the network."""
    for update in await pending_updates(updates, application.bot):
        await application.update_queue.put(update)
    await application.start()
    try:
        async with _webhook(application, updates, config) if config.webhook_url else _polling(application):
            yield
    finally:
        await _stop(application)


def _webhook(application: BotApplication, updates: UpdateTable, config: Config) -> AbstractAsyncContextManager[None]:
    listen = host_and_port(config.webhook_listen)
    return WebhookReceiver(application, updates).serving(config.webhook_url or "", listen, ALLOWED_UPDATES)


@contextlib.asynccontextmanager
async def _polling(application: BotApplication) -> AsyncIterator[None]:
    if application.updater:
        await application.updater.start_polling(
            timeout=POLL_SECONDS,
            bootstrap_retries=-1,
            allowed_updates=ALLOWED_UPDATES,
            error_callback=lambda error: log.warning("polling: %s", error),
        )
    yield


async def _stop(application: BotApplication) -> None:
    if application.updater and application.updater.running:
        await application.updater.stop()
    cast(PerChatUpdateProcessor, application.update_processor).cancel()
    await application.stop()
    await application.shutdown()
