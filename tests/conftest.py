"""The stand-in for Telegram, and the real bot as a process that talks to it."""

import gc
import os
import shutil
import signal
import sys

import pytest

from bot.demo.api.server import Server
from bot.demo.telegram import condition
from bot.i18n import languages
from tests.support.bot_process import BotUnderTest, free_port
from tests.support.needs import skip_for_want_of
from tests.support.shared_bot import SharedBot

# Until the tests are collected: what is loaded for them stays, and to look there for garbage takes as long as to load.
gc.disable()
# Bytecode is kept, also where the environment forbids it: many tests start a Python, and to compile the source of torch
# costs as much time as to load it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Before torch is loaded: where processes share the cores, threads that spin while they wait cost 5 to 20 times.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))
# Before telegram is loaded, which else warns of a change to come whenever it makes a RetryAfter.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# How long a test waits for what must come is no assertion: other programs may have the processor meanwhile. What never
# comes is ended by pytest's limit at the latest.
condition.PATIENCE = 60.0
# In the background, a shell has its commands ignore Ctrl-C, and so would what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


# The files that take longest begin first, so that no worker waits at the end. By itself, pytest-xdist begins with those
# of most tests.
LONGEST = (
    "tests/page/",
    "tests/bot/executors/",
    "tests/bot/test_promises.py",
    "tests/test_wheel.py",
    "tests/styler/test_paint",
    "tests/styler/engine/test_transfer.py",
    "tests/styler/cli/",
    "tests/bot/test_check.py",
)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_runtest_setup(item):
    for marker in item.iter_markers("needs"):
        if not any(map(shutil.which, marker.args)):
            skip_for_want_of(" or ".join(marker.args))


@pytest.fixture
async def server():
    async with Server() as server:
        yield server


@pytest.fixture
def world(server):
    return server.world


@pytest.fixture
def ann(world):
    return world.person("Ann")


@pytest.fixture
def bob(world):
    return world.person("Bob")


@pytest.fixture
def spoken(language):
    """The `language` of a test's parameters, which the test then speaks as the bot does."""
    languages.activate(language)
    yield language
    languages.activate(languages.DEFAULT)


@pytest.fixture
def anna(world, spoken):
    """Somebody whose Telegram speaks it."""
    return world.person("Anna", spoken)


@pytest.fixture
async def here(server, ann):
    """The stand-in with the real client at it, and Ann."""
    from tests.support.demo import Standin, client  # which load telegram

    async with client(server) as bot:
        yield Standin(server, bot, ann)


@pytest.fixture(scope="module")
def way():
    """How the bot gets its updates; test_bot.py has both ways."""
    return "polling"


@pytest.fixture(scope="module")
def prepare():
    """What is done to the bot that a file's tests share before it starts."""
    return lambda bot: None


@pytest.fixture(scope="module")
async def shared_bot(tmp_path_factory, way, prepare):
    shared = SharedBot(tmp_path_factory, way, prepare)
    yield shared
    await shared.end()


@pytest.fixture
async def bot_process(server, tmp_path, way):
    """The bot, not started yet, so that a test can choose how."""
    bot = BotUnderTest(server, tmp_path, way)
    yield bot
    await bot.end()


@pytest.fixture
async def bot(bot_process):
    """The bot, running with a painter that takes 50 ms for a picture."""
    await bot_process.start()
    return bot_process


@pytest.fixture
async def watched(bot_process):
    """The bot, which an operator can ask how it is, with a log for machines."""
    bot_process.env |= {"METRICS_LISTEN": f"127.0.0.1:{free_port()}", "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    await bot_process.start()
    return bot_process
