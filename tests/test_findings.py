"""The scripts of `findings`, each about one surprise in a library or a format. They are not run here: they install what
they look at, and only tell what is so with those versions.
"""

import os
import re
import shlex
import subprocess

import pytest

from tests.support.project import ROOT

SCRIPTS = sorted((ROOT / "findings").iterdir())
INSTALL = re.compile(r'^[^#\n]*\b(?:pip|npm)"? install ((?:.*\\\n)*.*)', re.MULTILINE)
PINNED = re.compile(r"(.+(==|@))?(\d[\w.+-]*|\$\w+)")  # also by the variable of a loop


def installed(text):
    """What pip and npm are asked for, without their options."""
    for words in INSTALL.findall(text):
        plain = re.sub(r"\s\d?>+\s*\S+", "", words.replace("\\\n", " "))  # without what goes to a file
        yield from (word for word in shlex.split(plain) if not word.startswith("-"))


def test_they_are_found():
    assert len(SCRIPTS) > 100
    assert len({word for script in SCRIPTS for word in installed(script.read_text())}) > 50


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_it_says_what_it_is_about_and_looks_at_one_version_in_a_folder_of_its_own(script):
    head, _, rest = script.read_text().partition("\nset -eu")
    assert script.suffix == ".sh"
    assert os.access(script, os.X_OK)
    assert head.startswith("#!/usr/bin/env bash\n# ")
    assert all(line.startswith("#") for line in head.splitlines())
    assert [word for word in ("would guess", "Who meets it:", "Source:") if word not in head] == []
    assert "folder=$(mktemp -d)\ntrap 'rm -rf \"$folder\"' EXIT\n" in rest
    assert list(installed(rest))
    assert [word for word in installed(rest) if not PINNED.fullmatch(word)] == []
    assert not re.search(r"^\s*(import|from) (bot|styler)\b", rest, re.MULTILINE), "it goes without our code"
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
