"""Calls of the Bot API over HTTP: counted, and Telegram's own answers told from whatever else comes back."""

from __future__ import annotations

import json
from http.client import responses
from typing import Any

from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bot import metrics


class MeteredRequest(HTTPXRequest):
    """Counts each call by its outcome. Raises `NetworkError`, so that the call is repeated, where it was not Telegram
    that answered.

    (python-telegram-bot would log a trace of a proxy's page, and would take the proxy's 403 for a person who blocked
    the bot.)
    """

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        # Of the URL only the last word: there is a token in it, and a download's is its file.
        method = "download" if "/file/bot" in url else url.rpartition("/")[2]
        try:
            status, payload = await super().do_request(url, *args, **kwargs)
        except TelegramError as error:
            metrics.CALLS.labels(method, type(error).__name__).inc()
            raise
        metrics.CALLS.labels(method, status).inc()
        if method == "download" and status == 404:  # its path has expired: not to be repeated without another `getFile`
            raise TelegramError("Not Found (404)")
        # The token was good when the bot started (getMe), and may be so again.
        doubtful = status == 401 and method != "getMe"
        if doubtful or not _is_answer(method, status, payload):
            raise NetworkError(f"{responses.get(status, 'Unknown')} ({status})")
        return status, payload


def _is_answer(method: str, status: int, payload: bytes) -> bool:
    if method == "download" and status != 429:  # a file's bytes; of a refusal only "Too Many Requests" is to be read
        return status == 200
    try:
        answer = json.loads(payload)
    except ValueError:
        return False
    return isinstance(answer, dict) and (status != 200 or "result" in answer)
