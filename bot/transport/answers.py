"""Answers of a Bot API server, as python-telegram-bot can read them.

It was written for the official server. Others answer otherwise: with status 200 and `"ok": false`, with fields that are
null or whole numbers that are written as 5.0, with a 429 that does not say for how long, or without some method.
"""

from __future__ import annotations

import json
import math
from http.client import responses
from typing import Any, Self

from telegram.error import NetworkError

LONGEST_WAIT = 86_400  # seconds, of a 429
# What a server that has no such method need not do.
DISPENSABLE = ("deleteWebhook",)

Answer = dict[str, Any]


class ParsedAnswer(bytes):
    """The bytes of an answer that was parsed already, with what we read in it: python-telegram-bot takes bytes from the
    request, and hands them to its parser.
    """

    answer: Answer

    @classmethod
    def of(cls, answer: Answer, payload: bytes) -> Self:
        """The payload as it came, to be read as this answer."""
        made = cls(payload)
        made.answer = answer
        return made


def parsed(payload: bytes) -> Any:
    """JSON, without fields that are null, and with integers for whole numbers. Raises `ValueError`."""
    return json.loads(payload.decode("utf-8", "replace"), object_hook=_without_nulls, parse_float=_number)


def readable(method: str, status: int, payload: bytes) -> tuple[int, bytes]:
    """The status and the payload of an answer. Raises `NetworkError` if it is none, so that the call is repeated.

    The token was good when the bot started (getMe), and may be so again: a 401 later is doubtful.
    """
    try:
        answer = parsed(payload)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise unanswered(status)
    if answer.get("ok") is False and status < 400:
        status = _code_of(answer)
    if status < 400:
        if "result" not in answer:
            raise unanswered(status)
        return status, ParsedAnswer.of(answer, payload)
    return _refusal(method, status, answer)


def unanswered(status: int) -> NetworkError:
    """Something on the way has answered, not Telegram."""
    return NetworkError(f"{responses.get(status, 'Unknown')} ({status})")


def _refusal(method: str, status: int, answer: Answer) -> tuple[int, bytes]:
    parameters = answer.get("parameters")
    answer["parameters"] = parameters = parameters if isinstance(parameters, dict) else {}
    if status == 401 and method != "getMe":
        raise unanswered(status)
    if status == 429 and not _has_wait(parameters):
        raise unanswered(status)
    if status == 404 and method in DISPENSABLE:
        return 200, b'{"ok":true,"result":true}'
    if status == 404 and method not in ("getMe", "getUpdates"):
        status = 400  # python-telegram-bot would take it for a wrong token; without a method, the call is refused
    return status, json.dumps(answer).encode()


def _has_wait(parameters: Answer) -> bool:
    """Whether it says for how long to wait: made a whole number of seconds, a day at most."""
    try:
        seconds = float(parameters.pop("retry_after"))
    except (KeyError, TypeError, ValueError):
        return False
    if not seconds > 0:
        return False
    parameters["retry_after"] = min(LONGEST_WAIT, math.ceil(min(seconds, LONGEST_WAIT)))
    return True


def _code_of(answer: Answer) -> int:
    code = answer.get("error_code")
    return code if isinstance(code, int) and 400 <= code < 600 else 400


def _without_nulls(fields: Answer) -> Answer:
    return {name: value for name, value in fields.items() if value is not None}


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
