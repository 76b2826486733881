"""Promises 2, 4 and 14: updates are on disk before they are confirmed, no update blocks others, disks fill up."""

import asyncio
import json
import random
import resource
import tempfile
import time
from pathlib import Path

from bot.i18n import texts
from bot.storage.database import open_database
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.storage import Storage
from bot.storage.styles import Blend
from tests.support.bot_process import free_port
from tests.support.fakes import photo
from tests.torture.kit import PATIENCE, Tally, bot_at_work, check_log, check_rows, color_of, until_idle

BATCH = 100

# Updates that a bot should never get: some cannot be parsed, others make no sense when they are handled.
MALFORMED = [
    {"message": {"message_id": "seven", "chat": 5}},
    {"callback_query": ["nonsense"]},
    {"message": None},
    {"message": {}},
    {"message": 17},
    {"callback_query": {"id": "1"}},
    {"message": {"message_id": 1, "date": "yesterday", "chat": {"id": 1, "type": "private"}}},
    {"message": {"message_id": 1, "date": 10**18, "chat": {"id": 1, "type": "private"}}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "photo": [{"file_id": 3}]}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "photo": []}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "a new type"}, "text": "\ud800\0"}},
    {"callback_query": {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": ""}, "chat_instance": "1"}},
    {"a new kind": {"of": "update"}},
    {"message": {"message_id": 2**70, "date": 1, "chat": {"id": 2**70, "type": "private"}, "text": "hello"}},
    {"message": json.loads("[" * 500 + "]" * 500)},
]


class OnDisk:
    """Checks at each poll, or 200 of the webhook, that every update that it confirms is committed.

    A poll confirms all updates below its offset, a 200 a single one: those of other chats may come later.
    """

    def __init__(self, bot, tally, webhook=False):
        self._bot, self._tally, self._webhook = bot, tally, webhook
        self._from = bot.world.updates.next_id
        bot.world.updates.watchers.append(self.check)

    def check(self, offset):
        if self._webhook:
            self._check(offset - 1, offset)
        else:
            self.check_all(offset)

    def check_all(self, offset):
        upto = min(offset, self._bot.world.updates.next_id)
        self._check(self._from, upto)
        self._from = max(self._from, upto)

    def _check(self, first, upto):
        between = f"update_id >= {first} AND update_id < {upto}"
        [[kept]] = self._bot.rows(f"SELECT count(*) FROM updates WHERE {between}")  # noqa: S608
        self._tally.counted["confirmations"] += 1
        self._tally.counted["updates confirmed"] += max(0, upto - first)
        self._tally.expect(kept == max(0, upto - first), f"offset {upto}: only {kept} of them on disk")


def idle_update(world, number):
    """An update that the bot ignores, like most updates of a busy group."""
    sender = {"id": 5000 + number % 50, "is_bot": False, "first_name": "Somebody"}
    chat = {"id": -100_500 - number % 7, "type": "supergroup", "title": "A group"}
    return {
        "message": {"message_id": number + 1, "date": 1, "from": sender, "chat": chat, "text": "x" * (number % 900)}
    }


def by_webhook():
    address = f"127.0.0.1:{free_port()}"
    return {"WEBHOOK_URL": f"http://{address}/from-telegram", "WEBHOOK_LISTEN": address}


async def on_disk_first(updates, kills, webhook=False, seed=3):
    """The bot is killed while updates arrive: what it confirms is committed."""
    tally, chance = Tally(), random.Random(seed)
    async with bot_at_work(start=False, **(by_webhook() if webhook else {})) as bot:
        begin = bot.start if webhook else bot.until_polling
        await begin()
        watch = OnDisk(bot, tally, webhook)
        ann = bot.world.person("Ann")
        for part in range(kills + 1):
            for number in range(updates // (kills + 1)):
                bot.world.updates.push_raw(idle_update(bot.world, number))
                if number % 200 == 0:
                    ann.sends_text("hello")
            if part < kills:
                await asyncio.sleep(chance.uniform(0, 0.3))
                await bot.kill()
                tally.counted["kills"] += 1
                await begin()
        last = bot.world.updates.next_id
        await bot.world.updates.changed.until(lambda: not bot.world.updates.pending, PATIENCE)
        await until_idle(bot)
        watch.check_all(last)
        check_rows(bot, tally)
        check_log(bot, tally)
    return tally


async def one_bad_update(positions):
    """A malformed update at each position among a hundred: all the good ones are answered, once each."""
    tally, slowest, most = Tally(), 0.0, 0.0
    async with bot_at_work() as bot:
        people = [bot.world.person(f"Person {i}") for i in range(BATCH - 1)]
        for position in positions:
            began, worked, before = time.monotonic(), bot.worked(), [len(p.chat.from_bot) for p in people]
            for person in people[:position]:
                person.sends_text("hello")
            bot.world.updates.push_raw(MALFORMED[position % len(MALFORMED)])
            for person in people[position:]:
                person.sends_text("hello")
            for person, had in zip(people, before, strict=True):
                await person.chat.until(lambda chat, had=had: len(chat.from_bot) > had, PATIENCE)
            slowest, most = max(slowest, time.monotonic() - began), max(most, bot.worked() - worked)
            tally.counted["malformed"] += 1
            tally.counted["good"] += len(people)
            answers = [m.text for p, had in zip(people, before, strict=True) for m in p.chat.from_bot[had:]]
            tally.expect(answers == [texts.send_photo()] * len(people), f"position {position}: {answers}")
        await until_idle(bot)
        check_rows(bot, tally)
    tally.measured["slowest"] = f"{slowest:.2f} s"
    tally.measured["of processor time"] = f"{most:.2f} s"
    return tally


async def full_disk(photos):
    """The disk is full: updates stay unconfirmed, the log says why, and work resumes when there is room."""
    tally = Tally()
    async with bot_at_work(LOG_LEVEL="WARNING") as bot:
        OnDisk(bot, tally)
        ann = bot.world.person("Ann")
        used = max(path.stat().st_size for path in bot.data.iterdir())
        _, most = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (used + 20_000, resource.RLIM_INFINITY))
        sent = [ann.sends_photo(photo(color_of(number)), caption="x" * 1000) for number in range(photos)]
        while "cannot be written" not in bot.log.read_text():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        tally.counted["photos while full"] = len(sent)
        waiting = len(bot.world.updates.pending)
        tally.expect(waiting > 0, "all is confirmed, with nothing on disk")
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, most))
        for one in sent:
            await ann.chat.until(lambda chat, one=one: chat.answers(one), PATIENCE)
        await until_idle(bot)
        tally.expect(all(len(ann.chat.answers(one)) == 1 for one in sent), "a gallery twice")
        check_rows(bot, tally)
        check_log(bot, tally)
    tally.measured["unconfirmed meanwhile"] = str(waiting)
    return tally


