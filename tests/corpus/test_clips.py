"""Each clip of the corpus is read right: its frames, their times, colours and transparency."""

from __future__ import annotations

import pytest

from tests.corpus import clips


def test_every_kind_has_its_file_and_every_file_its_kind() -> None:
    assert {path.name for path in clips.FOLDER.iterdir()} == set(clips.KINDS)
    assert sum(path.stat().st_size for path in clips.FOLDER.iterdir()) < 1e6


@pytest.mark.parametrize("name", clips.KINDS)
def test_a_clip_is_read_right(name: str) -> None:
    came = clips.read(name)
    assert clips.is_right(name, came), came
