"""Registers the bot's commands and descriptions with Telegram, in every language."""

from __future__ import annotations

import logging
from typing import Any

from telegram import BotCommand, BotCommandScopeAllGroupChats
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import logs
from bot.i18n import languages, texts

log = logging.getLogger(__name__)


async def sync_profile(bot: ExtBot[Any]) -> None:
    """Tell Telegram what has changed since it was last told.

    It is asked first: changes are limited to a few a day, questions are not. (The bot's name is the operator's.)
    """
    with logs.log_exceptions("the bot is not introduced"):
        try:
            for language in languages.languages():
                languages.activate(language)
                # English goes to all whose language is none of ours.
                await _introduce(bot, None if language == languages.DEFAULT else language)
        except TelegramError as error:
            log.warning("Telegram does not take the commands or descriptions: %s", error)


async def _introduce(bot: ExtBot[Any], code: str | None) -> None:
    for scope, menu in ((None, texts.commands()), (BotCommandScopeAllGroupChats(), texts.group_commands())):
        commands = tuple(BotCommand(name, does) for name, does in menu.items())
        if await bot.get_my_commands(scope, code) != commands:
            await bot.set_my_commands(commands, scope, code)
    if (await bot.get_my_description(code)).description != texts.description():
        await bot.set_my_description(texts.description(), code)
    if (await bot.get_my_short_description(code)).short_description != texts.short_description():
        await bot.set_my_short_description(texts.short_description(), code)
