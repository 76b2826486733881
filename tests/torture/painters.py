"""Promises 5 and 9: painters that die, hang or fail; invalid pictures."""

import asyncio
import contextlib
import itertools

import psutil

from bot.i18n import texts
from bot.storage.models import MAX_ATTEMPTS
from tests.torture.kit import PATIENCE, Tally, bot_at_work, check_rows, order, percentile, until_idle

SENTENCES = {
    "killed": texts.tried_too_often(),
    "hangs": texts.tried_too_often(),
    "CUDA error": texts.tried_too_often(),
    "out of memory": "Painted at",
}
QUICK = ("killed", "CUDA error", "out of memory")  # without hanging children: they are noticed only after seconds
COLORS = {"killed": "cyan", "hangs": "red", "CUDA error": "magenta", "out of memory": "yellow"}


async def deaths(photos, kinds=tuple(SENTENCES), children="quick"):
    """Children are killed, stopped, lose their GPU, run out of memory, three times a photo. Every photo is answered;
    and so are presses meanwhile, also while all children hang.
    """
    tally, pauses = Tally(), []
    size = {"STYLER_SIZE": "400", "STYLER_STEPS": "1", "MAX_WAITING_PER_USER": "1000"}
    async with bot_at_work("--children", children, "--slots", 2, **size) as bot:
        well = order(bot.world.person("First"), "teal")
        await well.choose()
        await well.finish()
        meanwhile = asyncio.create_task(_press_on(bot, pauses))
        for kind, number in zip(itertools.cycle(kinds), range(photos), strict=False):
            await _dies(bot, tally, kind, bot.world.person(f"Person {number}"), pauses)
        last = order(bot.world.person("Last"), "teal")
        await last.choose()
        await last.finish()
        tally.expect(last.paintings, "no painting after all the deaths")
        meanwhile.cancel()
        await until_idle(bot)
        check_rows(bot, tally)
        await bot.stop()
        replaced = _replaced(bot)
        lost = sum(tally.counted[kind] for kind in kinds if kind != "out of memory")
        tally.measured["replaced"] = str(replaced)
        tally.expect(replaced >= lost, f"{lost} painters were lost, {replaced} replaced")
    tally.expect(len(pauses) >= photos, f"only {len(pauses)} presses")
    return _with_pauses(tally, pauses)


async def _dies(bot, tally, kind, person, pauses):
    """One photo whose painters all die: it is tried three times, then the person is told."""
    mine = order(person, COLORS[kind])
    await mine.choose()
    if kind == "hangs":
        await _hang(bot, tally, person, pauses)
    found = await person.chat.until(lambda _: SENTENCES[kind] in (mine.gallery.now.body or ""), PATIENCE)
    tally.counted[kind] += 1 if kind == "out of memory" else MAX_ATTEMPTS
    tally.expect(found, f"{kind}: {mine.gallery}")
    [[attempts]] = bot.rows(f"SELECT attempts FROM jobs WHERE user_id = {person.user.id}")  # noqa: S608
    expected = 1 if kind == "out of memory" else MAX_ATTEMPTS  # a try at a size that does not fit is not counted
    tally.expect(attempts == expected, f"{kind}: {attempts} attempts")


async def _hang(bot, tally, person, pauses):
    """At each attempt, stop all children until the painting one is noticed and replaced.

    A shorter stop would not do: a child that goes on in time and can be cancelled is not replaced.
    """
    job = f"SELECT status, attempts FROM jobs WHERE user_id = {person.user.id}"  # noqa: S608
    for attempt in range(1, MAX_ATTEMPTS + 1):
        await bot.until_rows(job, [("RUNNING", attempt)])
        before, presses = _replaced(bot), len(pauses)
        async with asyncio.timeout(PATIENCE):
            await _suspend_while(bot, lambda: bot.rows(job) == [("RUNNING", attempt)])  # noqa: B023
            await _suspend_while(bot, lambda: _replaced(bot) == before)  # noqa: B023
        tally.expect(len(pauses) > presses, "no press was answered while all painters hung")
        _signal(bot, psutil.Process.resume)


async def _suspend_while(bot, holds):
    while holds():
        _signal(bot, psutil.Process.suspend)
        await asyncio.sleep(0.2)


def _replaced(bot):
    return bot.log.read_text().count("replacing a painter")


def _signal(bot, send):
    for child in psutil.Process(bot.process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            send(child)


async def _press_on(bot, pauses):
    """Press a button again and again, and wait for each answer."""
    person = bot.world.person("Impatient")
    one = order(person, "teal")
    await one.choose(tap=False)
    while True:
        query = person.forges(one.gallery, "nothing")
        await query.answered(PATIENCE)
        pauses.append(query.answered_at - query.asked)
        await asyncio.sleep(0.05)


def _with_pauses(tally, pauses):
    """How long answers took is told, not judged: other programs use this machine, too."""
    median, p99 = percentile(pauses, 0.5), percentile(pauses, 0.99)
    tally.counted["presses meanwhile"] = len(pauses)
    tally.measured["press to answer, by the clock"] = f"{1000 * median:.0f} ms (p99 {1000 * p99:.0f} ms)"
    return tally