async def torn_wal(jobs, page=4096):
    """Cut the write-ahead log off at any page: the database opens intact, with all commits before the cut."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        whole, torn = Path(name) / "whole", Path(name) / "torn"
        ends, files = await _filled(whole, jobs)
        torn.mkdir()
        for cut in range(0, len(files["bot.sqlite-wal"]) + 1, page):
            for file in torn.iterdir():
                file.unlink()
            (torn / "bot.sqlite").write_bytes(files["bot.sqlite"])
            (torn / "bot.sqlite-wal").write_bytes(files["bot.sqlite-wal"][:cut])
            async with open_database(torn) as database:
                sound = await database.first("PRAGMA integrity_check")
                found = len(await Storage(database).job_search.active(7))
            tally.counted["cuts"] += 1
            tally.expect(sound == {"integrity_check": "ok"}, f"cut at {cut}: {sound}")
            tally.expect(found >= sum(end <= cut for end in ends), f"cut at {cut}: only {found} jobs are there")
    return tally


async def _filled(folder, jobs):
    """Fill a database with jobs. Returns the log's length after each, and the files as a power failure leaves them."""
    ends = []
    async with open_database(folder) as database:
        storage = Storage(database)
        for number in range(jobs):
            photo_sent = await storage.photos.add(Photo(7, number, 7, f"file {number}"))
            await storage.jobs.enqueue(
                photo_sent, Blend.parse("poppies"), {}, 1000 + number, IdempotencyKey.of_text(7, number)
            )
            ends.append((folder / "bot.sqlite-wal").stat().st_size)
        return ends, {path.name: path.read_bytes() for path in folder.glob("bot.sqlite*")}
