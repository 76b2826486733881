"""What the bot says about itself: commands, name and descriptions, each by language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.files import Media

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
LIMITS = {"name": 64, "description": 512, "short_description": 120}

Command = dict[str, str]


@dataclass
class Profile:
    """Texts and commands under a language code, '' for all other languages; commands also under a scope."""

    default_name: str
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Command]] = field(default_factory=dict)
    photos: list[Media] = field(default_factory=list)  # set at @BotFather
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "commands"})

    def set_text(self, which: str, language: str, text: str) -> None:
        if len(text) > LIMITS[which]:
            raise bad_request(f"BOT_{'TITLE' if which == 'name' else 'ABOUT'}_INVALID")
        self.texts[which, language] = text

    def text(self, which: str, language: str) -> str:
        """What a person with this language reads."""
        fallback = self.default_name if which == "name" else ""
        return self.texts.get((which, language)) or self.texts.get((which, "")) or fallback

    def set_commands(self, scope: str, language: str, commands: list[dict[str, Any]]) -> None:
        if len(commands) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self.commands[scope, language] = [_command(command) for command in commands]

    def menu(self, chat_type: str, language: str) -> list[Command]:
        """The commands that a person sees in the menu of a chat: the narrowest scope, then their language first."""
        kind = "all_private_chats" if chat_type == "private" else "all_group_chats"
        for scope in (kind, "default"):
            for code in (language, ""):
                if found := self.commands.get((scope, code)):
                    return found
        return []


def _command(command: dict[str, Any]) -> Command:
    name, text = str(command.get("command", "")), str(command.get("description", ""))
    if not COMMAND.fullmatch(name.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(text) <= MAX_COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": text}
