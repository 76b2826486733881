"""`/metrics` and `/healthz` on METRICS_LISTEN; `python -m bot.health` asks the latter, for containers.

Neither names a chat or a person, but they are for operators: keep the address inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from bot import metrics
from bot.config import Config, ConfigError, blamed_on, host_and_port, load_config
from bot.executors.base import Executor
from bot.executors.gpus import memory_used
from bot.storage.storage import Storage
from styler.argument_parser import ArgumentParser

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds for each thing to show that it is well


class Monitor:
    """Tells how the bot is. `polls` says whether Telegram has answered lately, if it is asked at all."""

    def __init__(self, storage: Storage, executor: Executor, polls: Callable[[], bool]) -> None:
        self._storage = storage
        self._executor = executor
        self._polls = polls

    @contextlib.asynccontextmanager
    async def serving(self, listen: str | None) -> AsyncIterator[None]:
        """On this address, if there is one."""
        app = web.Application()
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/healthz", self._healthz)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            if listen:
                with blamed_on("METRICS_LISTEN", listen):
                    await web.TCPSite(runner, *host_and_port(listen)).start()
            yield
        finally:
            await runner.cleanup()

    async def _metrics(self, request: web.Request) -> web.Response:
        jobs = await self._storage.queue.stats()
        for status in ("QUEUED", "RUNNING"):
            metrics.IN_WORK.labels(status).set(jobs.get(status, 0))
        metrics.SLOTS.set(self._executor.slots)
        for gpu, (used, total) in enumerate(await asyncio.to_thread(memory_used)):  # the driver may take its time
            metrics.GPU_USED.labels(gpu).set(used)
            metrics.GPU_TOTAL.labels(gpu).set(total)
        encode, content_type = choose_encoder(", ".join(request.headers.getall("Accept", ())))
        return web.Response(body=encode(REGISTRY), headers={"Content-Type": content_type})

    async def _healthz(self, _: web.Request) -> web.Response:
        well = {
            "telegram": self._polls(),
            "database": await _in_time(self._storage.database.check_writable()),
            "painter": await _in_time(self._executor.alive()),
        }
        return web.json_response(well, status=200 if all(well.values()) else 503)


async def _in_time(check: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check
    except Exception as error:
        log.warning("a health check failed: %r", error)
        return False


def main() -> int:
    """0 if the bot says that it is well, 1 if not, and 2 with one line for what an operator has to mend."""
    try:
        return ask(load_config())
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def ask(config: Config) -> int:
    """Ask a bot on this machine: as `main`. Raises `ConfigError` if it has no address to be asked at."""
    if config.metrics_listen is None:
        raise ConfigError("METRICS_LISTEN is not set, so nobody can be asked")
    try:
        # Not by way of the proxy that the bot may have.
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"http://{config.metrics_listen}/healthz", timeout=3 * PATIENCE):
            return 0
    except urllib.error.HTTPError as error:
        with error:  # it is the answer, too
            sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    about = "Exit with 0 if the bot at METRICS_LISTEN says that it is well, with 1 if it does not or is not there."
    ArgumentParser("python -m bot.health", description=about).parse_args()
    sys.exit(main())
