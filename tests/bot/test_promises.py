"""The bot's promises, in a short form. `make torture` proves the same with the full counts."""

import pytest

from bot.demo.telegram import condition
from tests.torture.promises import PROMISES


@pytest.mark.timeout(900)  # by their own limits the proofs end sooner
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
async def test_promise(promise, monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", 1.0)  # the proofs wait long by themselves
    tally = await promise.proof(**promise.short)
    print(tally)
    assert tally.violations == []
    assert tally.counted.total() > 0, "nothing was looked at"
