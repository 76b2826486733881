"""Promise 9: for any bytes, the real painting process answers soon, does not die, and its memory does not grow."""

import contextlib
import itertools
import random
import statistics
import struct
import time
import zlib

import psutil
from PIL import Image

from bot.executors.local import LocalExecutor
from styler.events import BadImage
from styler.settings import Settings
from tests.support.pictures import png, samples, saved
from tests.support.shallow import SHALLOW
from tests.torture.kit import Tally

SMALL = Settings(size=32, steps=1, format="jpeg", **SHALLOW)
MB = 2**20


def malformed(chance: random.Random) -> dict[str, bytes]:
    """One file of each invalid kind that people or attackers send. Each must be refused."""
    whole = chance.choice(list(samples().values()))
    moving = chance.choice(["GIF", "PNG", "WEBP"])
    frames = {"save_all": True, "append_images": [Image.new("RGB", (48, 32), "red")]}
    bomb = zlib.compress(bytes(30 * MB))
    return {
        "empty": b"",
        "text": b"Dear friend, " * chance.randint(1, 1000),
        "noise": chance.randbytes(chance.randint(1, 100_000)),
        "cut": whole[: chance.randint(0, len(whole) // 3)],
        "PDF": b"%PDF-1.7\n" + chance.randbytes(500),
        "video": struct.pack(">I4s4sI", 24, b"ftyp", b"isom", 512) + chance.randbytes(2000),
        "zip": b"PK\3\4" + chance.randbytes(500),
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'/>",
        "1x1": saved(Image.new("RGB", (1, 1)), "PNG"),
        "a line": saved(Image.new("L", (10_000, chance.randint(1, 15))), "PNG"),
        "bomb": png(60_000, 60_000, 8, 2, []),
        "large": png(10_000, 10_000, 8, 2, []),
        "compressed bomb": png(30_000, 30_000, 1, 0, [])[:33] + bomb,
        "moving": saved(Image.new("RGB", (48, 32)), moving, **frames),
        "headless": whole[chance.randint(30, 90) :],
        "only a header": png(64, 64, 8, 2, []),
        "32 bits": saved(Image.new("F", (20, 20)), "TIFF"),
        "transparent": saved(Image.new("RGBA", (20, 20)), "PNG"),
    }


def unusual() -> dict[str, bytes]:
    """Rare, but valid pictures. Each must be painted."""
    exif = Image.Exif()
    exif[0x010E] = "x" * 60_000
    image = Image.effect_noise((64, 48), 60)
    return {
        "16 bits": saved(Image.new("I;16", (32, 32), 30_000), "PNG"),
        "CMYK": saved(image.convert("CMYK"), "JPEG"),
        "huge EXIF": saved(image.convert("RGB"), "JPEG", exif=exif),
        "10000x1000": saved(Image.new("L", (10_000, 1_000), 99), "JPEG"),
    }


def fuzzed(chance: random.Random, whole: bytes) -> bytes:
    """A picture with some changed bytes, most of them near its beginning; sometimes cut off."""
    data = bytearray(whole)
    for _ in range(chance.choice((1, 1, 3, 20))):
        data[min(chance.randrange(chance.choice((64, len(data)))), len(data) - 1)] = chance.randrange(256)
    return bytes(data[: chance.choice((len(data), len(data), chance.randrange(len(data))))])


class Examiner:
    """Sends pictures to a real child process, and measures how it handles them.

    `seconds` holds the wall time and the child's CPU time of each picture (other programs also use this machine).
    """

    def __init__(self, executor, tally):
        self._executor, self._tally = executor, tally
        self.child = None
        self._style = saved(Image.effect_noise((64, 48), 60).convert("RGB"), "PNG")
        self.seconds = []

    async def shows(self, data: bytes) -> str:
        """Send a picture. Returns why it was refused; empty if it is painted."""
        began, worked, reason = time.monotonic(), self._worked(), ""
        try:
            async with contextlib.aclosing(self._executor.paint(data, [self._style], SMALL)) as events:
                await anext(events)
        except BadImage as error:
            reason = str(error)
            self._tally.expect(error.which == "content" and reason.startswith("it "), f"no good reason: {error!r}")
        self.seconds.append((time.monotonic() - began, self._worked() - worked))
        return reason

    def _worked(self) -> float:
        times = self.child.cpu_times() if self.child else None
        return times.user + times.system if times else 0.0


async def pictures(bad, damaged, shapes=200, most_per_thousand=2.0, seed=6):
    """Send malformed, unusual and fuzzed pictures to one child, one after the other.

    oneDNN creates and keeps kernels for each shape, up to 140 MB in all, so the child gets some shapes first. Then it
    must give back the memory of the largest picture, and must not grow during the fuzzed pictures.
    """
    tally, chance = Tally(), random.Random(seed)
    others = set(_children())
    executor = LocalExecutor(1, SMALL)
    await executor.start()
    try:
        examiner = Examiner(executor, tally)
        flat = [Image.new("RGBA", size, "#5a783c80") for size in ((80, 50), (8000, 5000))]
        small, large = (saved(image, "PNG", compress_level=1) for image in flat)
        for _ in range(shapes):
            await examiner.shows(saved(Image.new("RGB", (chance.randint(17, 170), chance.randint(17, 170))), "PNG"))
        at_rest = []
        for first in (small, large):
            for picture in (first, small):  # when the second begins, the memory of the first has been given back
                await examiner.shows(picture)
            [child] = set(_children()) - others
            at_rest.append(child.memory_info().rss / MB)
        tally.expect(at_rest[1] < at_rest[0] + 100, f"a large picture's memory is kept: {at_rest} MB")
        examiner.child = child
        examiner.seconds.clear()
        for name, data in unusual().items():
            tally.expect(not await examiner.shows(data), f"{name} is refused")
        while tally.counted["malformed"] < bad:
            for name, data in malformed(chance).items():
                tally.expect(await examiner.shows(data), f"{name} is taken for a picture")
                tally.counted["malformed"] += 1
        memory = await _fuzz(examiner, child, tally, chance, damaged)
        tally.expect(set(_children()) - others == {child}, "a child died")
    finally:
        await executor.aclose()
    growth = 1000 * statistics.linear_regression(*zip(*memory, strict=True)).slope
    tally.measured["resident"] = f"{at_rest[1]:.0f} to {memory[-1][1]:.0f} MB ({growth:+.2f} MB per 1,000 fuzzed)"
    tally.expect(growth < most_per_thousand, f"memory grows: {memory}")
    return _with_times(tally, examiner.seconds)


async def _fuzz(examiner, child, tally, chance, count):
    """Measure the child's memory ten times: (number of pictures, MB)."""
    memory, kinds = [], itertools.cycle(samples().values())
    for number in range(count):
        tally.counted["refused"] += bool(await examiner.shows(fuzzed(chance, next(kinds))))
        tally.counted["fuzzed"] += 1
        if (number + 1) % (count // 10) == 0:
            memory.append((number + 1, child.memory_info().rss / MB))
    return memory


def _children():
    return [p for p in psutil.Process().children() if "bot.executors.worker" in p.cmdline()]


def _with_times(tally, seconds):
    clock, worked = max(seconds)
    tally.measured |= {
        "median": f"{1000 * statistics.median(clock for clock, _ in seconds):.0f} ms",
        "slowest": f"{clock:.2f} s by the clock, {worked:.2f} s of processor time",
    }
    slow = [both for both in seconds if min(both) >= 1]
    tally.expect(not slow, f"seconds for one picture, by the clock and of processor time: {slow}")
    return tally
