"""What is sent as a painting arrives, however large it is."""

import asyncio
import dataclasses

import numpy as np
import pytest

from bot.chat import job_media
from bot.chat.job_media import fitting
from bot.i18n import texts
from bot.storage.models import Job, JobStatus
from bot.storage.styles import Blend
from styler.events import Result
from styler.image.codec import decode, encode
from tests.support.chat import finished, gallery, opened
from tests.support.dispatching import at_work, ordered
from tests.support.fakes import QuickExecutor


def noise(width, height, channels=3):
    """What no format makes small."""
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)


def painted(format, width, height, *, transparent=False):
    alpha = noise(width, height)[..., 0] if transparent else None
    return Result(encode(noise(width, height), format, alpha), width, height, 1.0, width, height)


def job(**settings):
    return Job(
        1, 7, 7, 1, "file", Blend.parse("poppies"), settings, 2, JobStatus.RUNNING, 1, 0, 0.0, *[None] * 3, False
    )


@pytest.mark.parametrize(
    ("format", "transparent", "settings"),
    [("jpeg", False, {}), ("png", True, {}), ("png", False, {"format": "png"}), ("png", True, {"format": "png"})],
)
async def test_what_has_too_many_bytes_is_made_smaller_and_stays_what_it_is(monkeypatch, format, transparent, settings):
    monkeypatch.setattr(job_media, "MOST_PHOTO", 50_000)
    monkeypatch.setattr(job_media, "MOST_FILE", 60_000)
    large = painted(format, 300, 200, transparent=transparent)
    smaller = await fitting(job(**settings), large, local=False)
    assert 30_000 < len(smaller.image) <= (60_000 if settings else 50_000)
    found = decode(smaller.image)
    assert (found.width, found.height, found.alpha is not None) == (smaller.width, smaller.height, transparent)
    assert smaller.width / smaller.height == pytest.approx(1.5, abs=0.02)
    assert smaller.image[:4] == large.image[:4]
    assert dataclasses.replace(smaller, image=large.image, width=300, height=200) == large


async def test_what_telegram_takes_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(job_media, "MOST_FILE", 1000)
    for settings, local in (({}, False), ({"format": "png"}, True)):
        result = painted("png", 60, 40)
        assert await fitting(job(**settings), result, local=local) is result


async def test_a_photo_with_too_long_sides_is_made_smaller(monkeypatch):
    monkeypatch.setattr(job_media, "MOST_SIDES", 300)
    smaller = await fitting(job(), painted("jpeg", 300, 200), local=False)
    assert smaller.width + smaller.height <= 300
    assert decode(smaller.image).width == smaller.width


class Noisy(QuickExecutor):
    """Its paintings have more bytes than Telegram takes of a photo."""

    async def paint(self, content, styles, settings, checkpoint=b""):
        yield await asyncio.to_thread(painted, "jpeg", 2200, 2200)


async def test_a_painting_of_too_many_bytes_for_a_photo_arrives(server, tmp_path, ann):
    async with at_work(server, tmp_path, Noisy()) as (dispatcher, storage):
        storage.jobs.go_on.set()
        sent, _ = await ordered(storage, ann)
        dispatcher.notify()
        message = await gallery(ann, sent)
        await ann.chat.until(lambda _: finished(message) or texts.no_delivery() in message.now.body)
        assert finished(message)
        assert opened(message.photo).width > 1000
