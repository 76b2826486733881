"""Time that the tests of the stand-in hold in their hands."""

import pytest

from tests.support.demo import HandClock


@pytest.fixture
def clock():
    return HandClock()
