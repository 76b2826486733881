"""The bot's promises, in a short form. `make torture` proves the same with the full counts."""

import pytest

from tests.torture.promises import PROMISES


@pytest.mark.timeout(900)  # some wait out what Telegram makes a bot wait for
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
async def test_promise(promise):
    tally = await promise.proof(**promise.short)
    print(tally)
    assert tally.violations == []
    assert tally.counted.total() > 0, "nothing was looked at"
