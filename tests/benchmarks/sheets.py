"""Galleries made of one's own photo: python -m tests.benchmarks.sheets truth | time | crowd.

truth     for each photo and painting: is the cell's style nearest to its own painting's? By Gram matrices of layers
          that no optimisation uses, at the size at which cells are painted and at the size at which they are shown.
time      the real bot and its real painter: from 'send' to the own sheet, for a photo of 1280 pixels, one at a time;
          what a sheet costs the painter, and its bytes.
crowd     ten people send at once, and one presses: when does that painting begin, with and without sheets, in turns?
"""

from __future__ import annotations

import styler.engine.runtime  # noqa: F401  # isort: skip  (first: it sets how torch's threads wait)
import asyncio
import contextlib
import io
import os
import statistics
import time
from collections.abc import Iterator, Sequence

import numpy as np
import psutil
from PIL import Image

from bot.demo.telegram.pictures import photo_sizes
from styler.argument_parser import ArgumentParser
from styler.engine.losses import gram_matrix
from styler.engine.runtime import tune_process
from styler.events import Result
from styler.gallery import Painting, load_gallery
from styler.gallery.contact_sheet import CELL, COLUMNS, GAP, LABEL
from styler.image.codec import Pixels, resize, scaled
from styler.paint_photo import style_pixels, to_tensor
from styler.paint_sheet import SIZE, paint_sheet
from styler.settings import Settings
from tests.benchmarks import kit
from tests.torture.kit import STYLE, bot_at_work, order, percentile

PHOTOS = ("astronaut", "chelsea", "coffee", "palace")
PATIENCE = 120.0
EDGE = 1280  # pixels: what Telegram keeps of a photo


# truth


def truth(sizes: Sequence[int]) -> None:
    paintings = [painting for painting in load_gallery() if painting.blends]
    styles = {size: [_grams(_style(painting, size)) for painting in paintings] for size in sizes}
    for name in PHOTOS:
        began = os.times()
        sheet = _sheet((kit.PHOTOS / f"{name}.jpg").read_bytes())
        worked = os.times().user - began.user
        cells = list(_cells(sheet))[: len(paintings)]
        print(f"{name:10} {worked:.1f} s of user CPU, {len(sheet) / 1000:.0f} kB", end="")
        for size in sizes:
            nearest = [_nearest(_scaled(cell, size), styles[size]) for cell in cells]
            wrong = [f"{paintings[i].name} as {paintings[j].name}" for i, j in enumerate(nearest) if i != j]
            print(f"; at {size}: {len(cells) - len(wrong)} of {len(cells)} {', '.join(wrong)}", end="", flush=True)
        print()


def _sheet(photo: bytes) -> bytes:
    paintings = load_gallery()
    *_, last = paint_sheet(photo, paintings, [painting.label for painting in paintings], Settings())
    assert isinstance(last, Result)
    return last.image


def _cells(sheet: bytes) -> Iterator[Pixels]:
    image = Image.open(io.BytesIO(sheet)).convert("RGB")
    for number in range(len(load_gallery())):
        x, y = GAP + number % COLUMNS * (CELL[0] + GAP), GAP + number // COLUMNS * (CELL[1] + LABEL)
        yield np.asarray(image.crop((x, y, x + CELL[0], y + CELL[1])))


def _style(painting: Painting, size: int) -> Pixels:
    """At its scale for a cell of this size, as `styler.engine.transfer.scaled_style` has it."""
    scale = float(painting.tuning.get("style_scale", 1.0))
    pixels = style_pixels(painting.path.read_bytes(), Settings(size=size, style_scale=scale))
    height, width = pixels.shape[:2]
    return resize(pixels, *scaled(width, height, scale * size / max(width, height)))


def _scaled(cell: Pixels, size: int) -> Pixels:
    return resize(cell, *scaled(*CELL, size / max(CELL)))


def _grams(pixels: Pixels) -> dict:
    features = kit.network()(to_tensor(pixels), kit.HELD_OUT)
    return {layer: gram_matrix(output) for layer, output in features.items()}


def _nearest(cell: Pixels, styles: Sequence[dict]) -> int:
    own = _grams(cell)
    distances = [sum(float((own[at] - gram).norm() / gram.norm()) for at, gram in each.items()) for each in styles]
    return int(np.argmin(distances))


# time


