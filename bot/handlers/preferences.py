"""/settings: what a user wants for all paintings to come, and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, Update

from bot.chat import keyboards
from bot.chat.callback_data import ChooseLanguage, ChoosePreference, ShowLanguages, ShowPreferences
from bot.handlers.context import Context, answer, change_text, message_of, press_of, user_of
from bot.i18n import languages, texts
from bot.options import PaintOptions
from bot.storage.users import UserTable


@dataclass(frozen=True)
class Preferences:
    """Users choose for themselves alone, whichever message has the button: so nobody has to own that message."""

    users: UserTable
    options: PaintOptions

    async def show(self, update: Update, _: Context) -> None:
        """/settings."""
        keyboard = await self._keyboard(user_of(update).id)
        await message_of(update).reply_text(texts.settings(), reply_markup=keyboard)

    async def show_again(self, update: Update, _: Context) -> None:
        """Back from the languages."""
        query, _pressed = press_of(update, ShowPreferences)
        await answer(query)
        await change_text(query, texts.settings(), await self._keyboard(query.from_user.id))

    async def show_languages(self, update: Update, _: Context) -> None:
        """Shows the languages in place of the preferences."""
        query, _pressed = press_of(update, ShowLanguages)
        await answer(query)
        await change_text(query, texts.languages(), self._languages())

    async def choose(self, update: Update, _: Context) -> None:
        """Keeps a preference. What the operator chose anyway is kept as no preference."""
        query, choice = press_of(update, ChoosePreference)
        try:
            value = self.options.parse_preference(choice.name, choice.value)
        except ValueError:
            await answer(query, texts.not_yours())
            return
        await self.users.set_preferences(query.from_user.id, {choice.name: value})
        await answer(query, texts.settings_kept())
        await change_text(query, texts.settings(), await self._keyboard(query.from_user.id))

    async def choose_language(self, update: Update, _: Context) -> None:
        """The answer is in the new language already."""
        query, choice = press_of(update, ChooseLanguage)
        code = None if choice.code == "auto" else choice.code
        if code and code not in languages.languages():
            await answer(query, texts.not_yours())
            return
        await self.users.set_preferences(query.from_user.id, {"language": code})
        languages.activate((await self.users.get(query.from_user.id)).language)
        await answer(query, texts.settings_kept())
        await change_text(query, texts.languages(), self._languages())

    async def _keyboard(self, user_id: int) -> InlineKeyboardMarkup:
        return keyboards.preferences((await self.users.get(user_id)).preferences, self.options)

    def _languages(self) -> InlineKeyboardMarkup:
        return keyboards.languages(languages.names(), languages.current())
