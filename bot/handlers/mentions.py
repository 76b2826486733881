"""In a group the bot answers only people who address it: by /paint, or by its name in a message, under a photo or
behind a command.
"""

from __future__ import annotations

from telegram import Message, MessageEntity, Update
from telegram.ext import filters

PAINT = "paint"
_ADDRESSES = (MessageEntity.BOT_COMMAND, MessageEntity.MENTION)


def text_addressed_to_bot(message: Message) -> str | None:
    """The words to the bot, without its name, /paint and commands to it; None if the message is not for the bot."""
    text, us = message.text or message.caption or "", f"@{message.get_bot().username}".lower()
    addressed = False
    in_text, in_caption = message.parse_entities(list(_ADDRESSES)), message.parse_caption_entities(list(_ADDRESSES))
    for word in (*in_text.values(), *in_caption.values()):
        command, _, name = word.lower().partition("@")
        if f"@{name}" == us or (command == f"/{PAINT}" and not name):
            addressed = True
            text = text.replace(word, " ")
    return text.strip() if addressed else None


def words_of(message: Message) -> str:
    """The text or caption, without the bot's name and /paint, which some people write in private chats, too."""
    words = text_addressed_to_bot(message)
    return message.text or message.caption or "" if words is None else words


class _MentionsBot(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return text_addressed_to_bot(message) is not None


class _SentByBot(filters.MessageFilter):
    """Shared paintings: people send them by way of the bot, and where it can read the chat, they come back to it."""

    def filter(self, message: Message) -> bool:
        return message.via_bot is not None and message.via_bot.id == message.get_bot().id


MENTIONS_BOT = _MentionsBot()
SENT_BY_BOT = _SentByBot()


def is_addressed_to_bot(update: Update) -> bool:
    """A press, an inline query, a message in a private chat; in a group, one that addresses the bot."""
    message = update.message
    if message is None:
        return update.callback_query is not None or update.inline_query is not None
    return message.chat.type == message.chat.PRIVATE or text_addressed_to_bot(message) is not None
