"""A Bot API server that nobody at Telegram wrote: small, made after the documentation alone, with habits of its own.

It has nothing in common with the stand-in of `bot/demo`, not even the HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS

TOKEN = "7000000002:AAOtherServer-NoRealToken-0000000000"
ME = {"id": 7_000_000_002, "is_bot": True, "first_name": "Painter", "username": "painter_bot"}
ANN = {"id": 2**51 + 1, "is_bot": False, "first_name": "Ann", "language_code": "en"}
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 429: "Too Many Requests", 502: "Bad Gateway"}

Json = dict[str, Any]


@dataclass
class Reply:
    """What goes back: `length` is what Content-Length says, if it is wrong; `drip`: seconds between its bytes."""

    status: int = 200
    body: bytes = b""
    type: str = "application/json"
    length: int | None = None
    drip: float = 0.0
    encoding: str = ""

    @classmethod
    def of(cls, answer: Json, status: int = 200) -> Reply:
        return cls(status, json.dumps(answer).encode())


@dataclass
class Habits:
    """How this server differs from Telegram's. `meddle` may answer a call, by its method and its number."""

    meddle: Callable[[str, int], Reply | None] = lambda method, times: None
    number: Callable[[Any], Any] = lambda value: value  # what becomes of the numbers of an answer
    nulls: bool = False
    waits: bool = True  # for updates
    gzipped: bool = False
    chunked: bool = False
    closes: bool = False  # the connection, after each answer and without a word
    until_close: bool = False  # an answer ends with the connection, as in HTTP/1.0
    edits: bool = True  # an edit is answered with the message, not with `true`
    path: str = "photos/file 1 ä.jpg"
    size: int | None = None  # of files, as getFile says
    first_id: int = 2**40
    strange: list[Any] = field(default_factory=list)  # updates that come before those of people


