"""How much one person may ask for, when requests come at once."""

import asyncio

import pytest

from bot.jobs.enqueuer import Enqueuer, QueueLimits
from bot.jobs.job_request import JobRequest
from bot.options import PaintOptions
from bot.storage.database import open_database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.storage.styles import Blend
from styler.settings import Settings

CHATS = range(8)


@pytest.fixture
async def storage(tmp_path):
    async with open_database(tmp_path) as database:
        yield Storage(database)


async def asked_at_once(storage, limits, user=7):
    """What comes of one photo in each chat."""
    enqueuer = Enqueuer(storage, PaintOptions(Settings(), 1024), limits)
    requests = [
        JobRequest([Photo(chat, user, user, "file")], Blend.parse("poppies"), IdempotencyKey.of_text(chat, user))
        for chat in CHATS
    ]
    return await asyncio.gather(*map(enqueuer.enqueue, requests))


@pytest.mark.parametrize(
    ("limits", "accepted"),
    [
        (QueueLimits(10, 10, per_day=3), 3),
        (QueueLimits(10, 10, per_day=3, exempt={7}), 8),
        (QueueLimits(10, 10), 8),
        (QueueLimits(2, 10), 2),
        (QueueLimits(10, 5), 5),
    ],
)
async def test_no_limit_is_passed_by_chats_that_ask_at_once(storage, limits, accepted):
    results = await asked_at_once(storage, limits)
    assert sum(len(result.jobs) for result in results) == accepted
    assert sum(bool(result.refused) for result in results) == len(CHATS) - accepted


async def test_the_limit_of_a_day_is_each_person_s_own_and_is_told(storage):
    for user in (7, 8):
        results = await asked_at_once(storage, QueueLimits(10, 100, per_day=3), user)
        assert sum(len(result.jobs) for result in results) == 3
        assert results[-1].refused.startswith(
            "1 photo cannot join the line. I paint at most 3 pictures a day for each person. You can go on in "
        )
