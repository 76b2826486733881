"""`python -m tests.benchmarks.bot load|versus|presses|painters`: the load that one process of the bot can handle.

load      chats send three photos each at a steady rate, and press a button for each. A painting is two seconds of
          sleep. How soon are photos and presses answered? How much CPU time and memory does the bot's process need?
versus    the same load, in turn for the bot of this checkout and for that of another, both with the stand-in of this
          one: the ratios, medians of the rounds.
presses   100 chats press buttons while a painting runs: how long until the message has changed?
painters  paintings a minute with 1, 2 and 4 painters that sleep or (--real) compute.

Telegram's flood limits are off, except for `presses`: they are Telegram's, not the bot's. The stand-in for Telegram
runs on the same machine and needs as much CPU time as the bot.
"""

import asyncio
import contextlib
import random
import statistics
import time
from pathlib import Path

import psutil

from bot.demo.telegram.pictures import photo_sizes
from bot.i18n import texts
from styler.argument_parser import ArgumentParser
from tests.support.fakes import photo
from tests.support.project import ROOT
from tests.torture.kit import STYLE, bot_at_work, order, percentile

PATIENCE = 600.0
SECONDS = 2.0  # for a painting


def report(what: str, seconds: list[float]) -> None:
    numbers = [statistics.median(seconds), percentile(seconds, 0.95), percentile(seconds, 0.99), max(seconds)]
    shown = " ".join(f"{1000 * number:8.1f}" for number in numbers)
    print(f"  {what:34} {len(seconds):6} | ms: median, p95, p99, most {shown}", flush=True)


# load


async def load(chats: int, each: int, rate: float) -> None:
    """Send photos evenly, `rate` a second, from each person in turn."""
    limits = {"MAX_WAITING": "1000000", "MAX_WAITING_PER_USER": "100", "LOG_LEVEL": "WARNING"}
    async with bot_at_work("--slots", 2000, "--seconds", SECONDS, **limits) as bot:
        people = [bot.world.person(f"Person {number}") for number in range(chats)]
        media = bot.world.files.photo(photo_sizes(photo("teal"), limits=False))
        process = psutil.Process(bot.process.pid)
        before, worked, began = process.memory_info().rss, bot.worked(), time.monotonic()
        galleries, presses, done = [], [], []
        async with asyncio.TaskGroup() as group:
            for number in range(each * chats):
                await asyncio.sleep(began + number / rate - time.monotonic())
                person = people[number % chats]
                group.create_task(_one(person, person.sends_media(media), galleries, presses, done))
        took, worked, after = time.monotonic() - began, bot.worked() - worked, process.memory_info().rss
        assert await bot.until_rows("SELECT status, count(*) FROM jobs GROUP BY status", [("DONE", each * chats)])
    print(f"{chats} chats, {each * chats} photos at {rate:g} a second, all painted after {took:.0f} s")
    report("photo to gallery", galleries)
    report("press to its answer", presses)
    report("press to painting (2 s of it sleep)", done)
    print(
        f"  processor: {100 * worked / took:.0f} % of a core, {1000 * worked / (each * chats):.1f} ms a photo;"
        f" memory: {before / 2**20:.0f} MiB before, {after / 2**20:.0f} MiB after",
        flush=True,
    )


async def _one(person, sent, galleries, presses, done) -> None:
    clock = person.world.clock
    began = clock()
    await person.chat.until(lambda chat: chat.answers(sent), PATIENCE)
    galleries.append(clock() - began)
    [message] = person.chat.answers(sent)
    query = person.taps(message, STYLE)
    with contextlib.suppress(TimeoutError):  # an answer that comes too late is not counted
        await query.answered(60)
        presses.append(query.answered_at - query.asked)
    await person.chat.until(lambda _: [texts.another()] in message.buttons, PATIENCE)
    done.append(clock() - query.asked)


# versus

ROUND = 45  # photos
MEASURED = ("photo to gallery", "press to its answer", "CPU time a photo")


