"""/settings: what a person wants for all paintings to come, and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, Update

from bot.chat import keyboards
from bot.handlers.context import Context, answer, callback_query_of, change_text, message_of, user_of
from bot.i18n import languages, texts
from bot.options import PaintOptions
from bot.storage.storage import Storage


@dataclass(frozen=True)
class Preferences:
    """People choose for themselves alone, whichever message has the button: so nobody has to own that message."""

    storage: Storage
    choices: PaintOptions

    async def show(self, update: Update, _: Context) -> None:
        keyboard = await self._keyboard(user_of(update).id)
        await message_of(update).reply_text(texts.settings(), reply_markup=keyboard)

    async def again(self, update: Update, context: Context) -> None:
        """Back from the languages."""
        query, _ = callback_query_of(update, context)
        await answer(query)
        await change_text(query, texts.settings(), await self._keyboard(query.from_user.id))

    async def languages(self, update: Update, context: Context) -> None:
        query, _ = callback_query_of(update, context)
        await answer(query)
        await change_text(query, texts.languages(), self._languages())

    async def choose(self, update: Update, context: Context) -> None:
        query, match = callback_query_of(update, context)
        try:
            value = self.choices.usually(match[1], match[2])
        except ValueError:
            await answer(query, texts.not_yours())
            return
        await self.storage.users.set_preferences(query.from_user.id, {match[1]: value})
        await answer(query, texts.settings_kept())
        await change_text(query, texts.settings(), await self._keyboard(query.from_user.id))

    async def choose_language(self, update: Update, context: Context) -> None:
        """The answer is in the new language already."""
        query, match = callback_query_of(update, context)
        code = None if match[1] == "auto" else match[1]
        if code and code not in languages.languages():
            await answer(query, texts.not_yours())
            return
        await self.storage.users.set_preferences(query.from_user.id, {"language": code})
        languages.activate((await self.storage.users.get(query.from_user.id)).language)
        await answer(query, texts.settings_kept())
        await change_text(query, texts.languages(), self._languages())

    async def _keyboard(self, user_id: int) -> InlineKeyboardMarkup:
        return keyboards.preferences((await self.storage.users.get(user_id)).preferences, self.choices)

    def _languages(self) -> InlineKeyboardMarkup:
        return keyboards.languages(languages.names(), languages.current())
