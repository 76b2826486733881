"""`--check`: what would be used is printed without secrets, and each part is tried for itself."""

import asyncio
import functools
import io
import os
import sys

import pytest

import bot.__main__ as program
from bot import check
from bot.executors.local import LocalExecutor
from bot.storage.database import open_database
from styler.events import Progress
from styler.settings import Settings
from tests.support.bot_process import free_port
from tests.support.executors import noise
from tests.support.fakes import QuickExecutor
from tests.support.needs import needed
from tests.support.project import ROOT
from tests.support.sqlite import open_beside
from tests.torture.painter import started_instead

GOOD = {"Telegram", "data folder", "gallery", "painters"}


@pytest.fixture
def checked(monkeypatch, tmp_path, server, capfd):
    """Run it with these settings beside a server that knows the token; its status, its lines, and the parts by their
    state.
    """
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name != "PATH":
            monkeypatch.delenv(name)

    async def run(executor=None, **settings):
        for name, value in {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url, **settings}.items():
            monkeypatch.setenv(name, value)
        status = await asyncio.to_thread(program.main, executor or QuickExecutor(), only_check=True)
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        assert server.token.partition(":")[2] not in said.out + said.err
        lines = said.out.splitlines()
        parts = {line[7:].partition(":")[0]: line for line in lines if line.startswith(("ok ", "FAULT "))}
        return status, lines, parts

    return run


def faults(parts):
    return {part for part, line in parts.items() if line.startswith("FAULT")}


async def test_all_is_well(checked, server, tmp_path):
    status, lines, parts = await checked(ALLOWED_USERS="7, -100", STYLER_STEPS="30", HTTPS_PROXY="http://me:key@proxy")
    assert (status, faults(parts), set(parts)) == (0, set(), GOOD)
    assert parts["Telegram"].endswith(f"the bot is @{server.world.bot.username}")
    assert "TELEGRAM_BOT_TOKEN=" + server.token.partition(":")[0] + ":***" in lines
    assert "ALLOWED_USERS=-100,7" in lines
    assert "STYLER_STEPS=30" in lines
    assert "HTTPS_PROXY=http://***@proxy" in lines
    assert "#MAX_WAITING=1000" in lines, "a default"
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


async def test_the_bot_may_be_at_work_meanwhile_and_its_data_stays_as_it_is(checked, tmp_path):
    async with open_database(tmp_path / "data") as database:
        before = await database.execute("SELECT name, sql FROM sqlite_master")
        status, _, parts = await checked()
        assert status == 0
        assert "data, with a database of version" in parts["data folder"]
        assert await database.execute("SELECT name, sql FROM sqlite_master") == before


async def test_a_token_that_telegram_does_not_know(checked):
    status, lines, parts = await checked(TELEGRAM_BOT_TOKEN="1:another-token-than-that")
    assert (status, faults(parts)) == (2, {"Telegram"})
    assert parts["Telegram"] == "FAULT  Telegram: TELEGRAM_BOT_TOKEN: Telegram does not know this token"
    assert "another" not in "".join(lines)


async def test_a_server_that_cannot_be_reached(checked):
    url = f"http://127.0.0.1:{free_port()}"
    status, _, parts = await checked(TELEGRAM_API_URL=url)
    assert (status, faults(parts)) == (2, {"Telegram"})
    assert parts["Telegram"].startswith(f"FAULT  Telegram: {url}: httpx.ConnectError")


async def test_a_server_that_never_answers(checked, monkeypatch):
    monkeypatch.setattr(check, "TELEGRAM_SECONDS", 0.2)

    async def listen(reader, writer):
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1") as deaf:
        url = f"http://127.0.0.1:{deaf.sockets[0].getsockname()[1]}"
        status, _, parts = await checked(TELEGRAM_API_URL=url)
    assert (status, faults(parts)) == (2, {"Telegram"})
    assert parts["Telegram"] == f"FAULT  Telegram: {url} has not answered within 0.2 seconds"


async def test_a_proxy_that_is_malformed(checked):
    status, lines, parts = await checked(TELEGRAM_API_URL="http://192.0.2.1", ALL_PROXY="socks4://me:key@proxy")
    assert (status, faults(parts)) == (2, {"Telegram"})
    assert "ALL_PROXY: a proxy may begin with" in parts["Telegram"]
    assert "key" not in "".join(lines)


async def test_a_folder_of_one_s_own_server_that_cannot_be_read(checked, server, ann):
    server.world.profile.photos.append(ann.photo(noise(1)))
    server.world.files.served = False
    status, _, parts = await checked()
    assert (status, faults(parts)) == (2, {"Telegram"})
    assert "TELEGRAM_API_URL: its file" in parts["Telegram"]
    assert "--local" in parts["Telegram"]


async def test_a_data_folder_that_cannot_be(checked, tmp_path):
    (tmp_path / "file").touch()
    status, _, parts = await checked(DATA_DIR="file/data")
    assert (status, faults(parts)) == (2, {"data folder"})
    assert parts["data folder"] == f"FAULT  data folder: {tmp_path}/file/data cannot be made: Not a directory"


async def test_a_data_folder_that_must_not_be_written(checked):
    status, _, parts = await checked(DATA_DIR="/proc/self")  # not even root may
    assert (status, faults(parts)) == (2, {"data folder"})
    assert parts["data folder"].startswith("FAULT  data folder: /proc/self cannot be written: ")


