"""A database of any earlier version, with rows in every table, becomes one of this version and keeps them."""

import sqlite3
import time

import pytest

from bot.storage.database import MIGRATIONS, open_database
from bot.storage.store import Store
from tests.support.sqlite import open_beside

SCRIPTS = sorted(MIGRATIONS.glob("*.sql"))
SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"


def old_database(folder, version):
    """As the bot of that version left it, each table with one row; the rows."""
    with open_beside(folder) as connection:
        connection.row_factory = sqlite3.Row
        for script in SCRIPTS[:version]:
            connection.executescript(script.read_text("utf-8"))
        connection.execute(f"PRAGMA user_version = {version}")
        tables = [row["name"] for row in connection.execute(SCHEMA) if row["type"] == "table"]
        for table in tables:
            fill(connection, table)
        return {table: dict(connection.execute(f"SELECT * FROM {table}").fetchone()) for table in tables}  # noqa: S608


def fill(connection, table):
    """One row, with a value wherever there is no default. A text may have to be JSON."""
    values = {"INTEGER": 7, "REAL": time.time(), "TEXT": "{}"}
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    row = {column["name"]: values[column["type"]] for column in columns if column["dflt_value"] is None}
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", tuple(row.values()))  # noqa: S608


def test_the_scripts_are_numbered_without_a_gap():
    assert [int(script.name[:3]) for script in SCRIPTS] == list(range(1, len(SCRIPTS) + 1))


@pytest.mark.parametrize("version", range(1, len(SCRIPTS)))
async def test_from_each_earlier_version(tmp_path, version):
    before = old_database(tmp_path, version)
    async with open_database(tmp_path) as database:
        assert await database.run("PRAGMA user_version") == [{"user_version": len(SCRIPTS)}]
        assert await database.run("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        for table, row in before.items():
            [now] = await database.run(f"SELECT * FROM {table}")  # noqa: S608
            assert row == {name: now[name] for name in row}
        migrated = await database.run(SCHEMA)
        job = await Store(database).claim()
        assert job.id == before["jobs"]["id"], "its jobs are painted"
    (tmp_path / "new").mkdir()
    async with open_database(tmp_path / "new") as database:
        assert await database.run(SCHEMA) == migrated


async def test_a_backup_taken_while_the_bot_works_is_whole(tmp_path):
    """The README's way: VACUUM INTO, from another connection."""
    (tmp_path / "restored").mkdir()
    async with open_database(tmp_path) as database:
        store = Store(database)
        await store.keep_updates({number: {"update_id": number} for number in range(100)})
        with open_beside(tmp_path) as beside:
            beside.execute("VACUUM INTO ?", (str(tmp_path / "restored" / "bot.sqlite"),))
        await store.keep_updates({100: {"update_id": 100}})
    async with open_database(tmp_path / "restored") as database:
        assert len(await Store(database).pending_updates()) == 100
