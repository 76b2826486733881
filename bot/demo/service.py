"""The demo as a whole: the stand-in with two people and a group in it, its page, and the real bot beside it."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.config import host_and_port
from bot.demo.api.server import TOKEN, Server
from bot.demo.bot_process import BotProcess
from bot.demo.telegram.world import World
from bot.demo.web.routes import PageRoutes

# `env` sets the child's variables and becomes the child, so that nothing here needs to read the environment.
ENV = "/usr/bin/env"
BOT = (sys.executable, "-m", "bot")


def main(listen: str) -> int:
    """Serve the demo on `listen` (host:port) until Ctrl-C or SIGTERM. Returns the exit status."""
    return asyncio.run(serve(listen))


async def serve(listen: str, *, bot: Sequence[str] = BOT) -> int:
    """Run everything until SIGINT or SIGTERM. `bot` is the command that starts the bot."""
    host, port = host_and_port(listen)
    server = Server(demo_world())
    process = BotProcess(changed=lambda: server.world.notify("bot", None))
    pages = PageRoutes(server, process, path_token="" if is_loopback(host) else secrets.token_urlsafe(18))
    try:
        await server.start(host, port)
    except OSError as error:
        _print(f"Cannot listen on {listen} (DEMO_LISTEN may name another place): {error.strerror or error}")
        return 1
    with tempfile.TemporaryDirectory(prefix="painter-demo-", ignore_cleanup_errors=True) as folder:
        process.command, process.data = bot_command(server, bot, folder), Path(folder)
        _print(f"The demo chat is at {server.url}{pages.prefix}/ (Ctrl-C stops it)")
        try:
            return await _until_stopped(process)
        finally:
            await server.stop()


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def demo_world() -> World:
    """A world with two people who speak different languages, and a group of both."""
    world = World()
    people = [world.person("Ann", "en", started=False), world.person("Boris", "ru", started=False)]
    world.group("Friends of art", people)
    return world


def bot_command(server: Server, bot: Sequence[str], folder: str) -> tuple[str, ...]:
    return (ENV, f"TELEGRAM_API_URL={server.local_url}", f"TELEGRAM_BOT_TOKEN={TOKEN}", f"DATA_DIR={folder}", *bot)


async def _until_stopped(process: BotProcess) -> int:
    """The bot runs until it ends for good (its status is returned) or a signal comes (0)."""
    signals: list[int] = []

    loop = asyncio.get_running_loop()

    def stopped(number: int) -> None:
        signals.append(number)
        process.stop()
        if len(signals) > 1:  # asked twice: do not wait for the bot
            process.kill()

    def caught(number: int, frame: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stopped, number)

    # Not by the loop's own handlers: those end with the loop, and a third Ctrl-C would break the exit.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, caught)
    status = await process.run()
    return 0 if signals else status


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
