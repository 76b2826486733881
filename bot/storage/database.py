"""The SQLite file: opened, locked and brought to the newest schema here; one statement at a time.

Every operation of the project is one SQL statement in autocommit mode, run to its last row in one go on aiosqlite's
thread. A statement is atomic and a cancelled task cannot stop it half-way, so no transaction is ever left open and no
two tasks can end up in one: there is nothing to shield and nothing to roll back.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from filelock import FileLock, Timeout

DISK_SECONDS = 2.0  # between two tries while the disk is full
PASSING = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY)

log = logging.getLogger(__name__)

Record = TypeVar("Record")

SCHEMA_MIGRATIONS = Path(__file__).parent / "schema_migrations"


class DatabaseInUse(Exception):
    """Another bot works with this data folder."""


class Database:
    """One connection, one writer."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Run one statement (parameters as `:name`), commit it, and return its rows.

        While the disk is full or gives errors, or an operator keeps the database locked, this waits: what depends on it
        waits too, and nothing is lost.
        """
        while True:
            try:
                return [dict(row) for row in await self._connection.execute_fetchall(statement, values)]
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in PASSING:
                    raise
                log.error("the database cannot be written: %s; again in %g s", error, DISK_SECONDS)
            await asyncio.sleep(DISK_SECONDS)

    async def check_writable(self) -> bool:
        """Write what is there already. Waits, as `execute` does, while the disk is full."""
        [row] = await self.execute("PRAGMA user_version")
        await self.execute(f"PRAGMA user_version = {row['user_version']:d}")
        return True

    async def first(self, statement: str, **values: Any) -> dict[str, Any] | None:
        """Run one statement of which at most one row is of interest."""
        rows = await self.execute(statement, **values)
        return rows[0] if rows else None

    async def fetch(self, make: Callable[[Mapping[str, Any]], Record], statement: str, **values: Any) -> list[Record]:
        """Run one statement, and make each of its rows a record."""
        return [make(row) for row in await self.execute(statement, **values)]

    async def fetch_one(
        self, make: Callable[[Mapping[str, Any]], Record], statement: str, **values: Any
    ) -> Record | None:
        """Run one statement, and make its first row a record, if it has one."""
        row = await self.first(statement, **values)
        return None if row is None else make(row)


class DatabaseTooNew(Exception):
    """A newer bot has written this file. What an older one would do to it, nobody can know."""


@asynccontextmanager
async def open_database(folder: Path) -> AsyncIterator[Database]:
    """Open `bot.sqlite` in the folder (made if it is missing).

    Raises `DatabaseInUse` when another process has it open, `DatabaseTooNew` after a downgrade, and
    `OSError` or `sqlite3.Error` when it cannot be used.
    """
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 (once, at the start)
    lock = FileLock(folder / "bot.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise DatabaseInUse(f"another bot is already running with the data folder {folder}") from None
    try:
        async with aiosqlite.connect(folder / "bot.sqlite", isolation_level=None) as connection:
            connection.row_factory = sqlite3.Row
            await _check_version(connection, folder)
            await connection.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;"
                "PRAGMA secure_delete = ON;"  # what is forgotten is overwritten
                "PRAGMA wal_checkpoint(TRUNCATE);"  # also if the bot died just then
            )
            await _migrate_schema(connection)
            yield Database(connection)
    finally:
        lock.release()


async def check_readable(folder: Path) -> int:
    """The version of the database, 0 if there is none yet; nothing is changed, and a bot may be at work with it.

    Raises `DatabaseTooNew`, or `sqlite3.Error` if it cannot be read or is damaged.
    """
    if not (folder / "bot.sqlite").exists():
        return 0
    async with aiosqlite.connect(_readonly(folder), uri=True) as connection:
        await _check_version(connection, folder)
        [[result]] = await connection.execute_fetchall("PRAGMA quick_check(1)")
        if result != "ok":
            raise sqlite3.DatabaseError("it is damaged: restore a backup")
        [[version]] = await connection.execute_fetchall("PRAGMA user_version")
        return int(version)


@asynccontextmanager
async def open_readonly(folder: Path) -> AsyncIterator[Database]:
    """Another process's database, to be read only. `sqlite3.OperationalError` if there is none yet."""
    async with aiosqlite.connect(_readonly(folder), uri=True) as connection:
        connection.row_factory = sqlite3.Row
        yield Database(connection)


def _readonly(folder: Path) -> str:
    """As a URL, in which ?, # and % of the path are escaped."""
    return f"{(folder / 'bot.sqlite').absolute().as_uri()}?mode=ro"


async def _check_version(connection: aiosqlite.Connection, folder: Path) -> None:
    """Raises `DatabaseTooNew` for a version that this bot does not know."""
    [[version]] = await connection.execute_fetchall("PRAGMA user_version")
    known = max(_number(script) for script in SCHEMA_MIGRATIONS.glob("*.sql"))
    if version > known:
        raise DatabaseTooNew(
            f"{folder / 'bot.sqlite'} is of a newer bot (its version is {version}, and this bot knows {known}):"
            " run the newer bot again, or restore a backup from before the upgrade"
        )


def _number(script: Path) -> int:
    """001_initial.sql: 1"""
    return int(script.name.partition("_")[0])


async def _migrate_schema(connection: aiosqlite.Connection) -> None:
    """Apply the numbered scripts that this database has not seen, each in one transaction with its number."""
    [[version]] = await connection.execute_fetchall("PRAGMA user_version")
    for script in sorted(SCHEMA_MIGRATIONS.glob("*.sql")):
        if (number := _number(script)) > version:
            await connection.executescript(
                f"BEGIN IMMEDIATE; {script.read_text('utf-8')}; PRAGMA user_version = {number}; COMMIT;"
            )
