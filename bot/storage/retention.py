"""How long rows stay: old ones are purged, and all of a user's at the user's own wish."""

from __future__ import annotations

import asyncio
import time

from bot import logs
from bot.storage.database import Database
from bot.storage.status_sql import CANCELLED, DONE, TERMINAL

PHOTO_SECONDS = 30 * 86_400.0  # for which the buttons of a photo's gallery work
HANDLED_UPDATE_SECONDS = 86_400.0  # Telegram keeps undelivered updates no longer than a day
PURGE_SECONDS = 600.0  # from one purge to the next


class Retention:
    """Deletes rows from every table."""

    def __init__(self, database: Database, *, keep_counts: bool) -> None:
        self._database = database
        self._keep_counts = keep_counts

    async def delete_user_data(self, user_id: int, asked_by: int) -> None:
        """Delete what is known of a user who has asked for it by this update; `delete_last_traces` completes it.

        Left for that are the update, so that all is done again if the bot dies meanwhile, and the jobs that it has
        cancelled, whose messages are still to say so. With `keep_counts`, how many paintings they asked for today stays
        until the day ends: else this would be a way around MAX_PER_DAY.
        """
        if not self._keep_counts:
            await self._database.execute("DELETE FROM daily_counts WHERE user_id = :user_id", user_id=user_id)
        for table in ("photos", "users"):
            await self._database.execute(f"DELETE FROM {table} WHERE user_id = :user_id", user_id=user_id)
        await self._database.execute(
            f"DELETE FROM jobs WHERE user_id = :user_id AND (status != {CANCELLED}"
            " OR finished_at < (SELECT received_at FROM updates WHERE update_id = :asked_by))",
            user_id=user_id,
            asked_by=asked_by,
        )
        await self._database.execute(
            "UPDATE updates SET body = NULL WHERE update_id != :asked_by AND :user_id IN"
            " (json_extract(body, '$.message.from.id'), json_extract(body, '$.edited_message.from.id'),"
            " json_extract(body, '$.callback_query.from.id'), json_extract(body, '$.inline_query.from.id'))",
            user_id=user_id,
            asked_by=asked_by,
        )

    async def delete_last_traces(self, user_id: int, asked_by: int) -> None:
        """Delete what `delete_user_data` has left, and every trace of the user in the files."""
        await self._database.execute("DELETE FROM jobs WHERE user_id = :user_id", user_id=user_id)
        await self._database.execute("UPDATE updates SET body = NULL WHERE update_id = :asked_by", asked_by=asked_by)
        await self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def run(self, job_seconds: float) -> None:
        """Purge now and then until cancelled, also after a fault."""
        while True:
            with logs.log_exceptions("what is old is not dropped"):
                await self.purge(job_seconds)
            await asyncio.sleep(PURGE_SECONDS)

    async def purge(self, job_seconds: float) -> None:
        """Delete finished jobs after `job_seconds`, photos after a month, ids of handled updates and counts of
        paintings after a day.

        A photo whose gallery became a painting has no gallery then: else a later job would take the painting's place.
        """
        now = time.time()
        await self._database.execute(
            "UPDATE photos SET gallery_message_id = NULL WHERE (chat_id, gallery_message_id) IN"
            f" (SELECT chat_id, message_id FROM jobs WHERE status = {DONE} AND finished_at < :before)",
            before=now - job_seconds,
        )
        await self._database.execute(
            f"DELETE FROM jobs WHERE finished_at < :before AND status IN {TERMINAL}", before=now - job_seconds
        )
        await self._database.execute("DELETE FROM daily_counts WHERE day < date('now')")
        await self._database.execute("DELETE FROM photos WHERE created_at < :before", before=now - PHOTO_SECONDS)
        await self._database.execute(
            "DELETE FROM updates WHERE body IS NULL AND received_at < :before", before=now - HANDLED_UPDATE_SECONDS
        )
