"""Promises 3 and 11: the network fails, and Telegram returns errors."""

import asyncio
import contextlib
import itertools
import random
import time
from dataclasses import dataclass

from bot.i18n import texts
from tests.torture.kills import Crowd
from tests.torture.kit import STYLE, Tally, bot_at_work, check_rows, order, until_idle

KINDS = ("cut_before", "cut_after", "bad_gateway", "slow", "too_many")
SHOW = ("sendPhoto", "sendMessage", "editMessageMedia", "editMessageCaption")
METHODS = (*SHOW, "answerCallbackQuery", "getFile", "download")


async def faults(jobs, hits, seed=2):
    """The network fails again and again, at every method. Each photo gets one painting, and one ping at most."""
    tally, chance = Tally(), random.Random(seed)
    async with bot_at_work("--slots", 4, "--seconds", 0.05, "--long", 0, "--edits", 0.02) as bot:
        on = bot.server.faults
        crowd = Crowd(bot, jobs)
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
    return tally


@dataclass(frozen=True)
class Refusal:
    """An error that Telegram documents. `lasting`: trying again cannot help."""

    code: int
    description: str
    lasting: bool = True
    parameters: tuple = ()


BLOCKED = Refusal(403, "Forbidden: bot was blocked by the user")
GONE = Refusal(403, "Forbidden: user is deactivated")
NO_CHAT = Refusal(400, "Bad Request: chat not found")
STARTS = Refusal(403, "Forbidden: bot can't initiate conversation with a user")
INTERNAL = Refusal(500, "Internal Server Error: restart", lasting=False)
FLOOD = Refusal(429, "Too Many Requests: retry after 1", lasting=False, parameters=(("retry_after", 1),))
TOO_LARGE = Refusal(413, "Request Entity Too Large")
UNKNOWN = Refusal(404, "Not Found")
ANYWHERE = (BLOCKED, GONE, NO_CHAT, STARTS, INTERNAL, FLOOD)
NOT_FOUND = Refusal(400, "Bad Request: message to edit not found")
NO_EDIT = Refusal(400, "Bad Request: message can't be edited")
INVALID = Refusal(400, "Bad Request: MESSAGE_ID_INVALID")
SAME = Refusal(400, "Bad Request: message is not modified: specified new message content is the same")
NO_PICTURE = Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
DIMENSIONS = Refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
OLD = Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
NO_FILE = Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
BIG = Refusal(400, "Bad Request: file is too big")

REFUSALS = {
    "sendMessage": ANYWHERE,
    "sendPhoto": (*ANYWHERE, NO_PICTURE, DIMENSIONS, TOO_LARGE),
    "editMessageMedia": (*ANYWHERE, NOT_FOUND, NO_EDIT, INVALID, SAME, NO_PICTURE, DIMENSIONS, TOO_LARGE),
    "editMessageCaption": (*ANYWHERE, NOT_FOUND, NO_EDIT, INVALID, SAME),
    "answerCallbackQuery": (OLD, BLOCKED, INTERNAL, FLOOD),
    "getFile": (NO_FILE, BIG, INTERNAL, FLOOD),
    "download": (UNKNOWN, INTERNAL),
}
ALL_REFUSALS = [(method, refusal) for method, refusals in REFUSALS.items() for refusal in refusals]


async def refusals(every=1):
    """Each documented error at each method that we call. No job hangs, and no call is repeated that cannot succeed."""
    tally = Tally()
    async with bot_at_work("--slots", 2, "--seconds", 0.02, "--long", 0, "--edits", 0.01) as bot:
        for number, (method, refusal) in enumerate(ALL_REFUSALS[::every]):
            await _refused(bot, tally, method, refusal, bot.world.person(f"Person {number}"))
            tally.counted["errors"] += 1
        await until_idle(bot)
        check_rows(bot, tally)
    return tally


async def _refused(bot, tally, method, refusal, person):
    """One person meets this error from the button press on. Afterwards another person is served as usual."""
    name = f"{method} {refusal.code} {refusal.description!r}"
    mine = order(person, "teal")
    if method == "sendPhoto":
        await mine.choose(tap=False)  # this opens the chat
        fault, mine = _refuse(bot, method, refusal), order(person, "teal")
    else:
        await mine.choose(tap=False)
        fault = _refuse(bot, method, refusal)
    await _go_on(bot, tally, mine, fault, name)
    await _settled(bot, tally, name)
    with contextlib.suppress(TimeoutError):  # the message with a sound comes after the job has ended
        await bot.server.calls.changed.until(lambda: fault.hits, 15)
    bot.server.faults.remove(fault)
    tally.expect(fault.hits > 0, f"{name}: it never struck")
    most = 3 if refusal.code == 403 else 5  # place in the queue, progress, painting, failure: a try for each
    tally.expect(not refusal.lasting or fault.hits <= most, f"{name}: called {fault.hits} times")
    _check_end(bot, tally, mine, method, refusal, name)
    await _another_is_served(bot, tally, person, name)


def _refuse(bot, method, refusal):
    count = None if refusal.lasting else 2
    more = {"code": refusal.code, "description": refusal.description, "parameters": dict(refusal.parameters)}
    return bot.server.faults.add("error", method, count=count, **more)


async def _go_on(bot, tally, mine, fault, name):
    """Make the bot call this method, and wait until its updates are handled."""
    method = fault.method
    if mine.gallery:
        mine.person.taps(mine.gallery, texts.own_style() if method == "editMessageCaption" else STYLE)
    await bot.server.calls.changed.until(lambda: fault.hits or mine.paintings, 15)
    handled = "SELECT count(*) FROM updates WHERE body IS NOT NULL"
    tally.expect(await bot.until_rows(handled, [(0,)], 15), f"{name}: an update is stuck")


async def _settled(bot, tally, name):
    in_work = "SELECT count(*) FROM jobs WHERE status IN ('QUEUED', 'RUNNING')"
    tally.expect(await bot.until_rows(in_work, [(0,)], 15), f"{name}: a job is stuck")


def _check_end(bot, tally, mine, method, refusal, name):
    """Expect a painting or a reason. Only a person to whom the bot cannot write gets neither."""
    nobody_to_tell = refusal.code == 403 or refusal in (NO_CHAT, NOT_FOUND, INVALID)
    if mine.gallery is None or nobody_to_tell or SAME is refusal or method == "editMessageCaption":
        return
    told = [m for m in mine.person.chat.from_bot if _says_why(m)]
    tally.expect(len(mine.paintings) == 1 or told, f"{name}: neither a painting nor a word")
    tally.expect(refusal.lasting or len(mine.paintings) == 1, f"{name}: it passed, but there is no painting")


def _says_why(message):
    body = message.now.body or ""
    return any(sentence in body for sentence in (texts.no_file(), texts.no_delivery(), texts.tried_too_often()))


async def _another_is_served(bot, tally, person, name):
    began = time.monotonic()
    theirs = order(bot.world.person("Another"), "olive")
    try:
        await asyncio.wait_for(theirs.choose(), 10)
        await asyncio.wait_for(theirs.finish(), 10)
    except TimeoutError:
        tally.violations.append(f"{name}: afterwards another waits {time.monotonic() - began:.0f} s in vain")
