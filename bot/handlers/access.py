"""Who may use the bot, and in which language it speaks to them. Comes before all other handlers."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from telegram import Update, User
from telegram.ext import ApplicationHandlerStop

from bot.handlers.context import Context, answer, is_anonymous
from bot.handlers.inline import offer
from bot.handlers.mentions import is_addressed_to_bot
from bot.i18n import languages, texts
from bot.storage.users import UserTable


@dataclass(frozen=True)
class AccessControl:
    """Admits everybody if `allowed_users` is empty, else those and the admins."""

    users: UserTable
    allowed_users: Set[int]
    admins: Set[int]

    async def remember_user(self, update: Update, _: Context) -> None:
        """Speak the user's language from here on. Only users who are admitted and talk to us are remembered."""
        user, message = update.effective_user, update.effective_message
        if message and not update.callback_query and is_anonymous(message):
            languages.activate(None)  # the user is one of Telegram's own, who stands for all such senders
        elif user and is_addressed_to_bot(update) and self._admits(user):
            languages.activate((await self.users.upsert(user.id, user.language_code)).language)
        elif user:
            languages.activate((await self.users.get(user.id)).language or user.language_code)

    async def check(self, update: Update, _: Context) -> None:
        """A stranger gets a sentence, and nothing else happens."""
        user = update.effective_user
        if user and self._admits(user):
            return
        if update.callback_query:
            await answer(update.callback_query, texts.stranger())
        elif update.inline_query:
            await offer(update.inline_query)
        elif update.message and is_addressed_to_bot(update):
            unknown = is_anonymous(update.message)
            await update.message.reply_text(texts.unknown_sender() if unknown else texts.stranger())
        raise ApplicationHandlerStop

    def _admits(self, user: User) -> bool:
        return not self.allowed_users or user.id in self.allowed_users | self.admins
