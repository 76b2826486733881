"""What an operator starts: a real Prometheus scrapes the bot, and the dashboard's queries find something there."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.i18n import texts
from tests.support.bot_process import free_port
from tests.support.chat import gallery, shows
from tests.support.fakes import photo
from tests.support.hang import HANG_SECONDS
from tests.support.monitoring import painted
from tests.support.project import ROOT

DASHBOARD = json.loads((ROOT / "deploy/grafana/painter.json").read_text())
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


@asynccontextmanager
async def prometheus(folder, target):
    """With the configuration that is deployed, but for the address and the pace; its URL."""
    config = (ROOT / "deploy/prometheus.yml").read_text()
    file = folder / "prometheus.yml"
    file.write_text(config.replace("painter:9464", target).replace("scrape_interval: 15s", "scrape_interval: 1s"))
    listen = f"127.0.0.1:{free_port()}"
    arguments = [f"--config.file={file}", f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address={listen}"]
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec("prometheus", *arguments, stdout=log, stderr=log)
    try:
        yield f"http://{listen}"
    finally:
        process.terminate()
        await process.wait()


async def found(session, url, query):
    async with session.get(f"{url}/api/v1/query", params={"query": query}) as answer:
        return (await answer.json())["data"]["result"]


async def until_found(session, url, query):
    """Prometheus tells no events: it is asked again and again."""
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            try:
                if result := await found(session, url, query):
                    return result
            except (aiohttp.ClientError, KeyError):
                pass  # it is not up yet
            await asyncio.sleep(0.2)


FAILURES = 'sum by (status) (rate(painter_jobs_total{status!="DONE"}[5m])) * 60'


@pytest.mark.needs("prometheus")
async def test_the_first_failure_after_a_start_is_on_the_dashboard(watched, ann, tmp_path):
    assert FAILURES in QUERIES
    async with prometheus(tmp_path, watched.env["METRICS_LISTEN"]) as url, aiohttp.ClientSession() as session:
        await until_found(session, url, 'count_over_time(painter_jobs_total{status="FAILED"}[1m]) > 1')
        message = await gallery(ann, ann.sends_photo(photo("blue")))  # that nobody can paint
        await ann.presses(message, "Great Wave")
        await ann.chat.until(lambda _: shows(message, texts.tried_too_often()))
        [shown] = await until_found(session, url, f"{FAILURES} > 0")
    assert shown["metric"] == {"status": "FAILED"}


@pytest.mark.needs("prometheus")
async def test_the_dashboard_s_queries_return_data(watched, server, ann, tmp_path):
    server.faults.add("too_many", "getFile", count=1, seconds=1)
    async with prometheus(tmp_path, watched.env["METRICS_LISTEN"]) as url, aiohttp.ClientSession() as session:
        await painted(watched, ann)
        message = await gallery(ann, ann.sends_photo(photo("blue")))  # that nobody can paint
        await ann.presses(message, "Great Wave")
        await ann.chat.until(lambda _: shows(message, texts.tried_too_often()))
        done = 'painter_jobs_total{status="FAILED"}'
        await until_found(session, url, f"count_over_time({done}[1m]) > 1")  # a rate needs two
        empty = [query for query in QUERIES if "gpu" not in query and not await found(session, url, query)]
    assert len(QUERIES) > 10
    assert empty == []
