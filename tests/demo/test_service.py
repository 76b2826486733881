"""The demo as a whole: one command starts the stand-in and a bot beside it, and a signal ends both."""

import asyncio
import re
import signal
import sys
from pathlib import Path

import httpx
import pytest

from bot.config import host_and_port
from bot.demo.api.server import GRACE
from bot.demo.bot_process import STOP_WITHIN, BotProcess
from bot.demo.service import is_loopback
from tests.support.hang import HANG_SECONDS
from tests.support.project import ROOT

# A bot of few words: says where it should go, and does with SIGTERM what its argument says.
BOT = """
import os, signal, sys, time
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"asked\\n"))  # print may be at work
print("bot", os.getpid(), os.environ["TELEGRAM_API_URL"], os.path.isdir(os.environ["DATA_DIR"]), flush=True)
if sys.argv[1] == "misconfigured":
    sys.exit(2)
while True:
    time.sleep(60)
"""
DEMO = """
import asyncio, sys
from bot.demo import bot_process
bot_process.STOP_WITHIN = 3.0  # in which a busy machine lets the deaf bot say that it was asked
from bot.demo.service import serve
sys.exit(asyncio.run(serve(sys.argv[2], bot=(sys.executable, "-c", sys.argv[3], sys.argv[1]))))
"""


class Demo:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self, start: str) -> str:
        """The next line that starts so."""
        async with asyncio.timeout(HANG_SECONDS):
            while line := (await self.process.stdout.readline()).decode():
                if line.startswith(start):
                    return line.strip()
        raise AssertionError(f"no line {start!r}")

    async def ends(self) -> int:
        """The exit status. How long it may take is for `test_there_is_time_to_stop` to say, not for a busy machine."""
        return await asyncio.wait_for(self.process.wait(), HANG_SECONDS)


@pytest.fixture
async def start():
    demos = []

    async def begin(bot="obedient", listen="127.0.0.1:0"):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DEMO, bot, listen, BOT, stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        demos.append(process)
        return Demo(process)

    yield begin
    for process in demos:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        process._transport.close()  # the pipe, which nobody reads any more


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def test_it_prints_its_address_and_starts_the_bot_with_it(start):
    demo = await start()
    address = re.search(r"http://127\.0\.0\.1:\d+/", await demo.line("The demo chat is at")).group()
    _, pid, url, has_folder = (await demo.line("bot")).split()
    assert (url + "/", has_folder) == (address, "True")
    async with httpx.AsyncClient() as web:
        assert (await web.get(address)).status_code == 200
        assert (await web.post(f"{address}demo/kill", json={})).status_code == 200
    _, again, _, _ = (await demo.line("bot")).split()
    assert again != pid
    demo.process.send_signal(signal.SIGINT)
    assert await demo.ends() == 0
    assert gone(again)


async def test_the_bot_does_not_outlive_a_demo_that_is_killed(start):
    demo = await start()
    await demo.line("bot")
    demo.process.kill()
    async with asyncio.timeout(HANG_SECONDS):
        await demo.process.stdout.read()  # until nobody is left who could write there


@pytest.mark.parametrize(("bot", "signals"), [("obedient", 1), ("obedient", 3), ("deaf", 1), ("deaf", 2)])
async def test_it_stops_however_often_it_is_asked(start, bot, signals):
    demo = await start(bot)
    pid = (await demo.line("bot")).split()[1]
    for number in range(signals):
        if number and bot == "deaf":
            await demo.line("asked")
        demo.process.send_signal(signal.SIGTERM)
    assert await demo.ends() == 0
    assert gone(pid)


async def test_a_misconfigured_bot_is_not_started_again(start):
    demo = await start("misconfigured")
    assert await demo.ends() == 2


async def test_an_address_that_is_taken(start):
    demo = await start()
    address = re.search(r"127\.0\.0\.1:\d+", await demo.line("The demo chat is at")).group()
    other = await start(listen=address)
    assert f"Cannot listen on {address} (DEMO_LISTEN" in await other.line("Cannot")
    assert await other.ends() == 1


async def test_bound_elsewhere_the_address_has_a_secret(start):
    demo = await start(listen="0.0.0.0:0")
    line = await demo.line("The demo chat is at")
    path = re.search(r"http://0\.0\.0\.0:(\d+)(/[\w-]{20,}/)", line)
    assert path, line
    assert "//127.0.0.1:" in await demo.line("bot")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{path[1]}") as web:
        assert [(await web.get(where)).status_code for where in ("/", path[2])] == [404, 200]


def test_there_is_time_to_stop():
    assert STOP_WITHIN + 2 * GRACE < 5


def test_addresses():
    assert host_and_port("127.0.0.1:8080") == ("127.0.0.1", 8080)
    assert host_and_port("[::1]:80") == ("::1", 80)
    assert all(map(is_loopback, ("127.0.0.1", "127.0.0.2", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.0.2.7", "example.org")))  # noqa: S104


async def test_a_bot_that_dies_rests_before_it_starts_again():
    process = BotProcess((sys.executable, "-c", "raise SystemExit(1)"))
    starts = asyncio.Event()
    process.changed = lambda: starts.set() if process.starts == 2 else None
    running = asyncio.create_task(process.run())
    await asyncio.wait_for(starts.wait(), HANG_SECONDS)
    process.stop()
    assert await asyncio.wait_for(running, HANG_SECONDS) in (1, -signal.SIGTERM)
