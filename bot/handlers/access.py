"""Who may use the bot, and in which language it speaks to them. Comes before all other handlers."""

from __future__ import annotations

import logging
from collections.abc import Set
from dataclasses import dataclass

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.handlers.context import Context, answer, is_anonymous
from bot.handlers.inline import offer
from bot.handlers.mentions import is_addressed_to_bot
from bot.i18n import languages, texts
from bot.storage.users import UserTable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AccessControl:
    """Admits everybody if `allowed_users` is empty, else those and the admins; and, in the groups whose (negative) ids
    are among them, all who write there.
    """

    users: UserTable
    allowed_users: Set[int]
    admins: Set[int]

    async def remember_user(self, update: Update, _: Context) -> None:
        """Speak the user's language from here on. Only users who are admitted and talk to us are remembered."""
        user, message = update.effective_user, update.effective_message
        if message and not update.callback_query and is_anonymous(message):
            languages.activate(None)  # the user is one of Telegram's own, who stands for all such senders
        elif user and is_addressed_to_bot(update) and await self._admits(update):
            languages.activate((await self.users.upsert(user.id, user.language_code)).language)
        elif user:
            languages.activate((await self.users.get(user.id)).language or user.language_code)

    async def check(self, update: Update, _: Context) -> None:
        """A stranger gets a sentence, and nothing else happens."""
        await self._follow_chat_migration(update)
        if await self._admits(update):
            return
        if update.callback_query:
            await answer(update.callback_query, texts.stranger())
        elif update.inline_query:
            await offer(update.inline_query)
        elif update.message and is_addressed_to_bot(update):
            unknown = is_anonymous(update.message)
            await update.message.reply_text(texts.unknown_sender() if unknown else texts.stranger())
        raise ApplicationHandlerStop

    async def _admits(self, update: Update) -> bool:
        user, chat = update.effective_user, update.effective_chat
        if user is None:
            return False
        if not self.allowed_users or user.id in self.allowed_users | self.admins:
            return True
        if chat is None:  # an inline query does not tell where it is made
            return False
        return chat.id in self.allowed_users or await self.users.earlier_id(chat.id) in self.allowed_users

    async def _follow_chat_migration(self, update: Update) -> None:
        """A group that is allowed stays so when Telegram gives it another id."""
        message = update.message
        if message is None or not (message.migrate_to_chat_id or message.migrate_from_chat_id):
            return
        old, new = message.migrate_from_chat_id or message.chat_id, message.migrate_to_chat_id or message.chat_id
        if old in self.allowed_users:
            await self.users.note_chat_migration(old, new)
            log.warning("the group %d is now %d, as ALLOWED_USERS should say", old, new)
