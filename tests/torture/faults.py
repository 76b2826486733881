"""Promise 3: the network fails again and again. (For each answer of Telegram to each method see `walk`.)"""

import itertools
import random

from tests.torture.kills import Crowd
from tests.torture.kit import Tally, bot_at_work, check_rows, until_idle

KINDS = ("cut_before", "cut_after", "bad_gateway", "slow", "too_many")
SHOW = ("sendPhoto", "sendMessage", "editMessageMedia", "editMessageCaption")
METHODS = (*SHOW, "answerCallbackQuery", "getFile", "download")


async def faults(jobs, hits, seed=2):
    """The network fails again and again, at every method. Each photo gets one painting, and one ping at most.

    No message is sent twice, so where both the gallery and the message that it may be lost are lost, nothing comes.
    """
    tally, chance = Tally(), random.Random(seed)
    async with bot_at_work("--slots", 4, "--seconds", 0.05, "--long", 0, "--edits", 0.02) as bot:
        on = bot.server.faults
        crowd = Crowd(bot, jobs, patience=20.0)
        for method, kind in itertools.product(METHODS, KINDS):
            share = 0.01 if kind == "too_many" else chance.uniform(0.01, 0.05)
            on.add(kind, method, probability=share, seconds=0.2)
        for kind in ("cut_before", "cut_after", "bad_gateway", "twice", "shuffled"):
            on.add(kind, "getUpdates", probability=0.1)
        on.add("truncated", "download", probability=0.03)
        crowd.give_leave(jobs)
        await crowd.served()
        tally.counted["faults"] = sum(on.hits.values())
        tally.expect(tally.counted["faults"] >= hits, f"only {tally.counted['faults']} faults")
        on.clear()
        await until_idle(bot)
        await bot.stop()
        crowd.check(tally)
        check_rows(bot, tally)
        tally.expect(tally.counted["unanswered"] <= max(1, 0.03 * jobs), f"{tally.counted['unanswered']} got no answer")
    return tally