async def seconds_to_sheet(photos: int) -> None:
    async with _bot(PREVIEWS="on", STYLER_SIZE="256") as bot:
        [painter] = psutil.Process(bot.process.pid).children(recursive=True)
        waits, work = [], []
        for number in range(photos):
            ann = bot.world.person(f"Ann {number}")
            before, began = _worked(painter), time.monotonic()
            sent = ann.sends_media(bot.world.files.photo(photo_sizes(_photo(number), limits=False)))
            await ann.chat.until(lambda chat, s=sent: chat.answers(s), PATIENCE)
            [gallery] = ann.chat.answers(sent)
            await ann.chat.until(lambda _, g=gallery: len(g.versions) > 1, PATIENCE)
            waits.append(time.monotonic() - began)
            work.append(_worked(painter) - before)
    print(f"'send' to the own sheet, {photos} photos of {EDGE} pixels; the first: {waits[0]:.2f} s")
    print(f"  p50 {statistics.median(waits):.2f} s, p95 {percentile(waits, 0.95):.2f} s, most {max(waits):.2f} s")
    print(f"  the painter's user CPU a sheet: median {statistics.median(work):.2f} s", flush=True)


@contextlib.asynccontextmanager
async def _bot(**settings):
    """As an operator runs it, with its painter warm."""
    async with bot_at_work(start=False, **settings) as bot, asyncio.timeout(600):
        bot.command = ["-m", "bot"]
        await bot.until_polling()
        warm = order(bot.world.person("First"), "teal")
        await warm.choose()
        await warm.sent.chat.until(lambda _: warm.paintings, PATIENCE)
        yield bot


def _worked(process: psutil.Process) -> float:
    return process.cpu_times().user


def _photo(number: int) -> bytes:
    """One of the photos, at Telegram's size, each a little different."""
    with Image.open(kit.PHOTOS / f"{PHOTOS[number % len(PHOTOS)]}.jpg") as image:
        scale = EDGE / max(image.size)
        large = image.convert("RGB").resize(scaled(*image.size, scale), Image.Resampling.BICUBIC)
    large.putpixel((0, 0), (number % 256, 0, 0))
    file = io.BytesIO()
    large.save(file, "JPEG", quality=87)
    return file.getvalue()


# crowd


async def crowd(rounds: int) -> None:
    found: dict[str, list[float]] = {"off": [], "on": []}
    for previews in ("off", "on") * rounds:
        found[previews].append(await _begins(previews))
        print(
            f"  previews {previews}: the painting's first progress {found[previews][-1]:.2f} s after the press",
            flush=True,
        )
    ratio = statistics.median(on / off for off, on in zip(found["off"], found["on"], strict=True))
    medians = ", ".join(f"{name} {statistics.median(times):.2f} s" for name, times in found.items())
    print(f"medians: {medians}; median of the ratios {ratio:.2f}")


async def _begins(previews: str) -> float:
    """Ten send at once; as soon as the first has a gallery, it presses. Seconds until its message shows progress."""
    async with _bot(PREVIEWS=previews, STYLER_SIZE="256") as bot:
        people = [bot.world.person(f"Person {number}") for number in range(10)]
        photos = [bot.world.files.photo(photo_sizes(_photo(number), limits=False)) for number in range(10)]
        sent = [person.sends_media(photo) for person, photo in zip(people, photos, strict=True)]
        ann, own = people[0], sent[0]
        await ann.chat.until(lambda chat: chat.answers(own), PATIENCE)
        [gallery] = ann.chat.answers(own)
        began = time.monotonic()
        ann.taps(gallery, STYLE)
        await ann.chat.until(lambda _: "%" in (gallery.now.body or ""), PATIENCE)
        return time.monotonic() - began


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.sheets", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kind = kinds.add_parser("truth")
    kind.add_argument("--sizes", type=int, nargs="+", default=[SIZE, 192, max(CELL)])
    kind = kinds.add_parser("time")
    kind.add_argument("--photos", type=int, default=20)
    kind = kinds.add_parser("crowd")
    kind.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    if chosen.kind == "truth":
        tune_process()
        truth(chosen.sizes)
    elif chosen.kind == "time":
        asyncio.run(seconds_to_sheet(chosen.photos))
    else:
        asyncio.run(crowd(chosen.rounds))


if __name__ == "__main__":
    main()
