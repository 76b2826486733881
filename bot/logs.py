"""One line per event: with its job and chat, as text or as JSON, and never with a token in it."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# They log each request and each statement, with people's texts in them: kept out even at DEBUG.
NOISY_LOGGERS = ("httpx", "httpcore", "aiosqlite", "telegram.ext.ExtBot", "telegram.ext.Application")

log = logging.getLogger(__name__)

_about: ContextVar[dict[str, int] | None] = ContextVar("about", default=None)


def bind(**what: int) -> None:
    """Add to each line that this task logs from now on: job=..., chat=..."""
    _about.set({**(_about.get() or {}), **what})


@contextlib.contextmanager
def log_exceptions(what: str) -> Iterator[None]:
    """Log an error that nobody foresaw. It ends what is inside, but not the loop around it."""
    try:
        yield
    except Exception:
        log.exception(what)


class LogFormatter(logging.Formatter):
    """Formats records as text or JSON, and redacts the bot's token.

    Libraries log the token, in URLs and in traces. Its secret part is replaced (the colon before it may be quoted).
    """

    def __init__(self, secret: str | None, *, as_json: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret.partition(":")[2] if secret else None
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The line (or lines, with a trace) of a record."""
        line = self._json(record) if self._as_json else super().format(record)
        return line.replace(self._secret, "<token>") if self._secret else line

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """The first line; a traceback comes after it. The job is in the message's own words."""
        chat = (_about.get() or {}).get("chat")
        return super().formatMessage(record) + (f" (chat {chat})" if chat else "")

    def _json(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **(_about.get() or {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logging(level: str, secret: str | None, *, as_json: bool) -> None:
    """Log to standard error; `secret` is the bot's token."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter(secret, as_json=as_json))
    logging.basicConfig(level=level, handlers=[handler])
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
