"""Kinds of messages that python-telegram-bot does not know yet, as they are newer.

Rich messages (Bot API 10.1) are what somebody has written, so they are answered. All other unknown fields without a
text or a file beside them are service messages, of communities for one: nobody waits for an answer to those.
"""

from __future__ import annotations

from telegram import Message
from telegram.ext import filters

WRITTEN = frozenset({"rich_message"})


class _UnknownService(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        unknown = set(message.api_kwargs)
        return bool(unknown) and not (unknown & WRITTEN or message.text or message.effective_attachment)


UNKNOWN_SERVICE = _UnknownService()
