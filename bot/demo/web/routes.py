"""The page and what it needs: persons' actions as JSON over HTTP, and a stream of all that happens.

Guarded: behind a random path when reachable from elsewhere, and on loopback against other sites in the same browser
(the Host must be an address of ours, an Origin our own), since any page may send requests to 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web

from bot.demo.api.server import Server
from bot.demo.bot_process import BotProcess
from bot.demo.telegram.errors import ApiError
from bot.demo.telegram.model import Chat, Message
from bot.demo.telegram.queries import Query
from bot.demo.web import view
from bot.demo.web.actions import ACTIONS
from bot.demo.web.forms import ActionError, Form, read_form
from bot.demo.web.operator import SWITCHES
from bot.storage.database import open_readonly
from bot.storage.queue import JobQueue

PAGE = Path(__file__).parent.parent / "page"
KEEP_ALIVE = 15.0  # seconds between comments that keep an idle stream open
LAST_CALLS = 50
LAST_JOBS = 30
MAX_BEHIND = 2000  # events that a page may lag behind before it has to start afresh
INLINE_TYPES = ("image/", "video/", "audio/")
SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

LOCAL_HOST = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PageRoutes:
    """Adds the page's routes to a server that has not started yet."""

    def __init__(self, server: Server, process: BotProcess | None = None, path_token: str = "") -> None:
        self.server = server
        self.process = process
        self.prefix = f"/{path_token}" if path_token else ""
        self._open: set[asyncio.Queue[tuple[str, Any] | None]] = set()
        self._ended = False
        self._pending = 0
        server.world.listeners.append(self._tell)
        server.calls.listeners.append(lambda call: self._send("call", view.call(call)))
        server.world.updates.watchers.append(self._confirmed)
        server.app.on_shutdown.append(self._end_streams)
        self._add_routes()

    def _add_routes(self) -> None:
        add = self.server.app.router.add_route
        add("GET", f"{self.prefix}/", self._guarded(self._index))
        add("GET", f"{self.prefix}/page/{{name:[\\w./-]+}}", self._guarded(self._asset))
        add("GET", f"{self.prefix}/demo/events", self._guarded(self._events))
        add("GET", f"{self.prefix}/demo/files/{{file}}", self._guarded(self._file))
        add("GET", f"{self.prefix}/demo/jobs", self._guarded(self._jobs))
        add("POST", f"{self.prefix}/demo/{{action}}", self._guarded(self._action))

    # Guards

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._from_here(request):
                raise web.HTTPForbidden(text="This page is for this machine only.")
            response = await handler(request)
            if not response.prepared:
                response.headers.update(SECURITY)
            return response

        return guarded

    def _from_here(self, request: web.Request) -> bool:
        """A Host that is ours (a foreign name that resolves to us is not) and, where told, our own Origin."""
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin != f"{request.scheme}://{request.host}":
            return False
        return bool(self.prefix) or LOCAL_HOST.fullmatch(request.host) is not None

    # The page and the files of messages

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        path = (PAGE / request.match_info["name"]).resolve()
        if not path.is_relative_to(PAGE.resolve()) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file of a message. What a browser might run as a page of ours is only offered for download."""
        file = self.server.world.files.by_unique_id(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        shown = file.mime.startswith(INLINE_TYPES) and "svg" not in file.mime
        mime = file.mime if shown else "application/octet-stream"
        response = _part(request, file.data)
        response.headers[hdrs.CONTENT_TYPE] = mime
        if not shown:
            response.headers[hdrs.CONTENT_DISPOSITION] = "attachment"
        return response

    async def _jobs(self, request: web.Request) -> web.StreamResponse:
        """The bot's newest jobs, from its own database; none while there is none, or nobody knows where."""
        jobs = []
        if folder := self.process and self.process.data:
            with contextlib.suppress(sqlite3.OperationalError):
                async with open_readonly(folder) as database:
                    jobs = await JobQueue(database).recent(LAST_JOBS)
        return web.json_response([job | {"style": job["style"].partition(":")[0]} for job in jobs])

    # What people and the operator do

    async def _action(self, request: web.Request) -> web.StreamResponse:
        try:
            result = await self._act(request.match_info["action"], await read_form(request))
        except (ActionError, ApiError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(result)

    async def _act(self, name: str, form: Form) -> Any:
        if action := ACTIONS.get(name):
            result = await action(self.server.world, form)
            self._tell_pending()
            return result
        if switch := SWITCHES.get(name):
            result = await switch(self.server, self.process, form)
            self._send("operator", self._operator())
            return result
        raise web.HTTPNotFound

    # The stream

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: first the whole state, then each change. A page that reconnects starts afresh."""
        response = web.StreamResponse(headers={**SECURITY, hdrs.CONTENT_TYPE: "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue(MAX_BEHIND)
        self._open.add(queue)
        try:
            await _write(response, "state", self._state())
            while (event := await _next(queue)) is not None and not self._ended:
                await _write(response, *event)
        except ConnectionError:
            return response  # the page is gone
        finally:
            self._open.discard(queue)
        return response

    def _state(self) -> dict[str, Any]:
        calls = [view.call(call) for call in list(self.server.calls.last)[-LAST_CALLS:]]
        return view.state(self.server.world) | {"calls": calls, "operator": self._operator()}

    def _operator(self) -> dict[str, Any]:
        server, process = self.server, self.process
        return {
            "faults": [view.fault(fault) for fault in server.faults.on],
            "offline": server.offline,
            "flood": server.world.flood.enforced,
            "pending": len(server.world.updates.pending),
            "bot": {"pid": process.pid, "starts": process.starts} if process else None,
        }

    def _tell(self, kind: str, subject: Any) -> None:
        world = self.server.world
        if isinstance(subject, Message):
            self._send("message", view.message(subject))
        elif isinstance(subject, Query):
            self._send("answer", view.answer(subject))
        elif isinstance(subject, Chat):
            self._send(kind, view.action(subject) if kind == "action" else view.chat(world, subject))
        elif kind == "bot":
            self._send("operator", self._operator())
        else:
            self._send("people", [view.person(world, someone) for someone in world.people.values()])

    def _confirmed(self, offset: int) -> None:
        asyncio.get_running_loop().call_soon(self._tell_pending)  # when those below the offset are gone

    def _tell_pending(self) -> None:
        """How many updates wait for the bot, when that has changed."""
        pending = len(self.server.world.updates.pending)
        if pending != self._pending:
            self._pending = pending
            self._send("operator", self._operator())

    def _send(self, kind: str, data: Any) -> None:
        for queue in list(self._open):
            if queue.full():  # a page that sleeps: it starts afresh when it wakes
                self._open.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait((kind, data))

    async def _end_streams(self, app: web.Application) -> None:
        self._ended = True
        self._send("bye", None)


def _part(request: web.Request, data: bytes) -> web.Response:
    """All of a file, or the part that is asked for. Safari plays no video without parts."""
    if hdrs.RANGE not in request.headers:
        return web.Response(body=data, headers={hdrs.ACCEPT_RANGES: "bytes"})
    try:
        start, stop, _ = request.http_range.indices(len(data))
    except ValueError:  # malformed
        start = stop = 0
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable(headers={hdrs.CONTENT_RANGE: f"bytes */{len(data)}"})
    part = {hdrs.CONTENT_RANGE: f"bytes {start}-{stop - 1}/{len(data)}"}
    return web.Response(status=206, body=data[start:stop], headers=part)


async def _next(queue: asyncio.Queue[tuple[str, Any] | None]) -> tuple[str, Any] | None:
    try:
        async with asyncio.timeout(KEEP_ALIVE):
            return await queue.get()
    except TimeoutError:
        return "idle", None


async def _write(response: web.StreamResponse, kind: str, data: Any) -> None:
    await response.write(f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode())
