"""How bad input is reported: one line, exit status 2."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class BadInput(Exception):
    """What was asked for cannot be done. `str()` is one clear line."""


@contextlib.contextmanager
def bad_input() -> Iterator[None]:
    """What is wrong with a file, a setting, a picture, a gallery, a device or the weights, as one line."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error
    except ValueError as error:
        raise BadInput(str(error)) from error
