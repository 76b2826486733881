"""What python-telegram-bot gives a handler, taken apart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from telegram import CallbackQuery, Chat, InlineKeyboardMarkup, Message, Update, User
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.chat.callback_data import CallbackData
from bot.transport.retry_policy import BEST_EFFORT

# python-telegram-bot's type of context: bot, user data, chat data, bot data; we keep state in none of them.
Context = CallbackContext[ExtBot[Any], Any, Any, Any]
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]

Pressed = TypeVar("Pressed", bound=CallbackData)

log = logging.getLogger(__name__)


def message_of(update: Update) -> Message:
    """The new message of an update whose route wants one."""
    if update.message is None:
        raise ValueError("an update without a message")
    return update.message


def replied_to(message: Message) -> Message | None:
    """The message that this one replies to. In a topic, Telegram has all others reply to the message that began it."""
    replied = message.reply_to_message
    return None if replied and replied.forum_topic_created else replied


def is_anonymous(message: Message) -> bool:
    """Whether somebody writes in a group in the name of a chat: of a channel, or as an anonymous admin of the group."""
    return message.sender_chat is not None and message.chat.type != Chat.PRIVATE


def sender_id(message: Message) -> int:
    """Who sent a message: a user, or the chat in whose name it was written (whose id is negative)."""
    if message.sender_chat is not None and is_anonymous(message):
        return message.sender_chat.id
    if message.from_user is None:
        raise ValueError("a message without a sender")
    return message.from_user.id


def user_of(update: Update) -> User:
    """The user of an update whose route wants one."""
    if update.effective_user is None:
        raise ValueError("an update without a user")
    return update.effective_user


def press_of(update: Update, kind: type[Pressed]) -> tuple[CallbackQuery, Pressed]:
    """The press of a button of this kind, and what the button means."""
    query = update.callback_query
    pressed = kind.parse(query.data or "") if query else None
    if query is None or pressed is None:
        raise ValueError(f"an update without a press of {kind.__name__}")
    return query, pressed


def message_id_of(query: CallbackQuery) -> int:
    """The message of the button."""
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
        try:
            await query.edit_message_text(text, reply_markup=keyboard)
        except BadRequest as error:
            log.info("the message of a button is not changed: %s", error)
