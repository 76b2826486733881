"""The rules of the house, held by reading the code. Those of the imports are contracts of import-linter, in
pyproject.toml, which `make check` checks.
"""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.source_code import FILES, imports, tree


def test_the_bot_s_process_never_loads_torch_nor_ray_unasked():
    code = "import sys, bot.app, bot.__main__, bot.demo.service; sys.exit(bool({'torch', 'ray'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_painting_loads_neither_torchvision_nor_the_compiler():
    code = "import sys, styler.paint_clip; sys.exit(bool({'torchvision', 'torch._dynamo'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s(OR\s\w+\s)?INTO|UPDATE\s\w+\sSET|DELETE\sFROM|PRAGMA|CREATE\s\w+|ALTER\sTABLE)\s"
    r"|^\s*(FROM|WHERE|JOIN|VALUES|ORDER BY|GROUP BY|LIMIT)\s",
    re.DOTALL,
)


def sql(file):
    """The pieces of SQL among a file's strings, those of f-strings too."""
    nodes = ast.walk(tree(file))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [text for text in texts if SQL.search(text)]


def test_sql_lives_in_the_storage():
    found = {file for file in FILES if sql(file)}
    assert found, "this test looks at nothing"
    assert {str(file.parent) for file in found} == {"bot/storage"}


def test_tests_close_the_databases_that_they_open():
    """sqlite3's `with` does not, and Python 3.13 warns of it; `open_beside` does."""
    helper = ROOT / "tests/support/sqlite.py"
    assert "sqlite3.connect(" in helper.read_text()
    others = [path for path in (ROOT / "tests").rglob("*.py") if path not in (helper, Path(__file__))]
    assert not [path for path in others if "sqlite3.connect(" in path.read_text()]


def test_handlers_ask_telegram_for_no_files():
    calls = {
        node.attr
        for file in FILES
        if file.is_relative_to("bot/handlers")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute)
    }
    assert "callback_query" in calls, "this test looks at nothing"
    assert not calls & {"get_file", "download", "download_as_bytearray", "download_to_drive"}


def test_the_environment_is_read_in_one_place():
    readers = {str(f) for f in FILES for name in imports(f) if name in ("os.environ", "os.getenv")}
    for file in FILES:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
                readers.add(str(file))
    # The engine compiles its kernel by the compiler, and into the cache, that the user names to all programs.
    assert readers <= {"bot/config.py", "styler/engine/kernel.py"}, readers


def test_losses_are_pure():
    losses = tree("styler/engine/losses.py")
    assert not [n for n in ast.walk(losses) if isinstance(n, ast.ClassDef | ast.Global | ast.Nonlocal)]
    attributes = {node.attr for node in ast.walk(losses) if isinstance(node, ast.Attribute)}
    assert not attributes & {"item", "to", "cuda", "cpu", "tolist"}


PACKAGES = sorted({file.parent for file in FILES})


@pytest.mark.parametrize("folder", PACKAGES, ids=str)
def test_the_docstring_of_each_folder_is_its_map(folder):
    docstring = ast.get_docstring(tree(folder / "__init__.py")) or ""
    entries = re.findall(r"^- .*(?:\n  .*)*", docstring, re.MULTILINE)
    named = {name.rstrip("/") for entry in entries for name in re.findall(r"`([\w/]+)`", entry)}
    modules = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__", "__main__"}
    packages = {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}
    assert modules | packages <= named, "not every file has its entry"


def test_no_test_module_imports_another():
    """What two of them need is in tests/support."""
    files = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py")]
    assert len(files) > 50, "this test looks at nothing"
    found = [(str(file), name) for file in files for name in imports(file) if name.startswith("tests.")]
    assert not [(file, name) for file, name in found if "test_" in name or name.startswith("tests.conftest")]


def classes(file):
    return [node for node in ast.walk(tree(file)) if isinstance(node, ast.ClassDef)]


def test_no_two_public_classes_have_one_name():
    """One word for one thing, so that a search finds it."""
    where = defaultdict(list)
    for file in FILES:
        for node in classes(file):
            if not node.name.startswith("_"):
                where[node.name].append(str(file))
    assert len(where) > 100, "this test looks at nothing"
    assert not {name: files for name, files in where.items() if len(files) > 1}


def public(file, *kinds):
    return [node.name for node in tree(file).body if isinstance(node, kinds) and not node.name.startswith("_")]


def words(name):
    """Of the name of a module or a class, in lower case and the singular: `photo_tables` has those of `PhotoTable`."""
    return {word.lower().rstrip("s") for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def test_a_module_is_named_after_its_one_class():
    """`outcomes` may hold `JobOutcomes`, as the folder is `jobs`; it may not hold `Endings`."""
    alone = {
        file: public(file, ast.ClassDef)[0]
        for file in FILES
        if len(public(file, ast.ClassDef)) == 1 and not public(file, ast.FunctionDef, ast.AsyncFunctionDef)
    }
    assert len(alone) > 50, "this test looks at nothing"
    assert not {str(file): name for file, name in alone.items() if not words(file.stem) <= words(name)}


def is_async(node):
    return isinstance(node, ast.AsyncFunctionDef)


def collaborators(node):
    """What a class is built of: the arguments of its constructor, or its fields; those with defaults left aside."""
    for one in node.body:
        if getattr(one, "name", "") == "__init__":
            return [argument.arg for argument in one.args.args[1:]][: -len(one.args.defaults) or None]
    return [one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and one.value is None]


@pytest.mark.parametrize("folder", ["chat", "executors", "handlers", "jobs", "storage", "transport"])
def test_a_constructor_takes_at_most_five_collaborators(folder):
    """This is about classes that do something; a record may have many fields."""
    files = [file for file in FILES if file.is_relative_to(Path("bot") / folder)]
    active = [one for file in files for one in classes(file) if any(map(is_async, one.body))]
    assert active, "this test looks at nothing"
    assert not {one.name: collaborators(one) for one in active if len(collaborators(one)) > 5}