async def versus(other: Path, rounds: int, rate: float) -> None:
    """One bot has the load, and the other waits; who begins, changes from round to round."""
    async with contextlib.AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(_idle_bot(root)) for root in (ROOT, other)]
        for bot in bots:
            await _round(bot, rate)  # to warm up
        found: list[list[list[float]]] = [[], []]
        for number in range(rounds):
            for i in (0, 1) if number % 2 else (1, 0):
                found[i].append(await _round(bots[i], rate))
    for what, ours, theirs in zip(MEASURED, zip(*found[0], strict=True), zip(*found[1], strict=True), strict=True):
        ratios = sorted(mine / its for mine, its in zip(ours, theirs, strict=True))
        print(
            f"  {what:20} {statistics.median(ours):6.1f} ms, the other's {statistics.median(theirs):6.1f} ms;"
            f" ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


def _idle_bot(root: Path):
    return bot_at_work("--slots", 2000, "--seconds", SECONDS, root=root, MAX_WAITING="1000000", LOG_LEVEL="WARNING")


async def _round(bot, rate: float) -> list[float]:
    """`ROUND` people send a photo each, and press a button: medians in ms, as `MEASURED`."""
    media = bot.world.files.photo(photo_sizes(photo("teal"), limits=False))
    galleries, presses, worked, began = [], [], bot.worked(), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(ROUND):
            await asyncio.sleep(began + number / rate - time.monotonic())
            person = bot.world.person(f"Person {number}")
            group.create_task(_one(person, person.sends_media(media), galleries, presses, []))
    seconds = (statistics.median(galleries), statistics.median(presses), (bot.worked() - worked) / ROUND)
    return [1000 * one for one in seconds]


# presses


async def presses(chats: int, times: int, *, real: bool) -> None:
    """Each chat switches between the gallery and the question for a style, with pauses of some seconds."""
    painter = ("--children", "real") if real else ()
    async with bot_at_work("--paced", *painter, STYLER_STEPS="20000", STYLER_SIZE="512", LOG_LEVEL="WARNING") as bot:
        busy = order(bot.world.person("Busy"), "teal" if real else "red")  # the quick painter never ends red ones
        await busy.choose()
        await busy.sent.chat.until(lambda _: "%" in (busy.gallery.now.body or ""), PATIENCE)
        people = [bot.world.person(f"Person {number}") for number in range(chats)]
        orders = [order(person, "teal") for person in people]
        for one in orders:
            await one.choose(tap=False)
        found = await asyncio.gather(*(_back_and_forth(one, times) for one in orders))
    print(f"{chats} chats, {times} presses each, about 20 a second in all; a painter is busy")
    report("press to the changed message", [seconds for each in found for seconds in each])


async def _back_and_forth(one, times: int) -> list[float]:
    found = []
    for number in range(times):
        await asyncio.sleep(random.uniform(3, 7))
        before = len(one.gallery.versions)
        query = one.person.taps(one.gallery, (texts.own_style(), texts.back())[number % 2])
        await one.person.chat.until(lambda _, n=before: len(one.gallery.versions) > n, PATIENCE)
        found.append(one.gallery.now.at - query.asked)
    return found


# painters


async def painters(numbers: list[int], jobs: int, *, real: bool) -> None:
    single = None
    for number in numbers:
        minute = await _paintings_a_minute(number, jobs * number, real=real)
        single = single or minute / number
        kind = "computing" if real else "sleeping"
        efficiency = 100 * minute / number / single
        print(f"{number} {kind} painters: {minute:.1f} paintings a minute, efficiency {efficiency:.0f} %", flush=True)


async def _paintings_a_minute(number: int, jobs: int, *, real: bool) -> float:
    """From the first press to the last delivery, with painters that are warmed up."""
    painter = ("--children", "real") if real else ("--seconds", SECONDS)
    small = {"STYLER_SIZE": "256", "STYLER_STEPS": "60", "MAX_WAITING_PER_USER": "1000", "LOG_LEVEL": "WARNING"}
    async with bot_at_work("--slots", number, *painter, **small) as bot:
        warm = [order(bot.world.person(f"First {n}"), "teal") for n in range(number)]
        orders = [order(bot.world.person(f"Person {n}"), "teal") for n in range(jobs)]
        for one in warm:
            await one.choose()
        await asyncio.gather(*(one.sent.chat.until(lambda _, o=one: o.paintings, PATIENCE) for one in warm))
        for one in orders:
            await one.choose(tap=False)
        began = time.monotonic()
        for one in orders:
            one.person.taps(one.gallery, STYLE)
        await asyncio.gather(*(one.sent.chat.until(lambda _, o=one: o.paintings, PATIENCE) for one in orders))
        return 60 * jobs / (time.monotonic() - began)


def main() -> None:
    parser = ArgumentParser("python -m tests.benchmarks.bot")
    kinds = parser.add_subparsers(dest="kind", required=True)
    kind = kinds.add_parser("load")
    kind.add_argument("--chats", type=int, nargs="+", default=[100, 1000, 10_000])
    kind.add_argument("--photos", type=int, default=3, help="photos of each chat")
    kind.add_argument("--rate", type=float, default=15.0, help="photos a second")
    kind = kinds.add_parser("versus")
    kind.add_argument("other", type=Path, metavar="OTHER_CHECKOUT")
    kind.add_argument("--rounds", type=int, default=20)
    kind.add_argument("--rate", type=float, default=15.0, help="photos a second")
    kind = kinds.add_parser("presses")
    kind.add_argument("--chats", type=int, default=100)
    kind.add_argument("--times", type=int, default=6)
    kind.add_argument("--real", action="store_true", help="the busy painter computes")
    kind = kinds.add_parser("painters")
    kind.add_argument("--numbers", type=int, nargs="+", default=[1, 2, 4])
    kind.add_argument("--jobs", type=int, default=8, help="jobs for each painter")
    kind.add_argument("--real", action="store_true")
    chosen = parser.parse_args()
    match chosen.kind:
        case "load":
            for chats in chosen.chats:
                asyncio.run(load(chats, chosen.photos, chosen.rate))
        case "versus":
            asyncio.run(versus(chosen.other.resolve(), chosen.rounds, chosen.rate))
        case "presses":
            asyncio.run(presses(chosen.chats, chosen.times, real=chosen.real))
        case "painters":
            asyncio.run(painters(chosen.numbers, chosen.jobs, real=chosen.real))


if __name__ == "__main__":
    main()
