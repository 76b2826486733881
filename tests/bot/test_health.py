"""What an operator can ask: /metrics, /healthz, the container's health check, the log."""

import asyncio
import json
import platform
import subprocess
import sys

import pytest

from bot import app
from bot.config import Config, ConfigError
from bot.executors.local import LocalExecutor
from bot.health import Monitor, ask, main
from bot.i18n import texts
from bot.storage.database import open_database
from bot.storage.storage import Storage
from styler import __version__
from tests.support.bot_process import free_port
from tests.support.chat import shows
from tests.support.fakes import QuickExecutor
from tests.support.monitoring import asked, get, painted
from tests.support.project import ROOT


async def test_metrics_tell_what_happened(watched, server, ann):
    server.faults.add("too_many", "getFile", count=1, seconds=1)
    await painted(watched, ann)
    _, text = await get(watched.env["METRICS_LISTEN"], "/metrics")
    for line in (
        'painter_jobs_total{painting="great-wave",status="DONE"} 1.0',
        'painter_jobs_in_work{status="QUEUED"} 0.0',
        "painter_slots 1.0",
        f'painter_build_info{{python="{platform.python_version()}",version="{__version__}"}} 1.0',
        "painter_job_waited_seconds_count 1.0",
        "painter_job_painted_seconds_count 1.0",
        "painter_job_delivered_seconds_count 1.0",
        'painter_updates_total{kind="message"} 1.0',
        'painter_updates_total{kind="callback_query"} 1.0',
        'painter_telegram_calls_total{method="getFile",outcome="429"} 1.0',
        'painter_telegram_calls_total{method="download",outcome="200"} 1.0',
    ):
        assert line in text.splitlines(), text
    assert server.token.partition(":")[2] not in text


async def started(bot, ann):
    """The bot has come up."""
    ann.starts()
    await ann.chat.until(lambda chat: chat.from_bot)
    return bot.env["METRICS_LISTEN"]


@pytest.mark.parametrize(
    ("accept", "kind", "end"),
    [
        ("*/*", "text/plain; version=0.0.4", ""),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3",
         "application/openmetrics-text; version=1.0.0", "# EOF\n"),
        ("text/plain;version=1.0.0;escaping=allow-utf-8", "text/plain; version=1.0.0", ""),
    ],
)  # fmt: skip
async def test_the_format_is_the_one_that_was_asked_for(watched, ann, accept, kind, end):
    async with asked(await started(watched, ann), "/metrics", accept) as answer:
        text = await answer.text()
    assert answer.headers["Content-Type"].startswith(kind)
    assert text.endswith(end)
    assert ("# EOF" in text) == bool(end)


async def test_what_has_not_happened_yet_is_told_as_0(watched, ann):
    """Otherwise Prometheus would see a series begin at 1, and no rate of it."""
    _, text = await get(await started(watched, ann), "/metrics")
    for line in (
        'painter_jobs_total{painting="great-wave",status="FAILED"} 0.0',
        'painter_jobs_total{painting="a blend",status="DONE"} 0.0',
        'painter_updates_total{kind="inline_query"} 0.0',
        'painter_updates_total{kind="unreadable"} 0.0',
        'painter_telegram_calls_total{method="editMessageMedia",outcome="429"} 0.0',
        'painter_telegram_calls_total{method="sendPhoto",outcome="NetworkError"} 0.0',
        'painter_sheets_total{outcome="failed"} 0.0',
        "painter_restarts_total 0.0",
    ):
        assert line in text.splitlines(), line


@pytest.mark.needs("promtool")
async def test_promtool_finds_no_fault(watched, ann):
    await painted(watched, ann)
    _, text = await get(watched.env["METRICS_LISTEN"], "/metrics")
    command = ["promtool", "check", "metrics"]
    check = await asyncio.to_thread(subprocess.run, command, input=text.encode(), capture_output=True, check=False)
    assert (check.returncode, check.stdout + check.stderr) == (0, b"")


