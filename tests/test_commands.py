"""Every command: `--help` says what it does, and nothing is done; what it does not understand is one line, status 2."""

import contextlib
import io
import os
import re
import runpy
import subprocess
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.support.forks import FORKS
from tests.support.project import ROOT

# Processes that others start, with arguments that nobody types.
PARTS = {
    "bot.executors.worker",
    "tests.support.quick_bot",
    "tests.support.ray_bot",
    "tests.support.thawed_bot",
    "tests.torture.painter",
}
# The one stands alone in the image that compiles it; the other needs libraries that are not among ours.
PARTS |= {"styler.engine.kernel", "tests.styler.image.make_corpus"}


def modules():
    """All that can be run by `python -m`."""
    search = ["git", "grep", "-l", "-e", '^if __name__ == "__main__"', "--", "*.py", ":!deploy"]
    files = subprocess.run(search, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted({re.sub(r"(/__main__)?\.py$", "", file).replace("/", ".") for file in files} - PARTS)


MODULES = modules()


def run(module, argument):
    """Its exit status, what it says on stdout, and on stderr."""
    said, complained = io.StringIO(), io.StringIO()
    sys.argv = [module, argument]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            status = 0
        except SystemExit as exit:
            status = exit.code
    return status, said.getvalue(), complained.getvalue()


def run_all(folder):
    """In a process of their own; one for all of them, since loading torch takes seconds."""
    warnings.simplefilter("ignore", RuntimeWarning)  # runpy's, of modules that others have imported
    os.chdir(folder)
    return {(module, argument): run(module, argument) for module in MODULES for argument in ("--help", "--nonsense")}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands")
    with ProcessPoolExecutor(1, mp_context=FORKS) as pool:
        answers = pool.submit(run_all, folder).result()
    assert list(folder.iterdir()) == []
    return answers


def test_they_are_found():
    assert {"bot", "bot.demo", "bot.i18n", "styler", "tests.benchmarks.engine", "tests.torture"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_it_helps(answers, module):
    status, said, complained = answers[module, "--help"]
    assert (status, complained) == (0, "")
    assert re.match("usage: ", said)
    assert len(said.splitlines()) > 3


@pytest.mark.parametrize("module", MODULES)
def test_it_does_not_guess(answers, module):
    status, said, complained = answers[module, "--nonsense"]
    assert (status, said) == (2, "")
    assert re.fullmatch(r".+; see --help\n", complained)