class OtherServer:
    """`async with OtherServer(habits) as server`; `shown` are the bot's messages by their ids."""

    def __init__(self, habits: Habits) -> None:
        self.habits = habits
        self.token = TOKEN
        self.calls: Counter[str] = Counter()
        self.polls: list[float] = []  # when each poll came that found nothing
        self.shown: dict[int, Json] = {}
        self.changed = asyncio.Event()
        self._updates: list[Any] = list(habits.strange)
        self._next_update = habits.first_id
        self._next_message = 2**33
        self._news = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> OtherServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    # What people do

    def sends_photo(self, caption: str) -> int:
        sizes = [{"file_id": "the photo", "file_unique_id": "u1", "width": 64, "height": 48}]
        return self._tells(photo=sizes, caption=caption)

    def sends_text(self, text: str) -> int:
        command = {"type": "bot_command", "offset": 0, "length": len(text)}
        return self._tells(text=text, **({"entities": [command]} if text.startswith("/") else {}))

    def _tells(self, **content: Any) -> int:
        message = self._message(ANN, **content)
        self._updates.append({"update_id": self._next_update, "message": message})
        self._next_update += 1
        self._news.set()
        return message["message_id"]

    def _message(self, sender: Json, **content: Any) -> Json:
        self._next_message += 1
        chat = {"id": ANN["id"], "type": "private", "first_name": "Ann"}
        return {"message_id": self._next_message, "date": int(time.time()), "chat": chat, "from": sender, **content}

    async def until(self, look: Callable[[], Any], within: float = HANG_SECONDS) -> Any:
        async with asyncio.timeout(within):
            while not (found := look()):
                self.changed.clear()
                await self.changed.wait()
        return found

    # HTTP

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, _, rest = head.partition(b"\r\n")
                headers = email.message_from_bytes(rest, policy=email.policy.HTTP)
                body = await reader.readexactly(int(headers.get("Content-Length", 0)))
                reply = await self._reply(unquote(first.split()[1].decode()), _fields(headers, body))
                await self._write(writer, reply)
                if self.habits.closes or self.habits.until_close or reply.length is not None:
                    break
        writer.close()
        self._writers.discard(writer)

    async def _write(self, writer: asyncio.StreamWriter, reply: Reply) -> None:
        body, encoding = reply.body, reply.encoding
        if self.habits.gzipped and not encoding:
            body, encoding = gzip.compress(body), "gzip"
        lines = [f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Strange')}", f"Content-Type: {reply.type}"]
        lines += [f"Content-Encoding: {encoding}"] if encoding else []
        if self.habits.chunked:
            lines.append("Transfer-Encoding: chunked")
            parts = [body[i : i + 7] for i in range(0, len(body), 7)]
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in [*parts, b""])
        elif not self.habits.until_close:
            lines.append(f"Content-Length: {len(body) if reply.length is None else reply.length}")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        for i in range(0, len(body), 1 if reply.drip else len(body)):
            writer.write(body[i : i + 1] if reply.drip else body)
            await writer.drain()
            await asyncio.sleep(reply.drip)

    # The Bot API

    async def _reply(self, path: str, fields: Json) -> Reply:
        if path.startswith("/file/") and f"{TOKEN}//" not in path:
            return self._called("download") or Reply(body=photo("teal"), type="image/jpeg")
        method = path.rpartition("/")[2]
        if meddled := self._called(method):
            return meddled
        answer = getattr(self, f"_{method}", None)
        if answer is None:
            return Reply.of({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        result = answer(fields)
        return Reply.of(self._in_own_words({"ok": True, "result": await result if method == "getUpdates" else result}))

    def _called(self, method: str) -> Reply | None:
        self.calls[method] += 1
        return self.habits.meddle(method, self.calls[method])

    def _in_own_words(self, value: Any) -> Any:
        if isinstance(value, dict):
            found = {name: self._in_own_words(one) for name, one in value.items()}
            more = ("entities", "caption_entities", "reply_to_message", "media_group_id", "reply_markup", "parameters")
            return {**dict.fromkeys(more), **found} if self.habits.nulls else found
        if isinstance(value, list):
            return [self._in_own_words(one) for one in value]
        return self.habits.number(value) if type(value) is int else value

    async def _getUpdates(self, fields: Json) -> list[Any]:  # noqa: N802
        offset = int(fields.get("offset", 0))
        self._updates = [one for one in self._updates if not _is_confirmed(one, offset)]
        if not self._updates:
            self.polls.append(time.monotonic())
            self.changed.set()
            self._news.clear()
            if self.habits.waits:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), float(fields.get("timeout", 0)))
        return list(self._updates)

    def _getMe(self, _: Json) -> Json:  # noqa: N802
        return ME

    def _getFile(self, fields: Json) -> Json:  # noqa: N802
        size = {} if self.habits.size is None else {"file_size": self.habits.size}
        return {"file_id": fields["file_id"], "file_unique_id": "u1", "file_path": self.habits.path, **size}

    def _sendPhoto(self, fields: Json) -> Json:  # noqa: N802
        return self._shows(self._message(ME), fields)

    def _sendMessage(self, fields: Json) -> Json:  # noqa: N802
        return self._shows(self._message(ME), fields)

    def _editMessageMedia(self, fields: Json) -> Json | bool:  # noqa: N802
        return self._edits({**json.loads(fields["media"]), **fields})

    def _editMessageCaption(self, fields: Json) -> Json | bool:  # noqa: N802
        return self._edits(fields)

    def _edits(self, fields: Json) -> Json | bool:
        message = self._shows(self.shown[int(fields["message_id"])], fields)
        return message if self.habits.edits else True

    def _shows(self, message: Json, fields: Json) -> Json:
        sizes = [{"file_id": f"picture {message['message_id']}", "file_unique_id": "u", "width": 64, "height": 48}]
        words = {"text": fields["text"]} if "text" in fields else {"caption": fields.get("caption", ""), "photo": sizes}
        markup = {"reply_markup": json.loads(fields["reply_markup"])} if fields.get("reply_markup") else {}
        message = {**message, **words, **markup}
        self.shown[message["message_id"]] = message
        self.changed.set()
        return message


def _fields(headers: Any, body: bytes) -> Json:
    """Of a form; the bytes of its files are left out."""
    type_ = headers.get("Content-Type", "")
    if not type_.startswith("multipart/"):
        return dict(parse_qsl(body.decode()))
    form = email.message_from_bytes(f"Content-Type: {type_}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    parts = [part for part in form.iter_parts() if part.get_filename() is None]
    return {part.get_param("name", header="Content-Disposition"): part.get_content().rstrip("\r\n") for part in parts}


def _is_confirmed(update: Any, offset: int) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return isinstance(number, int | float) and number < offset
