"""The stand-in over HTTP: `/bot<token>/<method>`, `/file/bot<token>/<path>`, and the faults that are switched on."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import Any, Self

from aiohttp import web

from bot.demo.api import methods
from bot.demo.api.call_log import CallLog
from bot.demo.api.faults import DOWNLOAD, Fault, FaultKind, Faults
from bot.demo.api.params import Params, read_params
from bot.demo.telegram.errors import NOT_FOUND, UNAUTHORIZED, ApiError, too_many_requests
from bot.demo.telegram.world import World

log = logging.getLogger(__name__)

TOKEN = "7000000001:AAStandInForTelegram-NoRealToken000"  # noqa: S105 (made up: it opens nothing but this server)
TOKEN_SHAPE = re.compile(r"\d{1,20}:[\w-]{35}")
MAX_REQUEST = 64 * 2**20
GRACE = 0.5  # seconds that calls in progress get when the server stops
OF_ALL: tuple[FaultKind, ...] = ("cut_before", "cut_after", "bad_gateway", "page", "too_many", "error", "slow")
OF_CALLS: tuple[FaultKind, ...] = (*OF_ALL, "uploading", "album", "no_path")
OF_DOWNLOADS: tuple[FaultKind, ...] = (*OF_ALL, "truncated", "short")
BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body></html>"
PAGE = "<html>\r\n<head><title>Sorry</title></head>\r\n<body><h1>Sorry</h1></body></html>"


class Server:
    """Serves one `World` on one address. `async with Server() as server:` is all that a test needs."""

    def __init__(self, world: World | None = None, token: str = TOKEN) -> None:
        self.world = world or World()
        self.token = token
        self.offline = False
        self.faults = Faults()
        self.calls = CallLog()
        self.app = web.Application(client_max_size=MAX_REQUEST)
        self.app.router.add_route("*", "/bot{token:[^/]*}/{method:[^/]*}", self._bot)
        self.app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", self._file)
        # No access log: it would hold the token. And no cancellation (aiohttp's default): a call that has arrived is
        # carried out, also when its caller is gone before the answer.
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=GRACE)
        self._site: web.TCPSite | None = None
        self._address = ("", 0)
        self._calls_now: list[web.Request] = []
        self.world.webhook.call = self._call_from_webhook

    # Start and stop

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL must be."""
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def local_url(self) -> str:
        """The same for a bot on this machine, also when the server listens on every address."""
        return self.url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        await self._runner.setup()
        self._address = (host, port)
        await self.come_back()
        self._address = (host, self._runner.addresses[0][1])

    async def stop(self) -> None:
        self.cut_off(True)
        self.world.updates.end_poll()
        await self.world.webhook.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    async def go_offline(self) -> None:
        """Break all connections and refuse new ones, as when Telegram or the network is down."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
        for connection in self._connections():
            if connection.transport is not None:
                connection.transport.abort()

    async def come_back(self) -> None:
        """Listen (again) on the same port."""
        if self._site is None:
            self._site = web.TCPSite(self._runner, *self._address)
            await self._site.start()

    def cut_off(self, on: bool) -> None:
        """The bot alone loses the network: its calls are cut, while the page is still served."""
        self.offline = on
        for request in list(self._calls_now) if on else []:
            _cut(request)

    def _connections(self) -> list[web.RequestHandler]:
        return list(self._runner.server.connections) if self._runner.server else []

    # Calls

    async def _bot(self, request: web.Request) -> web.StreamResponse:
        self._calls_now.append(request)
        try:
            return await self._handle(request)
        finally:
            self._calls_now.remove(request)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method, began = request.match_info["method"], time.monotonic()
        try:
            self._check_token(request)
            params = await read_params(request)
        except ApiError as error:
            return _error(error)
        except web.HTTPRequestEntityTooLarge:
            return _error(ApiError(413, "Request Entity Too Large"))
        if self.offline:
            return _cut(request)
        struck = self.faults.strike(method, OF_CALLS, params)
        if broken := _broken(request, struck):
            return broken
        answer = await self._answer(method, params, struck)
        status = answer.get("error_code", 200)
        self.calls.add(method, params.shown(), status, answer, time.monotonic() - began)
        if "slow" in struck:
            await asyncio.sleep(struck["slow"].seconds)
        return _cut(request) if "cut_after" in struck else _json(answer, status)

    async def _answer(self, method: str, params: Params, struck: dict[FaultKind, Fault]) -> dict[str, Any]:
        try:
            return {"ok": True, "result": await self._carried_out(method, params, struck)}
        except ApiError as error:
            return error.as_json()
        except Exception:
            log.exception("The stand-in failed at %s", method)
            return ApiError(500, "Internal Server Error").as_json()

    async def _carried_out(self, method: str, params: Params, struck: dict[FaultKind, Fault]) -> Any:
        done = "error" in struck and struck["error"].done
        if not done:
            _refuse(struck)
        params.upload_seconds = struck["uploading"].seconds if "uploading" in struck else 0.0
        params.breaks_at = struck["album"].item if "album" in struck else 0
        result = await methods.call(self.world, method, params)
        if done:
            _refuse(struck)
        if "no_path" in struck:
            result.pop("file_path", None)
        return self.faults.disturbed(result) if method.lower() == "getupdates" else result

    async def _call_from_webhook(self, method: str, values: dict[str, Any]) -> None:
        params, began = Params(values), time.monotonic()
        answer = await self._answer(method, params, {})
        self.calls.add(method, params.shown(), answer.get("error_code", 200), answer, time.monotonic() - began)

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not TOKEN_SHAPE.fullmatch(token):
            raise ApiError(*NOT_FOUND)
        if token != self.token:
            raise ApiError(*UNAUTHORIZED)

    # Downloads

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
            asked = Params({"file_path": request.match_info["path"]})
            struck = self.faults.strike(DOWNLOAD, OF_DOWNLOADS, asked)
            _refuse(struck)
            file = self.world.files.by_path(request.match_info["path"])
            if file is None:
                raise ApiError(*NOT_FOUND)
        except ApiError as error:
            return _error(error)
        if "slow" in struck:
            await asyncio.sleep(struck["slow"].seconds)
        return _broken(request, struck) or await _download(request, file.data, struck)


def _refuse(struck: dict[FaultKind, Fault]) -> None:
    if "too_many" in struck:
        raise too_many_requests(struck["too_many"].seconds)
    if "error" in struck:
        fault = struck["error"]
        raise ApiError(fault.code, fault.description, fault.parameters)


def _broken(request: web.Request, struck: dict[FaultKind, Fault]) -> web.Response | None:
    if "cut_before" in struck:
        return _cut(request)
    if "bad_gateway" in struck:
        return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")
    if "page" in struck:
        return web.Response(status=struck["page"].code, text=PAGE, content_type="text/html")
    return None


def _error(error: ApiError) -> web.Response:
    return _json(error.as_json(), error.code)


def _json(answer: dict[str, Any], status: int) -> web.Response:
    """A wait is told in the header, too (HttpConnection.cpp send_response)."""
    wait = answer.get("parameters", {}).get("retry_after")
    return web.json_response(answer, status=status, headers={"Retry-After": str(wait)} if wait else {})


def _cut(request: web.Request) -> web.Response:
    """Break the connection; the response only satisfies aiohttp, nobody gets it."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _download(request: web.Request, data: bytes, struck: dict[FaultKind, Fault]) -> web.StreamResponse:
    if "truncated" in struck or "cut_after" in struck:
        return await _break_off(request, data)
    body = data[: len(data) // 2] if "short" in struck else data
    return web.Response(body=body, content_type="application/octet-stream")


async def _break_off(request: web.Request, data: bytes) -> web.StreamResponse:
    """Half of what was announced, then the end of the connection."""
    response = web.StreamResponse(headers={"Content-Length": str(len(data))})
    response.content_type = "application/octet-stream"
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
