"""The bot's promises, in a short form, of bots that are forked. `make torture` proves the same with the full counts, of
bots that are started as operators start them.
"""

import pytest

from bot.demo.telegram import condition
from tests.support.bot_process import BotUnderTest
from tests.torture import kit
from tests.torture.promises import PROMISES


@pytest.mark.timeout(900)  # by their own limits the proofs end sooner
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
async def test_promise(promise, monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", 1.0)  # the proofs wait long by themselves
    monkeypatch.setattr(kit.Bot, "launch", BotUnderTest.launch)
    tally = await promise.proof(**promise.short)
    print(tally)
    assert tally.violations == []
    assert tally.counted.total() > 0, "nothing was looked at"
