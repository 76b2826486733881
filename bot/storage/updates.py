"""The table of updates: the inbox. Updates are committed before they are acknowledged, and emptied once handled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.storage.database import Database


class UpdateTable:
    """Updates as Telegram sent them. The id of a handled one stays for a day, so that a duplicate is dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def persist(self, batch: Mapping[int, Mapping[str, Any] | None]) -> set[int]:
        """Commit updates by their ids (None where there is nothing to handle); return the ids that are new."""
        rows = await self._database.execute(
            "INSERT OR IGNORE INTO updates (update_id, body)"
            " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:batch)"
            " RETURNING update_id",
            batch=json.dumps(list(batch.items())),
        )
        return {row["update_id"] for row in rows}

    async def pending(self) -> list[dict[str, Any]]:
        """Updates that were committed but not handled when the bot last stopped, oldest first."""
        rows = await self._database.execute("SELECT body FROM updates WHERE body IS NOT NULL ORDER BY update_id")
        return [json.loads(row["body"]) for row in rows]

    async def mark_handled(self, update_id: int) -> None:
        """Empty the update; its id stays."""
        await self._database.execute("UPDATE updates SET body = NULL WHERE update_id = :update_id", update_id=update_id)
