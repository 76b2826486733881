"""The parameters of a call, however they came: query string, form, multipart or JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from bot.demo.telegram.errors import bad_request

UNKNOWN = "application/octet-stream"
ATTACH = "attach://"
SECRET = frozenset({"secret_token"})


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


class Params:
    """Typed access to the parameters. Forms hold text only, so numbers and objects are parsed on the way out.

    Beside them is what goes wrong with this call: `upload_seconds` that its files take to Telegram, and `breaks_at`,
    the number of the message at which its album ends.
    """

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> None:
        self._values = values
        self._uploads = uploads or {}
        self.upload_seconds = 0.0
        self.breaks_at = 0

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self._values.get(name, default)
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self._values.get(name) or default)
        except (TypeError, ValueError):
            raise bad_request(f"can't parse {name} as an integer") from None

    def number(self, name: str, default: float = 0.0) -> float:
        try:
            found = float(self._values.get(name) or default)
        except (TypeError, ValueError):
            found = math.nan
        if not math.isfinite(found):
            raise bad_request(f"can't parse {name} as a number")
        return found

    def flag(self, name: str) -> bool:
        return str(self._values.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """An object or array, or None where the parameter is absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except (ValueError, RecursionError):
            raise bad_request(f"can't parse {name} JSON object") from None

    def object(self, name: str) -> dict[str, Any] | None:
        found = self.json(name)
        if found is not None and not isinstance(found, dict):
            raise bad_request(f"can't parse {name}: expected an Object")
        return found

    def objects(self, name: str) -> list[dict[str, Any]] | None:
        found = self.json(name)
        if found is None:
            return None
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise bad_request(f"can't parse {name}: expected an Array of Object")
        return found

    def upload(self, name: str) -> Upload | None:
        return self._uploads.get(name)

    def attached(self, reference: str) -> Upload | None:
        """The upload that `attach://<name>` points to."""
        return self._uploads.get(reference.removeprefix(ATTACH)) if reference.startswith(ATTACH) else None

    @property
    def upload_size(self) -> int:
        """Bytes of all files."""
        return sum(len(upload.data) for upload in self._uploads.values())

    def of(self, item: dict[str, Any]) -> Params:
        """Those of an object among the parameters, beside the same uploads."""
        found = Params(item, self._uploads)
        found.upload_seconds = self.upload_seconds
        return found

    def shown(self) -> dict[str, Any]:
        """The parameters for the log of calls: without secrets, and without the bytes of files."""
        files = {name: f"<{u.name}, {u.mime}, {len(u.data)} bytes>" for name, u in self._uploads.items()}
        return {name: "…" if name in SECRET else value for name, value in self._values.items()} | files


async def read_params(request: web.Request) -> Params:
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return Params(values | await _json_body(request))
    fields, files = await read_form_fields(request)
    return Params(values | fields, dict(files))


async def read_form_fields(request: web.Request) -> tuple[dict[str, str], list[tuple[str, Upload]]]:
    """The fields of a form by name, and its files in order with the names of their fields."""
    try:
        if request.content_type == "multipart/form-data":
            return await _multipart(request)
        return {name: str(value) for name, value in (await request.post()).items()}, []
    except (ConnectionError, ValueError, LookupError) as error:  # broken off, or not what its header says
        raise bad_request("can't parse the request's body") from error


async def _multipart(request: web.Request) -> tuple[dict[str, str], list[tuple[str, Upload]]]:
    fields: dict[str, str] = {}
    files: list[tuple[str, Upload]] = []
    left = request.client_max_size
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise bad_request("a multipart body within a multipart body")
        data = await _read_part(part, left)
        left -= len(data)
        if part.filename is None:
            fields[part.name or ""] = data.decode(errors="replace")
        else:
            mime = part.headers.get(hdrs.CONTENT_TYPE, UNKNOWN).partition(";")[0]
            files.append((part.name or "", Upload(part.filename, mime, bytes(data))))
    return fields, files


async def _read_part(part: BodyPartReader, limit: int) -> bytearray:
    """In memory, not in aiohttp's temporary files: those stay open when the sender breaks off."""
    data = bytearray()
    while chunk := await part.read_chunk(2**16):
        data += chunk
        if len(data) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(data))
    return data


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json() if request.can_read_body else {}
    except (ConnectionError, ValueError, LookupError, RecursionError):  # not what its header says, or too deep
        body = None
    if not isinstance(body, dict):
        raise bad_request("can't parse JSON object")
    return body
