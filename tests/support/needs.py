"""What the tests need of the machine beside Python."""

import importlib
import os
from types import ModuleType
from typing import NoReturn

import pytest


def skip_for_want_of(what: str) -> NoReturn:
    """A developer's machine may lack it; in CI that is an error, so that no area of the tests vanishes unseen."""
    if os.environ.get("CI"):
        pytest.fail(f"this machine has no {what}, and in CI nothing is skipped", pytrace=False)
    pytest.skip(f"this machine has no {what}", allow_module_level=True)


def needed(library: str) -> ModuleType:
    """As `pytest.importorskip`, which skips in CI, too."""
    try:
        return importlib.import_module(library)
    except ModuleNotFoundError:
        skip_for_want_of(library)
