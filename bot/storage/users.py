"""The table of users: their language and what they chose for their paintings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.storage.database import Database
from bot.storage.models import User


class UserTable:
    """One row for each user who has talked to the bot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def upsert(self, user_id: int, language_code: str | None) -> User:
        """Remember who sent an update, with the language of their Telegram. Writes only what is new."""
        known = await self._row(user_id)
        if known is None or known["language_code"] != language_code:
            known = await self._database.first(
                "INSERT INTO users (user_id, language_code) VALUES (:user_id, :language_code)"
                " ON CONFLICT DO UPDATE SET language_code = :language_code RETURNING *",
                user_id=user_id,
                language_code=language_code,
            )
        return _user(user_id, known)

    async def get(self, user_id: int) -> User:
        """The user; an unknown one has no language and no preferences."""
        return _user(user_id, await self._row(user_id))

    async def set_preferences(self, user_id: int, preferences: Mapping[str, Any]) -> None:
        """Merge these into the user's preferences. None as a value removes one."""
        await self._database.execute(
            "INSERT INTO users (user_id, preferences) VALUES (:user_id, json_patch('{}', :preferences))"
            " ON CONFLICT DO UPDATE SET preferences = json_patch(preferences, :preferences)",
            user_id=user_id,
            preferences=json.dumps(dict(preferences)),
        )

    async def note_chat_migration(self, old_chat_id: int, chat_id: int) -> None:
        """A group has become the supergroup `chat_id`."""
        await self._database.execute(
            "INSERT OR REPLACE INTO migrated_chats (chat_id, old_chat_id) VALUES (:chat_id, :old)",
            chat_id=chat_id,
            old=old_chat_id,
        )

    async def earlier_id(self, chat_id: int) -> int | None:
        """The id that a supergroup had while it was a group, if we saw it change."""
        row = await self._database.first(
            "SELECT old_chat_id FROM migrated_chats WHERE chat_id = :chat_id", chat_id=chat_id
        )
        return row["old_chat_id"] if row else None

    async def _row(self, user_id: int) -> dict[str, Any] | None:
        return await self._database.first("SELECT * FROM users WHERE user_id = :user_id", user_id=user_id)


def _user(user_id: int, row: Mapping[str, Any] | None) -> User:
    if row is None:
        return User(user_id)
    preferences = json.loads(row["preferences"])
    return User(user_id, preferences.pop("language", None) or row["language_code"], preferences)