async def test_a_data_folder_that_is_to_be_made_is_not_made(checked, tmp_path):
    status, _, parts = await checked(DATA_DIR="new/data")
    assert status == 0
    assert parts["data folder"] == f"ok     data folder: {tmp_path}/new/data will be made"
    assert not (tmp_path / "new").exists()


async def test_a_newer_bot_s_database(checked, tmp_path):
    with open_beside(tmp_path) as database:
        database.execute("PRAGMA user_version = 999")
    status, _, parts = await checked(DATA_DIR=".")
    assert (status, faults(parts)) == (2, {"data folder"})
    assert "is of a newer bot (its version is 999, " in parts["data folder"]


async def test_a_damaged_database(checked, tmp_path):
    async with open_database(tmp_path):
        pass
    with (tmp_path / "bot.sqlite").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xaa" * 8192)
    status, _, parts = await checked(DATA_DIR=".")
    assert (status, faults(parts)) == (2, {"data folder"})
    assert parts["data folder"] == "FAULT  data folder: bot.sqlite: it is damaged: restore a backup"


async def test_a_gallery_that_is_broken(checked, tmp_path):
    (tmp_path / "paintings.toml").write_text("[poppies]\nfile = 7\n")
    status, _, parts = await checked(GALLERY_DIR=".")
    assert (status, faults(parts)) == (2, {"gallery"})
    assert "paintings.toml" in parts["gallery"]


async def test_painters_that_die_hang_or_paint_nothing(checked, monkeypatch):
    class Dying(QuickExecutor):
        async def paint(self, *_):
            raise check.WorkerDied("the painter died (exit status -9)")
            yield

    class Idle(QuickExecutor):
        async def paint(self, *_):
            yield Progress(1, 2, 1.0, 0.5, 1.0)

    monkeypatch.setattr(check, "PAINTERS_SECONDS", 0.2)
    for executor, words in (
        (Dying(), "the painter died (exit status -9)"),
        (Idle(), "no picture came from the painter"),
        (QuickExecutor(seconds=60), "they have not painted a small picture within 0.2 seconds"),
    ):
        status, _, parts = await checked(executor)
        assert (status, faults(parts)) == (2, {"painters"})
        assert parts["painters"] == f"FAULT  painters: {words}"


async def test_each_painter_paints(checked):
    begun = []

    class Counting(QuickExecutor):
        def paint(self, content, styles, settings):
            begun.append(settings)
            return super().paint(content, styles, settings)

    status, _, parts = await checked(Counting(slots=3))
    assert (status, len(begun)) == (0, 3)
    assert parts["painters"] == "ok     painters: 3 at once, on the CPU; each painted a small picture"


async def test_each_fault_is_told(checked):
    status, _, parts = await checked(
        TELEGRAM_BOT_TOKEN="1:another-token-than-that", DATA_DIR="/proc/self", GALLERY_DIR="nowhere"
    )
    assert (status, faults(parts)) == (2, {"Telegram", "data folder", "gallery"})


def test_a_terminal_that_has_not_all_letters(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", "Bücher")
    terminal = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(program, "main", functools.partial(program.main, QuickExecutor()))
    assert program.command(["--check"]) == 0
    terminal.seek(0)
    assert "DATA_DIR=B\\xfccher" in terminal.read().splitlines()


async def test_certificates_that_are_not_there(checked):
    status, _, parts = await checked(SSL_CERT_FILE="/nowhere.pem")
    assert (status, faults(parts)) == (2, {"Telegram"})
    said = "SSL_CERT_FILE: its certificates cannot be read: No such file or directory"
    assert parts["Telegram"] == f"FAULT  Telegram: {said}"


async def test_painters_that_cannot_get_ready(checked, monkeypatch):
    """Say because of their weights. test_wheel.py has one that really paints."""
    monkeypatch.setattr(asyncio, "create_subprocess_exec", started_instead("unfit"))
    status, _, parts = await checked(LocalExecutor(1, Settings()), PYTHONPATH=str(ROOT))
    assert (status, faults(parts)) == (2, {"painters"})
    assert parts["painters"] == "FAULT  painters: the painter could not get ready"


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """Run it in a folder of its own and with these variables alone; its status, and what it says."""
    monkeypatch.chdir(tmp_path)
    for name in set(os.environ) - {"PATH"}:
        monkeypatch.delenv(name)

    def run(**env):
        for name, value in {"PYTHONPATH": str(ROOT), **env}.items():
            monkeypatch.setenv(name, value)
        return program.command(["--check"]), *capsys.readouterr()

    return run


def test_what_cannot_be_understood_is_said_before_anything_is_tried(command, tmp_path):
    (tmp_path / ".env").write_text("ALLOWED_USERS='7\n")
    assert command() == (2, "", ".env, line 1: ALLOWED_USERS: the quote ' is not closed in this line\n")


def test_a_cluster_that_is_not_there(command):
    needed("ray")
    address = f"127.0.0.1:{free_port()}"
    status, said, _ = command(EXECUTOR="ray", RAY_ADDRESS=address)
    assert status == 2
    assert f"FAULT  Ray cluster: there is no Ray cluster at {address}: " in said


def test_ray_is_not_installed(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    status, said, _ = command(EXECUTOR="ray")
    assert status == 2
    assert said.endswith("\nFAULT  Ray cluster: EXECUTOR=ray needs Ray: pip install -r requirements-ray.txt\n")
