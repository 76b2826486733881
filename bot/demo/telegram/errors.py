"""The Bot API's errors, in the words of the official server's source (tdlib/telegram-bot-api 10.0, tdlib/td 1.8.66).

Clients tell errors apart by code and description. Where Telegram's own servers answer, which is in nobody's source, the
description is their word in capitals (Client.cpp fail_query_with_error).
"""

from __future__ import annotations

import math
from typing import Any


class ApiError(Exception):
    """What a method refuses with: `{"ok": false, "error_code": ..., "description": ..., "parameters": ...}`."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}

    def __str__(self) -> str:
        return self.description

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def server_error(reason: str) -> ApiError:
    return ApiError(500, f"Internal Server Error: {reason}")


def group_upgraded(chat_id: int) -> ApiError:
    reason = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, reason, {"migrate_to_chat_id": chat_id})


def too_many_requests(seconds: float) -> ApiError:
    """Telegram tells whole seconds, so a wait is rounded up: waiting as told must be enough."""
    wait = max(1, math.ceil(seconds))
    return ApiError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})


NOT_FOUND = (404, "Not Found")
METHOD_NOT_FOUND = (404, "Not Found: method not found")
UNAUTHORIZED = (401, "Unauthorized")
FILE_UNAVAILABLE = "wrong file_id or the file is temporarily unavailable"  # also for each 429 and 5xx of a download
EDIT_CANCELED = "Canceled by new edit message request"
DELETED_AT_ONCE = "sent message was immediately deleted and can't be returned"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
