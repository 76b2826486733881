"""What python-telegram-bot gives a handler, taken apart."""

from __future__ import annotations

import contextlib
import logging
import re
from typing import Any, cast

from telegram import CallbackQuery, Chat, InlineKeyboardMarkup, Message, Update, User
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.transport.retry_policy import BEST_EFFORT

# python-telegram-bot's type of context: bot, user data, chat data, bot data; we keep state in none of them.
Context = CallbackContext[ExtBot[Any], Any, Any, Any]

log = logging.getLogger(__name__)


def message_of(update: Update) -> Message:
    if update.message is None:
        raise ValueError("an update without a message")
    return update.message


def replied_to(message: Message) -> Message | None:
    """The message that this one replies to. In a topic, Telegram has all others reply to the message that began it."""
    replied = message.reply_to_message
    return None if replied and replied.forum_topic_created else replied


def user_of(update: Update) -> User:
    if update.effective_user is None:
        raise ValueError("an update without a user")
    return update.effective_user


def callback_query_of(update: Update, context: Context) -> tuple[CallbackQuery, re.Match[str]]:
    """The press of a button, and the match of its callback data."""
    if update.callback_query is None or not context.matches:
        raise ValueError("an update without a button")
    return update.callback_query, context.matches[0]


def message_id_of(query: CallbackQuery) -> int:
    if query.message is None:
        raise ValueError("a button without a message")
    return query.message.message_id


async def is_admin(chat: Chat, user_id: int) -> bool:
    """Whether this is an admin of the group. If Telegram does not say at once: no, as a press has to be answered."""
    bot = cast(ExtBot[Any], chat.get_bot())
    try:
        member = await bot.get_chat_member(chat.id, user_id, rate_limit_args=BEST_EFFORT)
    except TelegramError as error:
        log.info("nobody knows whether an admin pressed: %s", error)
        return False
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def answer(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Stop the button's little clock; a short text is shown over the chat, an alert in a window."""
    try:
        await query.answer(text, show_alert=alert)
    except TelegramError as error:
        # Too old, after a restart say: the press counts, only its little clock cannot be stopped any more.
        log.info("a button's press could not be answered: %s", error)


async def change_text(query: CallbackQuery, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
    """Change the message of the button. Pressed twice it stays as it is, and one that is gone needs no change."""
    if isinstance(query.message, Message):
        with contextlib.suppress(BadRequest):
            await query.edit_message_text(text, reply_markup=keyboard)
