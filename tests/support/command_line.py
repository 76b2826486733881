"""The command line, run in this process, in one of its own, or on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time

import pytest

import styler.__main__ as cli
from tests.support.hang import HANG_SECONDS
from tests.support.project import ROOT
from tests.support.shallow import SHALLOW

CAT = str(ROOT / "tests/photos/chelsea.jpg")
LAYERS = ("--content-layer", SHALLOW["content_layer"], "--style-layers", ",".join(SHALLOW["style_layers"]))
QUICK = ("--size", "64", "--steps", "4", "--device", "cpu", *LAYERS)


# In place of `python -m styler`: a clip seems to be painted, a frame in 20 ms, without the engine, whose start takes
# seconds.
WITHOUT_ENGINE = """
import runpy, time
from styler.cli import paint_invocation
from styler.events import Progress

def paint(invocation, out):
    frames = invocation.content.frames
    out.write_bytes(b"what there is so far")
    for number in range(1, frames + 1):
        yield Progress(number, frames, 1.0, number / frames, 1.0)
        time.sleep(0.02)

paint_invocation.load_engine = lambda settings: None
paint_invocation.paint_invocation = paint
runpy.run_module("styler", run_name="__main__", alter_sys=True)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "styler", *arguments], check=False, capture_output=True, text=True, cwd=ROOT
    )


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said about bad input: exactly one line, on stderr, with exit status 2."""
    try:
        status = cli.main(arguments)
    except SystemExit as exit:
        status = exit.code
    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert re.fullmatch("styler: [^\n]+\n", said.err)
    return said.err[len("styler: ") : -1]


def terminal(*arguments: str, engine: bool = True) -> tuple[subprocess.Popen[bytes], int]:
    """A process whose stderr is a terminal of 100 columns, and our end of it.

    Without the `engine`, a clip only seems to be painted.
    """
    program = ("-m", "styler") if engine else ("-c", WITHOUT_ENGINE)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen([sys.executable, *program, *arguments], stderr=theirs, cwd=ROOT)
    os.close(theirs)
    return process, ours


def read_until(terminal: int, pattern: str) -> str:
    text, end = "", time.monotonic() + HANG_SECONDS
    while not re.search(pattern, text) and time.monotonic() < end:
        try:
            text += os.read(terminal, 4096).decode()
        except OSError:  # how Linux says that the other end is closed
            break
    return text


def shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line at "$@" in a line of bash."""
    command = ["bash", "-c", line, "bash", sys.executable, "-m", "styler", *arguments]
    unbuffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=unbuffered)
