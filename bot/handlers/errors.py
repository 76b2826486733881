"""What happens when an update cannot be handled."""

from __future__ import annotations

import contextlib
import logging

from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.chat.refusals import missing_right
from bot.handlers.context import Context
from bot.i18n import texts

log = logging.getLogger(__name__)


async def report_error(update: object, context: Context) -> None:
    """Log first, with a trace unless it was Telegram that refused; then tell the user."""
    error, message = context.error, update.effective_message if isinstance(update, Update) else None
    trace = None if isinstance(error, TelegramError) else error
    forbidden = missing_right(error) if isinstance(error, TelegramError) else None
    log.log(logging.INFO if forbidden else logging.ERROR, "an update could not be handled: %r", error, exc_info=trace)
    # Telegram tells nobody whether it has sent a message whose answer was lost.
    lost = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    if message and not isinstance(error, Forbidden):
        with contextlib.suppress(TelegramError):
            if lost:
                await context.bot.get_me()  # this waits until Telegram can be reached
            await context.bot.send_message(
                error.new_chat_id if isinstance(error, ChatMigrated) else message.chat_id,
                forbidden or (texts.unsure() if lost else texts.error()),
                message_thread_id=message.message_thread_id if message.is_topic_message else None,
            )
