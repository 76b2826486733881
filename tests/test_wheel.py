"""The wheel, as somebody installs it who has no checkout: built by way of the sdist, and used from another folder."""

import asyncio
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile

import pytest

from tests.support.bot_process import ONE_THREAD, BotUnderTest
from tests.support.chat import finished, opened
from tests.support.fakes import photo
from tests.support.project import ROOT
from tests.support.shallow import SHALLOW_ENV

# The build system that pyproject.toml names, which is one of the libraries for the tests. But nothing is compressed,
# which takes ten times as long as all else.
HATCHLING = """
import sys, zlib
deflate = zlib.compressobj
zlib.compressobj = lambda level, *more: deflate(0, *more)
from hatchling.cli import hatchling
sys.exit(hatchling())
"""


def built(target, source, folder):
    subprocess.run([sys.executable, "-c", HATCHLING, "build", "-t", target, "-d", folder], cwd=source, check=True)
    [file] = folder.iterdir()
    return file


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    with tarfile.open(built("sdist", ROOT, tmp_path_factory.mktemp("sdist"))) as sdist:
        sdist.extractall(source, filter="data")
    [unpacked] = source.iterdir()
    return built("wheel", unpacked, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """The folder of the commands, in an environment with this one's libraries and without the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin/python"
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-config"]
    subprocess.run([*install, "--python", python, wheel], check=True)
    [libraries] = folder.glob("lib/python*/site-packages")
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin"


@pytest.fixture
def elsewhere(tmp_path):
    """A folder with a `bot` that is not ours."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "bot.py").write_text("raise SystemExit('this is another bot')")
    return folder


def run(command, folder, **environment):
    return subprocess.run(
        command, cwd=folder, env=ONE_THREAD | environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_has_names_that_nobody_else_has_and_all_that_the_code_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"styler", "painter_bot"}
    tracked = subprocess.run(["git", "ls-files", "bot", "styler"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = tracked.stdout.splitlines()
    assert len(files) > 100
    assert {re.sub("^bot/", "painter_bot/bot/", file) for file in files} <= names


def test_the_wheel_requires_what_the_project_does(wheel):
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = archive.read(name).decode()
    required = re.findall(r"^Requires-Dist: ([^;\s]+)$", metadata, re.MULTILINE)
    wanted = re.findall(r"^([a-z][\w.-]*==[^\s;]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert sorted(required) == sorted(wanted)
    for extra, library in (("ray", "ray"), ("socks", "socksio")):
        assert re.findall(rf"^Requires-Dist: {library}==\S+; extra == '{extra}'$", metadata, re.MULTILINE)
    assert "Requires-Python: <3.15,>=3.11\n" in metadata


def test_the_styler_paints(installed, elsewhere):
    listed = run([installed / "styler", "--list"], elsewhere)
    assert "great-wave" in listed.stdout, listed.stderr
    (elsewhere / "photo.jpg").write_bytes(photo("teal"))
    painted = run([installed / "styler", "photo.jpg", "wave", "out.png", "--size", "64", "--steps", "4"], elsewhere)
    assert (painted.returncode, painted.stdout, painted.stderr) == (0, "", "")
    assert (elsewhere / "out.png").read_bytes().startswith(b"\x89PNG")


def test_python_code_gets_the_styler_without_torch(installed, elsewhere):
    code = "import sys; from styler import Settings, BadImage; Settings(); sys.exit('torch' in sys.modules)"
    assert run([installed / "python", "-c", code], elsewhere).returncode == 0
    wrong = run([installed / "python", "-c", "import styler; styler.pant"], elsewhere)
    assert "module 'styler' has no attribute 'pant'" in wrong.stderr


def test_the_bot_says_what_is_wrong_with_its_configuration(installed, elsewhere):
    refused = run([installed / "painter-bot"], elsewhere, TELEGRAM_BOT_TOKEN="nonsense")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert refused.stderr.startswith("TELEGRAM_BOT_TOKEN")


def test_the_bot_checks_what_it_would_use(installed, elsewhere):
    before = sorted(elsewhere.iterdir())
    chosen = {"STYLER_DEVICE": "cpu", "PAINTERS": "1", **SHALLOW_ENV}
    checked = run([installed / "painter-bot", "--check"], elsewhere, **chosen)
    assert (checked.returncode, checked.stderr) == (0, "")
    telegram, *others, painters = (line for line in checked.stdout.splitlines() if line.startswith("ok "))
    assert telegram == "ok     Telegram: there is no TELEGRAM_BOT_TOKEN, so the demo chat would start"
    assert len(others) == 2, checked.stdout
    assert painters == "ok     painters: 1 at once, on the CPU; each painted a small picture"
    assert sorted(elsewhere.iterdir()) == before, "nothing is left behind"


class InstalledBot(BotUnderTest):
    """The command of the wheel."""

    async def launch(self, env):
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(*self.command, env=env, cwd=self.folder, stdout=log, stderr=log)


async def test_the_bot_paints(installed, elsewhere, server, ann, tmp_path):
    bot = InstalledBot(server, tmp_path)
    bot.command, bot.folder = [installed / "painter-bot"], elsewhere
    bot.env = {"STYLER_SIZE": "64", "STYLER_STEPS": "4", "STYLER_DEVICE": "cpu"}
    await bot.start()
    try:
        sent = ann.sends_photo(photo("teal"))
        message = await ann.chat.until(lambda chat: next(iter(chat.answers(sent)), None), within=100)
        await ann.presses(message, "Poppies")
        await ann.chat.until(lambda _: finished(message), within=100)
        assert opened(message.photo).width == 64
        bot.process.terminate()
        assert await bot.process.wait() == 0
    finally:
        await bot.end()
