"""A database of any earlier version, with rows in every table, becomes one of this version and keeps them."""

import asyncio
import json
import sqlite3
import time

import pytest

from bot.storage.database import SCHEMA_MIGRATIONS, open_database
from bot.storage.storage import Storage
from tests.support.hang import HANG_SECONDS
from tests.support.sqlite import open_beside

SCRIPTS = sorted(SCHEMA_MIGRATIONS.glob("*.sql"))
SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"

# What the ninth schema migration renamed.
TABLES = {"people": "users"}
COLUMNS = {
    "people": {"settings": "preferences"},
    "photos": {
        "album_id": "media_group_id",
        "gallery_id": "gallery_message_id",
        "thread_id": "message_thread_id",
        "own_style": "custom_style",
    },
    "jobs": {
        "request": "idempotency_key",
        "photo_id": "photo_message_id",
        "thread_id": "message_thread_id",
        "control_id": "control_message_id",
        "result_id": "result_file_id",
        "shrunk": "downscaled",
        "footage": "checkpoint",
        "kept": "stopped_early",
        "pinged": "notified",
    },
}
# What a later one dropped.
DROPPED = {"sheet_file_id", "sheet_language"}


def new_name(name, names, version):
    return names.get(name, name) if version < 9 else name


def old_database(folder, version):
    """As the bot of that version left it, each table with one row; the rows."""
    with open_beside(folder) as connection:
        connection.row_factory = sqlite3.Row
        for script in SCRIPTS[:version]:
            connection.executescript(script.read_text("utf-8"))
        connection.execute(f"PRAGMA user_version = {version}")
        tables = [row["name"] for row in connection.execute(SCHEMA) if row["type"] == "table"]
        for table in reversed(tables):
            if connection.execute(f"SELECT 1 FROM {table}").fetchone() is None:  # noqa: S608 (a trigger may have filled it)
                fill(connection, table)
        return {table: dict(connection.execute(f"SELECT * FROM {table}").fetchone()) for table in tables}  # noqa: S608


def fill(connection, table):
    """One row, with a value wherever there is no default. A text may have to be JSON."""
    values = {"INTEGER": 7, "REAL": time.time(), "TEXT": "{}"}
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    row = {column["name"]: values[column["type"]] for column in columns if column["dflt_value"] is None}
    clip = json.dumps({"file_id": "f", "frames": 1, "width": 2, "height": 3})
    row |= {name: clip for name in ("footage", "checkpoint") if name in row}
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", tuple(row.values()))  # noqa: S608


def test_the_scripts_are_numbered_without_a_gap():
    assert [int(script.name[:3]) for script in SCRIPTS] == list(range(1, len(SCRIPTS) + 1))


@pytest.mark.parametrize("version", range(1, len(SCRIPTS)))
async def test_from_each_earlier_version(tmp_path, version):
    before = old_database(tmp_path, version)
    async with open_database(tmp_path) as database:
        assert await database.execute("PRAGMA user_version") == [{"user_version": len(SCRIPTS)}]
        assert await database.execute("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        for table, row in before.items():
            [now] = await database.execute(f"SELECT * FROM {new_name(table, TABLES, version)}")  # noqa: S608
            kept = row.keys() - DROPPED
            assert {name: row[name] for name in kept} == {
                name: now[new_name(name, COLUMNS.get(table, {}), version)] for name in kept
            }
        migrated = await database.execute(SCHEMA)
        job = await Storage(database).jobs.claim()
        assert job.id == before["jobs"]["id"], "its jobs are painted"
    (tmp_path / "new").mkdir()
    async with open_database(tmp_path / "new") as database:
        assert await database.execute(SCHEMA) == migrated


async def test_a_newer_bot_s_database_is_left_as_it_is(bot_process):
    data, newer = bot_process.data, len(SCRIPTS) + 1
    data.mkdir()
    with open_beside(data) as database:
        database.execute(f"PRAGMA user_version = {newer}")
    before = (data / "bot.sqlite").read_bytes()
    bot_process.command, bot_process.env = ["-m", "bot"], {"LOG_LEVEL": "INFO"}
    await bot_process.start()
    assert await asyncio.wait_for(bot_process.process.wait(), HANG_SECONDS) == 2
    known = f"(its version is {newer}, and this bot knows {len(SCRIPTS)})"
    *_, line = bot_process.log.read_text().splitlines()
    assert line.startswith(f"{data}/bot.sqlite is of a newer bot {known}: run the newer bot again, or ")
    assert {path.name: path.read_bytes() for path in data.glob("bot.sqlite*")} == {"bot.sqlite": before}


async def test_a_backup_taken_while_the_bot_works_is_whole(tmp_path):
    """The way of deploy/README.md: VACUUM INTO, from another connection."""
    (tmp_path / "restored").mkdir()
    async with open_database(tmp_path) as database:
        storage = Storage(database)
        await storage.updates.persist({number: {"update_id": number} for number in range(100)})
        with open_beside(tmp_path) as beside:
            beside.execute("VACUUM INTO ?", (str(tmp_path / "restored" / "bot.sqlite"),))
        await storage.updates.persist({100: {"update_id": 100}})
    async with open_database(tmp_path / "restored") as database:
        assert len(await Storage(database).updates.pending()) == 100
