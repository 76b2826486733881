"""Calls of the Bot API over HTTP: counted, and Telegram's own answers told from whatever else comes back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable
from typing import Any

import httpx
from telegram.error import TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot import metrics
from bot.config import ConfigError
from bot.transport.answers import ParsedAnswer, parsed, readable, unanswered

NOT_FOUND = "Not Found (404)"
UPLOAD_TIMEOUT = 480.0  # seconds; the official server itself ends a connection after 500 (HttpServer.h)
LARGEST_JOINED = 2**20  # bytes: to join a long film would need its memory twice
# A peer that is gone is noticed within 35 s.
KEEPALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, getattr(socket, "TCP_KEEPIDLE", 0x10), 15),  # macOS has it as TCP_KEEPALIVE, 0x10
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
)


class JoinedBodies(httpx.AsyncHTTPTransport):
    """Sends the body of a request in one piece, up to so many bytes. httpx gives the name, the type and the value of
    each field of an upload separately, so each would travel as a packet of its own.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if int(request.headers.get("Content-Length", LARGEST_JOINED)) < LARGEST_JOINED:
            await request.aread()
        return await super().handle_async_request(request)


def transport_by(proxy: httpx.Proxy | None, connections: int) -> httpx.AsyncHTTPTransport:
    """Connections to Telegram, at most so many: direct ones, or by a proxy.

    Raises `ConfigError` if the certificates that the operator named cannot be read.
    """
    limits = httpx.Limits(max_connections=connections)
    try:
        return JoinedBodies(proxy=proxy, limits=limits, socket_options=KEEPALIVE)
    except OSError as error:  # of which ssl.SSLError is one
        raise ConfigError(f"SSL_CERT_FILE: its certificates cannot be read: {error.strerror or error}") from None


class MeteredRequest(HTTPXRequest):
    """Counts each call by its outcome. Raises `NetworkError`, so that the call is repeated, where it was not Telegram
    that answered.

    (python-telegram-bot would log a trace of a proxy's page, and would take the proxy's 403 for a person who blocked
    the bot.)

    The answer to an upload is waited for longer than other answers: the server gives it when the file has reached
    Telegram, and a second edit of a message would only cancel the first. `KEEPALIVE`, as the options of the socket, see
    to it that a connection that is dead does not hold an upload for as long.
    """

    def __init__(self, *, upload_timeout: float = UPLOAD_TIMEOUT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._upload_timeout = upload_timeout

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        # Of the URL only the last word: there is a token in it, and a download's is its file.
        name = "download" if "/file/bot" in url else url.rpartition("/")[2]
        if getattr(kwargs.get("request_data"), "contains_files", False):
            kwargs["read_timeout"] = self._upload_timeout
        return await self._metered(name, super().do_request(url, *args, **kwargs))

    async def _metered(self, method: str, request: Awaitable[tuple[int, bytes]]) -> tuple[int, bytes]:
        try:
            status, payload = await self._in_time(method, request)
        except TelegramError as error:
            metrics.CALLS.labels(method, type(error).__name__).inc()
            raise
        metrics.CALLS.labels(method, status).inc()
        if method != "download":
            return readable(method, status, payload)
        if status == 404:  # its path has expired: not to be repeated without another `getFile`
            raise TelegramError(NOT_FOUND)
        if status == 429:  # of a refusal only "Too Many Requests" is to be read
            return readable(method, status, payload)
        if status != 200:
            raise unanswered(status)
        return status, payload

    async def _in_time(self, method: str, request: Awaitable[tuple[int, bytes]]) -> tuple[int, bytes]:
        """Time-outs of httpx are for each part of an answer, and it may come byte by byte."""
        try:
            async with asyncio.timeout(self._upload_timeout):
                return await request
        except TimeoutError as error:
            raise TimedOut(f"{method} timed out: its answer does not end") from error

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """As other servers write it, too: see `answers`."""
        return payload.answer if isinstance(payload, ParsedAnswer) else parsed(payload)
