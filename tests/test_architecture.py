"""The rules of the house, held by reading the code."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT

FILES = sorted(path.relative_to(ROOT) for folder in ("bot", "styler") for path in (ROOT / folder).rglob("*.py"))
CHILD = Path("bot/executors/worker.py")  # runs in a process of its own, and paints


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
    code = "import sys, styler.paint_clip; sys.exit(bool({'torchvision', 'torch._dynamo'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_sql_lives_in_the_store():
    words = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA ")
    allowed = {Path("bot/storage/store.py"), Path("bot/storage/database.py")}
    for file in set(FILES) - allowed:
        texts = [n.value for n in ast.walk(ast.parse((ROOT / file).read_text())) if isinstance(n, ast.Constant)]
        assert not [t for t in texts if isinstance(t, str) and t.startswith(words)], file
    assert not offences(allowed, "telegram", "torch", "styler.paint_photo", "styler.gallery")


def test_tests_close_the_databases_that_they_open():
    """sqlite3's `with` does not, and Python 3.13 warns of it; `open_beside` does."""
    helper = ROOT / "tests/support/sqlite.py"
    assert "sqlite3.connect(" in helper.read_text()
    others = [path for path in (ROOT / "tests").rglob("*.py") if path not in (helper, Path(__file__))]
    assert not [path for path in others if "sqlite3.connect(" in path.read_text()]


def test_executors_know_bytes_settings_and_events():
    rest_of_the_bot = (
        "bot.storage.models",
        "bot.storage.store",
        "bot.handlers.routes",
        "bot.chat.message_editor",
        "bot.chat.job_message",
        "bot.i18n.texts",
    )
    assert not offences(within("bot/executors"), "telegram", *rest_of_the_bot)


def test_ray_is_for_its_driver_only():
    assert not offences([file for file in FILES if file != Path("bot/executors/ray_driver.py")], "ray")


def test_handlers_never_download_or_paint():
    files = within("bot/handlers")
    assert files
    assert not offences(files, "bot.executors.base", "styler.paint_photo")
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
    tree = ast.parse((ROOT / "styler/engine/losses.py").read_text())
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef | ast.Global | ast.Nonlocal)]
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & {"item", "to", "cuda", "cpu", "tolist"}


PACKAGES = sorted({file.parent for file in FILES})


@pytest.mark.parametrize("folder", PACKAGES, ids=str)
def test_the_docstring_of_each_folder_is_its_map(folder):
    docstring = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text())) or ""
    entries = re.findall(r"^- .*(?:\n  .*)*", docstring, re.MULTILINE)
    named = {name.rstrip("/") for entry in entries for name in re.findall(r"`([\w/]+)`", entry)}
    modules = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__", "__main__"}
    packages = {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}
    assert modules | packages <= named, "not every file has its entry"