def health_check(bot):
    env = {"METRICS_LISTEN": bot.env["METRICS_LISTEN"]}
    return subprocess.run([sys.executable, "-m", "bot.health"], cwd=ROOT, env=env, capture_output=True, check=False)


async def test_healthy_until_it_stops(watched, ann):
    ann.starts()
    await ann.chat.until(lambda chat: chat.from_bot)
    assert await get(watched.env["METRICS_LISTEN"], "/healthz") == (
        200,
        '{"telegram": true, "database": true, "painter": true}',
    )
    assert (await asyncio.to_thread(health_check, watched)).returncode == 0
    await watched.stop()
    check = await asyncio.to_thread(health_check, watched)
    assert check.returncode == 1
    assert b"Connection refused" in check.stderr


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({}, "METRICS_LISTEN is not set, so nobody can be asked\n"),
        ({"METRICS_LISTEN": "127.0.0.1:90000"}, "METRICS_LISTEN is '127.0.0.1:90000': a port is less than 65536\n"),
    ],
)
def test_nobody_can_be_asked_where_the_address_is_missing_or_malformed(monkeypatch, tmp_path, capsys, env, line):
    monkeypatch.chdir(tmp_path)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert (main(), capsys.readouterr().err) == (2, line)


@pytest.mark.parametrize("ill", ["telegram", "database", "painter"])
async def test_what_is_ill_is_told(tmp_path, monkeypatch, ill):
    """A poll that is not answered, a database that another holds, a painter that is dead."""
    monkeypatch.setattr("bot.health.PATIENCE", 0.5)
    dead = LocalExecutor(1, app.Settings())
    listen = f"127.0.0.1:{free_port()}"
    async with open_database(tmp_path) as database:
        if ill == "database":
            await database.execute("PRAGMA query_only = ON")
        monitor = Monitor(Storage(database), dead if ill == "painter" else QuickExecutor(), lambda: ill != "telegram")
        async with monitor.serving(listen):
            status, text = await get(listen, "/healthz")
            check = await asyncio.to_thread(ask, Config(metrics_listen=listen))
    assert (status, check) == (503, 1)
    assert json.loads(text) == {name: name != ill for name in ("telegram", "database", "painter")}


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "[::1]", "[::]"])  # noqa: S104
async def test_the_health_check_asks_where_the_bot_listens(tmp_path, monkeypatch, host):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nobody listens there
    listen = f"{host}:{free_port()}"
    async with open_database(tmp_path) as database:
        monitor = Monitor(Storage(database), QuickExecutor(), lambda: True)
        try:
            async with monitor.serving(listen):
                assert await asyncio.to_thread(ask, Config(metrics_listen=listen)) == 0
        except ConfigError:
            if host not in ("[::1]", "[::]"):
                raise
            pytest.skip("this machine has no IPv6")


@pytest.mark.parametrize("variable", ["METRICS_LISTEN", "WEBHOOK_LISTEN"])
async def test_where_another_listens_the_bot_says_which_setting_it_is(bot_process, variable):
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1") as other:
        address = f"127.0.0.1:{other.sockets[0].getsockname()[1]}"
        bot_process.env = {"WEBHOOK_URL": "https://example.org", variable: address}
        await bot_process.start()
        assert await bot_process.process.wait() == 2
    said = bot_process.log.read_text().splitlines()[-1]
    assert said.startswith(f"{variable} is '{address}': ")
    assert "address already in use" in said


async def painted_and_logged(bot, person):
    await painted(bot, person)
    person.sends_text("/queue")
    await person.chat.until(lambda chat: any(shows(m, texts.queue_empty()) for m in chat.from_bot))


async def test_a_line_an_event_with_job_and_chat(watched, ann):
    await painted_and_logged(watched, ann)
    lines = [json.loads(line) for line in watched.log.read_text().splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    [delivered] = [line for line in lines if "delivered" in line["message"]]
    assert (delivered["job"], delivered["chat"]) == (1, ann.user.id)


async def test_as_text_the_chat_is_told_too(bot, ann):
    await painted_and_logged(bot, ann)
    assert f"job 1: delivered (chat {ann.user.id})" in bot.log.read_text()
