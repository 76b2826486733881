"""Promises 1, 3 and 6: the bot is killed, cut off and stopped while people use it."""

import asyncio
import itertools
import random
import statistics

from tests.torture.kit import (
    PATIENCE,
    Tally,
    bot_at_work,
    check_log,
    check_rows,
    color_of,
    order,
    percentile,
    until_idle,
)

PEOPLE = 10
JOBS = ("enqueue", "claim", "complete", "requeue", "mark_notified", "requeue_running")
PHOTOS = ("add", "get", "set_gallery")
METHODS = (
    "updates.persist",
    "updates.mark_handled",
    *(f"photos.{one}" for one in PHOTOS),
    *(f"jobs.{one}" for one in JOBS),
)
MOMENTS = [f"{when}:{method}" for method in METHODS for when in ("before", "after")]
UNHAPPY = 25  # one photo in 25 kills its painter


class Crowd:
    """People who send photo after photo, as many as `give_leave` allows."""

    def __init__(self, bot, jobs, people=None, unhappy=UNHAPPY, patience=PATIENCE):
        self.orders = []
        self._patience = patience
        self.people = people or [bot.world.person(f"Person {i}") for i in range(PEOPLE)]
        self._unhappy = unhappy
        self._numbers = iter(range(jobs))
        self._leave = asyncio.Semaphore(0)
        self._tasks = [asyncio.create_task(self._live(person)) for person in self.people]

    def give_leave(self, photos):
        for _ in range(photos):
            self._leave.release()

    async def served(self):
        await asyncio.gather(*self._tasks)

    async def _live(self, person):
        for number in self._numbers:
            await self._leave.acquire()
            mine = order(person, "blue" if (number + 1) % self._unhappy == 0 else color_of(number))
            self.orders.append(mine)
            await mine.choose(patience=self._patience)
            await mine.finish()

    def check(self, tally):
        tally.counted["photos"] = len(self.orders)
        for one in self.orders:
            one.check(tally)


async def kills(jobs, lives, seed=0):
    """SIGKILL at random moments and at each status change. Every photo ends exactly once."""
    tally, chance = Tally(), random.Random(seed)
    quick = ("--slots", 2, "--seconds", 0.1, "--long", 0, "--edits", 0.05)
    async with bot_at_work(*quick, start=False) as bot:
        crowd = Crowd(bot, jobs)
        for moment in itertools.islice(itertools.cycle(MOMENTS), lives // 2):
            crowd.give_leave(jobs // lives)
            bot.command = ["-m", "tests.torture.bot", *bot.arguments, "--die", f"{moment}:{chance.randint(1, 4)}"]
            await _dies(bot, tally, "at a transition")
            crowd.give_leave(jobs // lives)
            bot.command = ["-m", "tests.torture.bot", *bot.arguments]
            await _is_killed(bot, tally, chance.uniform(0, 0.8))
        crowd.give_leave(jobs)
        await bot.until_polling()
        await crowd.served()
        await until_idle(bot)
        await bot.stop()
        crowd.check(tally)
        check_rows(bot, tally)
        check_log(bot, tally)
    return _with_starts(bot, tally)


async def _dies(bot, tally, how):
    """The bot kills itself at its chosen moment. If that moment does not come, kill it."""
    await bot.start()
    try:
        async with asyncio.timeout(4):
            await bot.process.wait()
        tally.counted[f"kills {how}"] += 1
    except TimeoutError:
        await bot.kill()
        tally.counted["kills"] += 1


async def _is_killed(bot, tally, after):
    await bot.until_polling()
    await asyncio.sleep(after)
    await bot.kill()
    tally.counted["kills"] += 1


def _with_starts(bot, tally):
    """How long a start takes is told, not judged: under load, processor time grows, too."""
    cpu, wall = zip(*bot.starts, strict=True)
    tally.measured["start"] = f"{statistics.median(wall):.2f} s (p99 {percentile(wall, 0.99):.2f} s)"
    tally.measured["of processor time"] = f"{statistics.median(cpu):.2f} s"
    return tally


async def stops(rounds, jobs_a_round=4, seed=1):
    """One to three SIGTERMs at random moments: the bot ends, loses nothing, counts no attempt."""
    tally, chance = Tally(), random.Random(seed)
    loop, longest = asyncio.get_running_loop(), 0.0
    async with bot_at_work("--slots", 2, "--seconds", 0.3, start=False) as bot:
        crowd = Crowd(bot, rounds * jobs_a_round)
        for _ in range(rounds):
            crowd.give_leave(jobs_a_round)
            await bot.until_polling()
            await asyncio.sleep(chance.uniform(0, 1.0))
            began = loop.time()
            status = await _stopped(bot, tally, chance)
            longest = max(longest, loop.time() - began)
            tally.counted["stops"] += 1
            tally.expect(status == 0, f"exit status {status}")
            left = bot.rows("SELECT count(*) FROM jobs WHERE status = 'RUNNING'")
            tally.expect(left == [(0,)], f"RUNNING after a clean stop: {left}")
        await bot.until_polling()
        await crowd.served()
        await until_idle(bot)
        crowd.check(tally)
        check_rows(bot, tally)
        check_log(bot, tally)
        charged = bot.rows("SELECT count(*) FROM jobs WHERE status = 'DONE' AND attempts > 1")
        tally.expect(charged == [(0,)], f"attempts charged: {charged}")
    tally.measured["longest stop"] = f"{longest:.2f} s"
    return tally


async def _stopped(bot, tally, chance):
    """On an idle machine a stop takes five seconds at most; how long it took is told, not judged."""
    signals = chance.randint(1, 3)
    tally.counted["signals"] += signals
    try:
        async with asyncio.timeout(PATIENCE):
            for _ in range(signals):
                if bot.process.returncode is None:
                    bot.process.terminate()
                await asyncio.sleep(chance.choice((0, 0.05)))
            return await bot.process.wait()
    except TimeoutError:
        tally.violations.append("it does not end")
        await bot.kill()
        return -9
