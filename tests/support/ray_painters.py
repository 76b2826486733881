"""Painters for a Ray cluster's workers, and the driver that has them. Each worker loads this module: so nothing here
loads the bot.
"""

import io
import os
import time
from collections.abc import Iterator

from PIL import Image

from bot.executors import ray_driver
from bot.executors.protocol import Failed, PaintTask
from styler.events import BadImage, Event, PaintError, Progress, Result
from tests.support.fakes import encode, painted


def quick(order: PaintTask) -> Iterator[Event | Failed]:
    """Half a second for the negative."""
    with Image.open(io.BytesIO(order.content)) as image:
        photo = image.convert("RGB")
    for step in range(1, 11):
        time.sleep(0.05)
        yield Progress(step, 10, 1.0, step / 10, (10 - step) * 0.05)
    yield Result(encode(painted(photo, order.styles, order.settings)), *photo.size, loss=1.0)


def whimsical(order: PaintTask) -> Iterator[Event | Failed]:
    """As the 'photo' says. The 'painting', or what a lost one says, is the worker's process id."""
    match order.content:
        case b"bad":
            yield Failed(BadImage("unreadable", "this is no picture"))
        case b"lost":
            yield from ray_driver.leave_if_lost([Failed(PaintError(str(os.getpid())), lost=True)])
        case b"dies":
            os._exit(9)
        case b"breaks":
            raise ValueError("a bug")
        case b"stubborn":
            yield Progress(1, 2, 1.0, 0.5, 1.0)
            while True:
                try:
                    time.sleep(0.1)
                except KeyboardInterrupt:
                    continue
        case b"endless":
            while True:
                yield Progress(1, 2, 1.0, 0.5, 1.0)
                time.sleep(0.1)
        case b"nothing":
            return
    yield Result(str(os.getpid()).encode(), 1, 1, loss=1.0)


def hasty(order: PaintTask) -> Iterator[Event | Failed]:
    """The engine, which tells of a clip so far as soon as it can."""
    from styler.video import checkpoint

    checkpoint.SECONDS = 0.5
    yield from ray_driver.paint_here(order)


def driver(painter: str) -> tuple[str, str]:
    """The arguments that start Ray's driver with this painter."""
    return "-c", f"from tests.support.ray_painters import drive, {painter}; drive({painter})"


def drive(painter: ray_driver.Paint) -> None:
    if painter is whimsical:  # the others may take longer for a step, where the machine is busy
        ray_driver.STUCK_SECONDS = 1.0
    ray_driver.main(painter)
