"""The file that a painting is written to: checked before it is painted, and replaced in one move once it is whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from styler.cli.errors import BadInput
from styler.events import PaintError


def check_writable(out: Path, *sources: Path) -> None:
    """Find out now, and not after minutes of painting, whether `out` can be written."""
    if out.exists():
        if not out.is_file():
            raise BadInput(f"{out}: it is not a file that can be written over")
        if any(out.samefile(source) for source in sources):
            raise BadInput(f"{out}: it is one of the pictures to paint from; choose another name")
        if not os.access(out, os.W_OK):
            raise BadInput(f"{out}: it is write-protected")
    part = _part(out)
    try:
        part.touch(exist_ok=False)
    except OSError as error:
        raise BadInput(f"{out}: it cannot be written: {error.strerror}") from error
    part.unlink()


def _part(out: Path) -> Path:
    # In the same folder as `out`: only within one file system can a file replace another in one move.
    # Not by resolve(), which raises a RuntimeError for links that lead in a circle.
    return Path(os.path.realpath(out)).with_name(f".styler-{secrets.token_hex(8)}.part")


@contextlib.contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A file to write to, with the permissions of `out` if there is one. It replaces `out` at the end; after any error
    it is deleted, and `out` is as before.
    """
    part = _part(out)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on there is something to tidy up
    try:
        _begin(part, out)
        yield part
        part.replace(os.path.realpath(out))
    except OSError as error:
        named = error.filename not in (None, str(part))
        raise PaintError(f"{error.filename if named else out}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _begin(part: Path, out: Path) -> None:
    """Before anything is in it: what others may not read is never there to be read."""
    if out.exists():
        part.touch(mode=0o600)
        with contextlib.suppress(OSError):  # a file system without permissions, of a camera's card say
            shutil.copymode(out, part)
