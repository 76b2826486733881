"""What the tests need of the machine beside Python."""

import os
from typing import NoReturn

import pytest


def skip_for_want_of(what: str) -> NoReturn:
    """A developer's machine may lack it; in CI that is an error, so that no area of the tests vanishes unseen."""
    if os.environ.get("CI"):
        pytest.fail(f"this machine has no {what}, and in CI nothing is skipped", pytrace=False)
    pytest.skip(f"this machine has no {what}")
