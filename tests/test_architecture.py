"""The rules of the house, held by reading the code."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILES = sorted(path.relative_to(ROOT) for folder in ("bot", "styler") for path in (ROOT / folder).rglob("*.py"))
CHILD = Path("bot/executors/painter.py")  # runs in a process of its own, and paints


def imports(file):
    """The full names of the modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences(files, *forbidden):
    return [
        f"{file} imports {name}"
        for file in files
        for name in imports(file)
        if any(f"{name}.".startswith(f"{module}.") for module in forbidden)
    ]


def within(folder):
    return [file for file in FILES if file.is_relative_to(folder)]


def test_the_styler_knows_nothing_of_bots():
    assert not offences(
        within("styler"), "bot", "telegram", "aiosqlite", "asyncio", "multiprocessing", "ray", "aiohttp"
    )


def test_the_bot_uses_only_the_light_part_of_the_styler():
    files = [file for file in within("bot") if file != CHILD]
    light = ("styler.settings", "styler.gallery", "styler.events")
    used = {name for file in files for name in imports(file) if name.startswith("styler")}
    assert used, "this test looks at nothing"
    assert not [name for name in used if not name.startswith(light)]
    assert not offences(files, "torch", "torchvision")


def test_the_bot_s_process_never_loads_torch_nor_ray_unasked():
    code = "import sys, bot.app, bot.__main__, bot.demo.service; sys.exit(bool({'torch', 'ray'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_painting_loads_neither_torchvision_nor_the_compiler():
    code = "import sys, styler.film; sys.exit(bool({'torchvision', 'torch._dynamo'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_sql_lives_in_the_store():
    words = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA ")
    allowed = {Path("bot/store.py"), Path("bot/database.py")}
    for file in set(FILES) - allowed:
        texts = [n.value for n in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(n, ast.Constant)]
        assert not [t for t in texts if isinstance(t, str) and t.startswith(words)], file
    assert not offences(allowed, "telegram", "torch", "styler.paint", "styler.gallery")


def test_executors_know_bytes_settings_and_events():
    rest_of_the_bot = ("bot.jobs", "bot.store", "bot.handlers", "bot.messages", "bot.screen", "bot.texts")
    assert not offences(within("bot/executors"), "telegram", *rest_of_the_bot)


def test_ray_is_for_its_driver_only():
    assert not offences([file for file in FILES if file != Path("bot/executors/ray_driver.py")], "ray")


def test_handlers_never_download_or_paint():
    files = within("bot/handlers")
    assert files
    assert not offences(files, "bot.executors", "styler.paint")
    text = "".join((ROOT / file).read_text() for file in files)
    assert not [word for word in ("get_file", "download", "executor.paint") if f"{word}(" in text]


def test_the_environment_is_read_in_one_place():
    readers = {str(f) for f in FILES for name in imports(f) if name in ("os.environ", "os.getenv")}
    for file in FILES:
        for node in ast.walk(ast.parse((ROOT / file).read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
                readers.add(str(file))
    assert readers <= {"bot/config.py"}


@pytest.mark.parametrize("file", [f for f in FILES if f.name != "__main__.py"], ids=str)
def test_nobody_prints_but_main(file):
    calls = [node for node in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


def test_losses_are_pure():
    tree = ast.parse((ROOT / "styler/losses.py").read_text())
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef | ast.Global | ast.Nonlocal)]
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & {"item", "to", "cuda", "cpu", "tolist"}


@pytest.mark.parametrize("folder", ["styler", "bot"])
def test_the_readme_gives_each_file_a_sentence(folder):
    table = (ROOT / "README.md").read_text().split(f"\n**{folder}** – ")[1].split("\n\n**")[0]
    told = {name.rstrip("/") for row in table.splitlines() for name in re.findall("`([^`]+)`", row.split(" | ")[0])}
    there = {path.name for path in (ROOT / folder).iterdir() if path.name[0] not in "_."}
    assert there - {"fonts", "pictures"} <= told
    assert told <= there | {"__main__.py"}
