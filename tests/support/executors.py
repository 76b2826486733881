"""What every executor that paints with the engine must do, on one machine or in a cluster."""

import contextlib
import dataclasses
import functools
import io

from PIL import Image

from bot.executors.base import Warming
from styler.events import ClipCheckpoint, Preview, Progress, Result
from styler.settings import Settings
from tests.support import clips
from tests.support.fakes import encode
from tests.support.shallow import SHALLOW

SMALL = Settings(size=64, steps=6, format="jpeg", **SHALLOW)
# Beyond `HANG_SECONDS`, if nobody cancels it; yet its first steps, of small pictures, come soon.
LONG = Settings(size=512, enlarge=True, steps=20_000, format="jpeg", **SHALLOW)
MOVING = Settings(size=64, steps=40, format="mp4", faces=1.0, **SHALLOW)


@functools.cache
def long_clip():
    return clips.clip(frames=100)


def noise(seed, width=80, height=60):
    """A picture with something in it."""
    return encode(Image.effect_noise((width, height), 60 + seed).convert("RGB"))


async def paint(executor, settings=SMALL, content=None):
    events = executor.paint(content or noise(1), [noise(2)], settings)
    return [event async for event in events]


async def begin(executor, settings=LONG, content=None):
    """A long painting after its first step; its generator."""
    events = executor.paint(content or noise(1), [noise(2)], settings)
    assert isinstance(await first_of(events), Progress)
    return events


async def first_of(events):
    """What comes first from a warm painter."""
    while isinstance(event := await anext(events), Warming):
        pass
    return event


async def paints_in_order(executor):
    """Progress for each step, previews, and the picture at the end."""
    events = await paint(executor)
    assert [e.step for e in events if isinstance(e, Progress)] == list(range(1, 7))
    assert any(isinstance(e, Preview) for e in events)
    assert isinstance(events[-1], Result)
    with Image.open(io.BytesIO(events[-1].image)) as image:
        assert (image.format, image.size) == ("JPEG", (64, 48))


async def checkpoint(executor):
    """A long clip's painting after its first checkpoint; its generator, and the checkpoint."""
    events = executor.paint(long_clip(), [noise(2)], MOVING)
    while not isinstance(event := await anext(events), ClipCheckpoint):
        pass
    return events, event


async def goes_on_after(executor, checkpoint):
    """A painting that gets the checkpoint begins with the frame after its last."""
    async with contextlib.aclosing(executor.paint(long_clip(), [noise(2)], MOVING, checkpoint.image)) as events:
        first = await first_of(events)
        return (first.step, first.steps) == (checkpoint.frames + 1, 100)


async def blends(executor):
    """The pictures of two blends that differ by their shares alone."""
    settings = dataclasses.replace(SMALL, style_blend=(1.0, 3.0))
    results = set()
    for styles in ([noise(2), noise(9)], [noise(9), noise(2)]):
        async with contextlib.aclosing(executor.paint(noise(1), styles, settings)) as events:
            results |= {event.image async for event in events if isinstance(event, Result)}
    return results
