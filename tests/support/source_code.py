"""The product's code, read as a tree: what it imports and defines."""

import ast
import functools

from tests.support.project import ROOT

FILES = sorted(path.relative_to(ROOT) for folder in ("bot", "styler") for path in (ROOT / folder).rglob("*.py"))


@functools.cache
def tree(file):
    return ast.parse((ROOT / file).read_text())


def imports(file):
    """The full names of the modules that a file imports, anywhere in it."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
