"""Who may join a real Ray cluster that asks for a token, and the one line that each other gets who tries."""

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from bot.executors.base import WorkerDied
from bot.executors.protocol import Connect
from bot.executors.ray import RayExecutor
from tests.support.bot_process import ONE_THREAD, free_port
from tests.support.executors import paint
from tests.support.needs import needed
from tests.support.project import ROOT
from tests.support.ray_painters import driver

ray = needed("ray")

TOKEN = "the-token-of-this-cluster-" + "0" * 32
PLACE = "put the token of its head into ~/.ray/auth_token or RAY_AUTH_TOKEN, the same on every machine"
CACHE = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # of the kernel, also in another home
PYTHON = ".".join(map(str, sys.version_info[:3]))
OTHER_RAY = "import ray; ray.__version__ = '2.59.0'; from bot.executors.ray_driver import main; main()"
LACKING_PACKAGE = """
from tests.support.ray_painters import drive
def paint(order):
    import a_package_that_this_node_lacks
    yield
drive(paint)
"""


@pytest.fixture(scope="module")
def head():
    """A cluster of one node, started as operators do. Its address, and its home, which has the token."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # short: a socket's path has at most 107 characters
        home = Path(folder)
        (home / ".ray").mkdir()
        (home / ".ray" / "auth_token").write_text(TOKEN)
        options = "--head --block --port=0 --num-cpus=1 --include-dashboard=false --disable-usage-stats"
        unasked = "--no-monitor --include-log-monitor=false"  # more of Ray's processes that nothing here asks
        ray_command = Path(sys.executable).with_name("ray")
        command = [ray_command, "start", *options.split(), *unasked.split(), f"--temp-dir={home}/t"]
        env = {"PATH": os.environ["PATH"], "HOME": folder, "RAY_AUTH_MODE": "token", "XDG_CACHE_HOME": CACHE}
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with process, ended_with_all_it_started(process):
            assert any(b"Ray runtime started" in line for line in process.stdout)
            yield (home / "t" / "ray_current_cluster").read_text(), home


@contextlib.contextmanager
def ended_with_all_it_started(process):
    try:
        yield
    finally:
        tree = psutil.Process(process.pid)
        for one in [tree, *tree.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


@pytest.fixture
def set_env(monkeypatch, tmp_path):
    """Set what Ray reads: these variables, and a home without a token."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RAY_NUM_REDIS_GET_RETRIES", "4")  # so often Ray knocks, once a second; by default, 20 times
    for name in ("RAY_ADDRESS", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.delenv(name, raising=False)

    def set_them(env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)

    return set_them


QUICK = driver("quick")


def executor_at(address, command=QUICK):
    return RayExecutor(Connect(address, "auto", None, share=1, cpus=1), command)


async def refused(address, command=QUICK):
    """What is said to who may not join."""
    with pytest.raises(OSError, match=r"\A[^\n]+\Z") as error:
        await executor_at(address, command).start()
    assert TOKEN not in str(error.value)
    return str(error.value)


async def test_no_token(head, set_env):
    set_env({"RAY_AUTH_MODE": "token"})
    assert (
        await refused(head[0])
        == f"RAY_AUTH_MODE is token, but there is no token for the Ray cluster at {head[0]}: {PLACE}"
    )


@pytest.mark.parametrize(
    "env",
    [
        {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "another" + TOKEN},
        {"RAY_AUTH_TOKEN": TOKEN},  # which Ray then keeps to itself
        {"RAY_AUTH_MODE": "tokens", "RAY_AUTH_TOKEN": TOKEN},
        {},
    ],
    ids=["wrong", "no mode", "a mode that is none", "nothing"],
)
async def test_a_wrong_token_or_none_that_is_shown(head, set_env, env):
    set_env(env)
    said = f"the Ray cluster at {head[0]} refuses this machine's token: set RAY_AUTH_MODE=token, and {PLACE}"
    assert await refused(head[0]) == said


async def test_another_version_of_ray(head, set_env):
    set_env({"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN})
    assert await refused(head[0], ("-c", OTHER_RAY)) == (
        f"the Ray cluster at {head[0]} runs Ray {ray.__version__} with Python {PYTHON}, "
        f"this machine Ray 2.59.0 with Python {PYTHON}: both must be the same"
    )


async def test_a_node_that_lacks_a_package(head, set_env):
    """It has joined, by the token in a variable."""
    set_env({"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN})
    executor = executor_at(head[0], ("-c", LACKING_PACKAGE))
    await executor.start()
    try:
        with pytest.raises(WorkerDied, match=r"\A[^\n]*: No module named 'a_package_that_this_node_lacks'\Z"):
            await paint(executor)
    finally:
        await executor.aclose()


async def test_no_cluster(set_env):
    address = f"127.0.0.1:{free_port()}"
    assert await refused(address) == f"there is no Ray cluster at {address}: [Errno 111] Connection refused"


def test_the_check_paints_on_the_cluster_from_whichever_folder(head, tmp_path):
    """By the token in its home."""
    address, home = head
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **ONE_THREAD, "HOME": str(home)}
    env |= {"EXECUTOR": "ray", "RAY_AUTH_MODE": "token", "RAY_ADDRESS": address, "STYLER_DEVICE": "cpu"}
    command = [sys.executable, "-m", "bot", "--check"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    said = "ok     Ray cluster: 1 at once, on the CPU; each painted a small picture"
    assert done.stdout.splitlines()[-1] == said
