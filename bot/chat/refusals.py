"""What Telegram refuses, in words that help."""

from __future__ import annotations

import re

from telegram.error import TelegramError

from bot.i18n import texts

# MessageContent.cpp can_send_message_content: of the kinds of messages that a group forbids to its members.
_NO_RIGHT = re.compile("not enough rights to send (.+) to the chat", re.IGNORECASE)


def missing_right(error: TelegramError) -> str | None:
    """The sentence that names what the bot may not send to a group; None if that is not why it was refused."""
    found = _NO_RIGHT.search(error.message)
    return texts.may_not_send(found[1].lower()) if found else None


def refused_delivery(error: TelegramError) -> str:
    """Why a painting cannot be delivered."""
    return missing_right(error) or texts.no_delivery()
