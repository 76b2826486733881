"""Painting processes with faults: `python -m tests.torture.painter real|quick|unfit`, in place of the bot's own.

The colour of the photo's top left pixel chooses the fault. Magenta: the GPU is lost at each try. Yellow: there is not
enough memory above `ENOUGH` pixels. Cyan: the process is killed. Red: the painting never ends. All other photos are
painted: `real` by the engine, `quick` as their negative, and clips as they came. `unfit` ones cannot get ready.
"""

import asyncio
import io
import os
import signal
import sys
import time

from PIL import Image, ImageOps

from bot.executors import local
from bot.executors.local import LocalExecutor
from styler.events import OutOfMemory, Progress, Result
from styler.settings import Settings
from tests.support.fakes import encode
from tests.support.shallow import SHALLOW

ENOUGH = 300
NAMES = {(1, 0, 1): "magenta", (1, 1, 0): "yellow", (0, 1, 1): "cyan", (1, 0, 0): "red"}


def fragile(kind: str, slots: int) -> LocalExecutor:
    """An executor whose child processes run this module. Silent `quick` ones are replaced sooner than the bot's own."""
    asyncio.create_subprocess_exec = started_instead(kind)
    if kind == "quick":
        local.SILENT_SECONDS = 3.0
    return LocalExecutor(slots, Settings(size=64, **SHALLOW))


def started_instead(kind: str):
    """In place of `asyncio.create_subprocess_exec`: starts this module, whichever program was asked for."""
    start = asyncio.create_subprocess_exec

    async def start_ours(program, *arguments, **more):
        return await start(program, "-m", "tests.torture.painter", kind, **more)

    return start_ours


def corner(content: bytes) -> str | None:
    with Image.open(io.BytesIO(content)) as image:
        pixel = image.convert("RGB").getpixel((0, 0))
    if any(30 < value < 225 for value in pixel):
        return None
    return NAMES.get(tuple(int(value > 127) for value in pixel))


def hurt(content: bytes, settings: Settings):
    """Cause the fault that this photo stands for."""
    match corner(content):
        case "magenta":
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        case "yellow" if settings.size > ENOUGH:
            raise OutOfMemory("there is not enough memory for a picture of this size")
        case "cyan":
            os.kill(os.getpid(), signal.SIGKILL)
        case "red":
            while True:
                yield Progress(1, 1000, 1.0, 0.001, 1000.0)
                time.sleep(0.05)


def quick(content: bytes, style: bytes, settings: Settings):
    with Image.open(io.BytesIO(content)) as image:
        photo = ImageOps.invert(image.convert("RGB"))
    yield Progress(1, 1, 1.0, 1.0, 0.0)
    yield Result(encode(photo), *photo.size, loss=1.0)


def quick_clip(content: bytes, style: bytes, settings: Settings, checkpoint: bytes):
    from tests.support.clips import shown_again  # which loads numpy and FFmpeg, and few painters are shown clips

    yield from shown_again(content, settings, checkpoint)


def unfit(work: object) -> None:
    raise RuntimeError("the weights cannot be loaded")


def unhurried(paint):
    """Clips take their time however small they are, so that a test can come between two frames."""

    def paint_slowly(*arguments):
        for event in paint(*arguments):
            yield event
            time.sleep(0.15)

    return paint_slowly


def main(kind: str) -> None:
    from bot.executors import worker

    if kind == "real":
        from styler import paint_clip as clip_engine
        from styler import paint_photo as engine
        from styler.video import checkpoint

        checkpoint.SECONDS = 1.0
        paint = engine.paint
        paint_clip = clip_engine.paint_clip_bytes
    else:
        # The real protocol, without the seconds that loading torch takes.
        engine, clip_engine = (type(sys)(f"styler.{name}") for name in ("paint_photo", "paint_clip"))
        sys.modules |= {module.__name__: module for module in (engine, clip_engine)}
        worker.warm_up = unfit if kind == "unfit" else lambda work: None
        worker.arithmetic_of = lambda work: ""
        worker.release_memory = lambda: None
        paint, paint_clip = quick, quick_clip

    def fragile_paint(content, style, settings):
        yield from hurt(content, settings)
        yield from paint(content, style, settings)

    engine.paint = fragile_paint
    clip_engine.paint_clip_bytes = unhurried(paint_clip)
    worker.Worker().run()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    main(sys.argv[1])
