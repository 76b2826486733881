"""Promise 12: forged buttons do nothing, repeated presses act once, and buttons from before a restart still work."""

import asyncio
import random
import string

from bot.i18n import texts
from tests.torture.kit import PATIENCE, STYLE, Tally, bot_at_work, check_log, order

WORDS = ["paint", "all", "own", "ownall", "second", "back", "again", "redo", "cancel", "live", "mix"]
NUMBERS = ["0", "-1", "1e3", "٣", "9" * 19, "9" * 40, "00001", "NaN", "1 OR 1=1", "'; DROP TABLE jobs; --", "\0", ""]
STYLES = ["great-wave", "poppies", "none", "../../etc/passwd", "strong", "soft", "medium", "STRONG", "x" * 50]


def forged(chance, numbers):
    """Forged callback data: like the bot's, but with other people's numbers or nonsense in it; or quite different."""
    if chance.random() < 0.1:
        return "".join(chance.choices(string.printable + "äß漢🎨", k=chance.randint(1, 16)))
    parts = [chance.choice(WORDS), chance.choice([*numbers, *NUMBERS]), chance.choice(STYLES)]
    return ":".join(parts[: chance.randint(1, 3)])[:64]


def rows_of(bot, person):
    """All rows that the bot stores about this person."""
    jobs = f"SELECT id, user_id, photo_message_id, style, settings, message_id, status, attempts FROM jobs WHERE user_id = {person.user.id}"  # noqa: S608, E501
    photos = f"SELECT * FROM photos WHERE user_id = {person.user.id}"  # noqa: S608
    return bot.rows(jobs), bot.rows(photos)


async def forgeries(presses, together=100, seed=4):
    """Forged callback data changes nothing that belongs to others, and each forged press is answered."""
    tally, chance = Tally(), random.Random(seed)
    async with bot_at_work("--edits", 1000) as bot:
        ann, eve = bot.world.person("Ann"), bot.world.person("Eve")
        done, running, waiting = (order(ann, color) for color in ("teal", "red", "olive"))
        for one in (done, running, waiting):
            await (await one.choose()).answered(PATIENCE)
            if one is done:
                await one.finish()
        await bot.until_rows("SELECT status FROM jobs ORDER BY id", [("DONE",), ("RUNNING",), ("QUEUED",)])
        theirs = await _prepared(eve)
        before, shown = rows_of(bot, ann), [m.now for m in ann.chat.from_bot]
        numbers = [str(n) for n in (1, 2, 3, *(m.id for m in ann.chat.messages.values()))]
        for _ in range(presses // together):
            queries = [eve.forges(theirs, forged(chance, numbers)) for _ in range(together)]
            await asyncio.gather(*(query.answered(PATIENCE) for query in queries))
            tally.counted["forged presses"] += together
        tally.expect(rows_of(bot, ann) == before, f"{before} became {rows_of(bot, ann)}")
        tally.expect([m.now for m in ann.chat.from_bot] == shown, "another's messages changed")
        check_log(bot, tally)
    return tally


async def _prepared(eve):
    """A message in Eve's chat, for her forged presses. None of her photos has the number of one of Ann's."""
    for _ in range(20):
        eve.sends_text("hello")
    return await eve.chat.until(lambda chat: chat.from_bot[-1] if len(chat.from_bot) == 20 else None, PATIENCE)


async def many_presses(presses):
    """A hundred presses at once, even of several buttons, cause one action. A button still works after a restart."""
    tally = Tally()
    async with bot_at_work("--seconds", 0.5) as bot:
        ann = bot.world.person("Ann")
        mine = order(ann, "teal")
        await mine.choose(tap=False)
        labels = [STYLE, "Poppies"]
        queries = [ann.taps(mine.gallery, labels[i % 2]) for i in range(presses)]
        await asyncio.gather(*(query.answered(PATIENCE) for query in queries))
        await mine.finish()
        tally.counted["presses at once"] = presses
        tally.expect(sum(q.answer.text == texts.already() for q in queries) == presses - 1, "more than one was taken")
        for text in (texts.stronger(), texts.softer()):
            queries = [ann.taps(mine.gallery, text) for _ in range(presses // 2)]
            await asyncio.gather(*(query.answered(PATIENCE) for query in queries))
        await ann.chat.until(lambda _: len(mine.paintings) == 3, PATIENCE)
        await bot.kill()
        await bot.until_polling()
        old = ann.taps(mine.gallery, texts.another())
        tally.expect((await old.answered(PATIENCE)).text == "", "a button from before the restart")
        await ann.chat.until(lambda _: len(mine.answers()) == 4, PATIENCE)
        tally.expect(bot.rows("SELECT count(*) FROM jobs") == [(3,)], "one job for each of three buttons")
        check_log(bot, tally)
    return tally
