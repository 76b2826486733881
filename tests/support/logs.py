"""Waiting for a line of the log of the tests' own process."""

import asyncio
import logging

from tests.support.hang import HANG_SECONDS


async def until_logged(caplog, words):
    """A line with these words is written, by whatever thread."""
    loop, written, handler = asyncio.get_running_loop(), asyncio.Event(), logging.Handler()
    handler.emit = lambda _: loop.call_soon_threadsafe(written.set)
    logging.getLogger().addHandler(handler)  # behind that of caplog, which has the line then
    try:
        async with asyncio.timeout(HANG_SECONDS):
            while words not in caplog.text:
                written.clear()
                await written.wait()
    finally:
        logging.getLogger().removeHandler(handler)
