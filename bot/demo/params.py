"""The parameters of a call, however they came: query string, form, multipart or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.demo.errors import bad_request

ATTACH = "attach://"
SECRET = frozenset({"secret_token"})


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


class Params:
    """Typed access to the parameters. Forms hold text only, so numbers and objects are parsed on the way out."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload] | None = None) -> None:
        self._values = values
        self._uploads = uploads or {}

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
            return float(self._values.get(name) or default)
        except (TypeError, ValueError):
            raise bad_request(f"can't parse {name} as a number") from None

    def flag(self, name: str) -> bool:
        return str(self._values.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """An object or array, or None where the parameter is absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

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

    def shown(self) -> dict[str, Any]:
        """For the log of calls: no secrets, and of files only what they are."""
        files = {name: f"<{u.name}, {u.mime}, {len(u.data)} bytes>" for name, u in self._uploads.items()}
        return {name: "…" if name in SECRET else value for name, value in self._values.items()} | files


async def read_params(request: web.Request) -> Params:
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        values |= await _json_body(request)
    else:
        for name, field in (await request.post()).items():
            if isinstance(field, web.FileField):
                uploads[name] = Upload(field.filename, field.content_type, field.file.read())
            else:
                values[name] = field.decode() if isinstance(field, bytes | bytearray) else field
    return Params(values, uploads)


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json() if request.can_read_body else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request("can't parse JSON object")
    return body
