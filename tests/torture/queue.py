"""Promises 7 and 8: the queue is fair and limited, and the bot keeps Telegram's flood limits."""

import asyncio
import itertools
from collections import Counter

from bot.i18n import texts
from tests.support.fakes import photo
from tests.torture.kit import (
    PATIENCE,
    STYLE,
    Order,
    Tally,
    bot_at_work,
    check_log,
    check_rows,
    color_of,
    order,
    until_idle,
)

HIGH_LIMITS = {"MAX_WAITING_PER_USER": "1000"}


def watch_deliveries(bot):
    """Record whose painting was delivered, in order."""
    owners, seen = [], set()

    def look(kind, subject):
        if kind == "message" and subject not in seen and [texts.another()] in subject.buttons:
            seen.add(subject)
            owners.append(subject.chat.id)

    bot.world.listeners.append(look)
    return owners


async def queued_orders(person, count):
    """Photos of this person, each with a button press that was answered."""
    orders = [order(person, color_of(number)) for number in range(count)]
    for query in [await one.choose() for one in orders]:
        await query.answered(PATIENCE)
    return orders


async def next_in_line(photos):
    """One person sends many photos, another sends one: that one is next, after the photo that is being painted."""
    tally = Tally()
    async with bot_at_work("--seconds", 0.3, **HIGH_LIMITS) as bot:
        ann, bob = bot.world.person("Ann"), bot.world.person("Bob")
        many = await queued_orders(ann, photos)
        [one] = await queued_orders(bob, 1)
        await one.finish()
        # By when the painter began: how long deliveries are on their way is another matter.
        jobs = bot.rows("SELECT user_id, created_at, claimed_at FROM jobs")
        [(joined, began)] = [times for user, *times in jobs if user == bob.user.id]
        claims = [claimed for user, _, claimed in jobs if user == ann.user.id]
        before = sum(claimed is not None and claimed < joined for claimed in claims)
        between = sum(claimed is not None and joined <= claimed < began for claimed in claims)
        tally.counted["photos"] = len(many) + 1
        tally.expect(before < photos - 2, f"{before} of {photos} were painted before the other came")
        tally.expect(between <= 1, f"{between} of the first person's came before")
    tally.measured["in between"] = str(between)
    return tally


async def jain(users, each):
    """People who send few or many photos get equal shares of the painters (Jain's fairness index)."""
    tally = Tally()
    async with bot_at_work("--slots", 2, "--seconds", 0.1, **HIGH_LIMITS) as bot:
        owners = watch_deliveries(bot)
        people = [bot.world.person(f"Person {i}") for i in range(users)]
        first = bot.world.person("First")
        for blocker in (order(first, "red"), order(first, "red")):  # nobody is served until all are in the queue
            await (await blocker.choose()).answered(PATIENCE)
        lots = await asyncio.gather(*(queued_orders(p, each * (1 + i % 3)) for i, p in enumerate(people)))
        first.sends_text("/cancel")
        for one in itertools.chain(*lots):
            await one.finish()
        served = Counter({p.chat.id: 0 for p in people})
        for owner in owners:
            served[owner] += 1
            if served.total() == users * each:
                break  # from here on some people have no more jobs in the queue
        index = sum(served.values()) ** 2 / (users * sum(n * n for n in served.values()))
        tally.counted["paintings"] = len(owners)
        tally.counted["compared"] = served.total()
        tally.expect(served.total() == users * each, f"only {served.total()} deliveries to compare")
        tally.expect(index >= 0.95, f"Jain index {index:.3f}")
    tally.measured["Jain index"] = f"{index:.3f}"
    return tally


async def limits(people, album=10, own=10, everybody=25):
    """Nobody has more than ten jobs in the queue, and all together at most M. One alert covers all refused jobs."""
    tally = Tally()
    async with bot_at_work(MAX_WAITING_PER_USER=str(own), MAX_WAITING=str(everybody)) as bot:
        blocker = order(bot.world.person("Blocker"), "red")  # never ends
        await (await blocker.choose()).answered(PATIENCE)
        await bot.until_rows("SELECT count(*) FROM jobs WHERE status = 'RUNNING'", [(1,)])
        for number in range(people):
            person = bot.world.person(f"Person {number}")
            alerts = [await _press_album(person, album) for _ in range(2)]
            tally.counted["photos"] += 2 * album
            tally.expect(sum(alert.alert for alert in alerts) == 2 - (number < everybody // own), f"{alerts}")
            tally.expect(all("cannot join" in alert.text for alert in alerts if alert.alert), f"{alerts}")
        most = bot.rows("SELECT max(n) FROM (SELECT count(*) AS n FROM jobs WHERE status = 'QUEUED' GROUP BY user_id)")
        tally.expect(most == [(own,)], f"{most} of one person's in line")
        [[waiting]] = bot.rows("SELECT count(*) FROM jobs WHERE status = 'QUEUED'")
        tally.expect(waiting == min(everybody, own * people), f"{waiting} in line")
        check_log(bot, tally)
    return tally


async def _press_album(person, count):
    first, *_ = person.sends_album([photo(color_of(number)) for number in range(count)])
    gallery = await person.chat.until(lambda chat: next(iter(chat.answers(first)), None), PATIENCE)
    await person.chat.until(lambda _: texts.gallery_album() in (gallery.now.body or ""), PATIENCE)
    person.sends_text("hello")  # answered after the whole album has arrived
    said = len(person.chat.from_bot)
    await person.chat.until(lambda chat: any(m.text for m in chat.from_bot[said:]), PATIENCE)
    return await person.presses(gallery, STYLE, PATIENCE)


def in_a_group(person, group, color):
    """A photo in a group, with a caption that orders the painting."""
    return Order(person, person.sends_photo(photo(color), "@painter_bot great wave", to=group), color)


async def flood(people, photos, in_group):
    """Many photos at once, some in a group. The stand-in enforces the limits: no 429, and every painting arrives."""
    tally = Tally()
    async with bot_at_work("--slots", 8, "--seconds", 2, "--paced", **HIGH_LIMITS) as bot:
        bot.world.flood.enforced = True
        somebody = [bot.world.person(f"Person {i}") for i in range(people)]
        group = bot.world.group("Friends of art", somebody[:2])
        orders = [order(somebody[i % people], color_of(i)) for i in range(photos)]
        wished = [in_a_group(somebody[i % 2], group, color_of(i)) for i in range(in_group)]
        await asyncio.gather(*(one.choose() for one in orders), *(one.choose(tap=False) for one in wished))
        orders += wished
        for one in orders:
            await one.finish()
        await until_idle(bot)
        for one in orders:
            one.check(tally)
        tally.counted["calls"] = bot.server.calls.counts.total()
        tally.expect(not bot.world.flood.refused, f"refused: {dict(bot.world.flood.refused)}")
        check_rows(bot, tally)
        check_log(bot, tally)
    return tally
