"""Painting left away, for tests of what is around it."""

from __future__ import annotations

import pytest

from styler.cli import paint_invocation
from styler.events import Result


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paint_invocation, "load_engine", lambda settings: None)
    monkeypatch.setattr(
        paint_invocation, "paint_invocation", lambda invocation, out: [Result(b"a painting", 1, 1, 0.0)]
    )
