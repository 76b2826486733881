"""What the proofs share: a tally, the bot with the stand-in for Telegram, people who send photos and wait."""

import asyncio
import io
import sys
import tempfile
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from PIL import Image

from bot.demo.api.server import Server
from bot.demo.telegram.model import Message
from bot.demo.telegram.person import Person
from bot.i18n import texts
from tests.support.bot_process import BotUnderTest
from tests.support.chat import rows
from tests.support.fakes import photo
from tests.support.project import ROOT

STYLE = "Great Wave"
PATIENCE = 90.0  # seconds; only a lost message takes so long
QUEUE_PATIENCE = 900.0  # for a painting: others are before it, the bot is stopped again and again, a painter is real


@dataclass
class Tally:
    """What was counted, what was measured, and which promises were broken."""

    counted: Counter = field(default_factory=Counter)
    measured: dict[str, str] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    table: list[str] = field(default_factory=list)

    def expect(self, holds, what) -> None:
        if not holds:
            self.violations.append(what)

    def __str__(self) -> str:
        return ", ".join(
            [f"{n:,} {what}" for what, n in self.counted.items()] + [f"{k} {v}" for k, v in self.measured.items()]
        )


class Bot(BotUnderTest):
    """The bot's process, started as an operator starts it; `tests.torture.bot`'s arguments choose its painter."""

    async def launch(self, env):
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, *self.command, env=env, cwd=self.root, stdout=log, stderr=log
            )

    def worked(self) -> float:
        """Seconds of CPU time. Wall time says less, because other programs also use this machine."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    async def until_polling(self) -> None:
        """Start the bot, and wait until it polls for updates."""
        updates, before, began = self.server.world.updates, self.server.world.updates.polls, time.monotonic()
        await self.start()
        await updates.changed.until(lambda: updates.polls > before, PATIENCE, self.log.read_text)
        self.starts.append((self.worked(), time.monotonic() - began))

    def __init__(self, server: Server, folder: Path, arguments, root: Path = ROOT) -> None:
        super().__init__(server, folder)
        self.root = root
        self.arguments = [str(argument) for argument in arguments]
        self.command = ["-m", "tests.torture.bot", *self.arguments]
        self.starts: list[tuple[float, float]] = []

    @property
    def world(self):
        return self.server.world

    def rows(self, query):
        return rows(self, query)

    async def quit(self) -> None:
        """End the process, whatever its state."""
        if self.process and self.process.returncode is None:
            await self.kill()

    async def until_rows(self, query, expected, within=PATIENCE) -> bool:
        """Query the database until it has these rows: it belongs to another process and sends no events."""
        end = time.monotonic() + within
        while (found := self.rows(query)) != expected and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return found == expected


@asynccontextmanager
async def bot_at_work(*arguments, start=True, root=ROOT, **env):
    """Run `python -m tests.torture.bot ARGUMENTS`, of this checkout or another, with a stand-in of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with Server() as server:
            bot = Bot(server, Path(folder), arguments, root)
            bot.env = {"LOG_LEVEL": "INFO", **env}
            try:
                if start:
                    await bot.until_polling()
                yield bot
            finally:
                await bot.quit()


def color_of(number: int) -> tuple[int, int, int]:
    """A colour for each photo; none has a special meaning for the quick painter."""
    return 40 + 16 * (number % 11), 60 + 16 * (number // 11 % 9), 80 + 16 * (number // 99 % 8)


@dataclass
class Order:
    """One photo, the button press for it, and the result."""

    person: Person
    sent: Message
    color: tuple[int, int, int] | str
    gallery: Message | None = None
    errors_before: int = 0
    unanswered: bool = False

    def answers(self):
        return self.sent.chat.answers(self.sent)

    @property
    def paintings(self):
        """The messages that have shown a painting."""
        return [m for m in self.answers() if any([texts.another()] in version.buttons for version in m.versions)]

    @property
    def failures(self):
        told = [m for m in self.answers() if texts.tried_too_often() in (m.now.body or "")]
        return told or ([self.sent] if self.gallery is None and self.sent_in_vain else [])

    @property
    def sent_in_vain(self):
        return _errors(self.sent.chat) > self.errors_before

    @property
    def ended(self):
        return (
            self.unanswered
            or self.gallery is None
            or [texts.another()] in self.gallery.buttons
            or self.gallery in self.failures
        )

    async def choose(self, style=STYLE, tap=True, patience=PATIENCE):
        """Wait for the gallery and press a button; or wait for the message that the gallery could not be sent. Where
        both may be lost on the way, a person has less `patience`, and is left unanswered.
        """
        try:
            await self.sent.chat.until(lambda _: self.answers() or self.sent_in_vain, patience)
        except TimeoutError:
            if patience == PATIENCE:
                raise
            self.unanswered = True
        self.gallery = next(iter(self.answers()), None)
        return self.person.taps(self.gallery, style) if tap and self.gallery else None

    async def finish(self):
        await self.sent.chat.until(lambda _: self.ended, QUEUE_PATIENCE)

    def check(self, tally: Tally) -> None:
        """Expect exactly one painting of this photo, or one failure message; and at most one 'ready'."""
        if self.unanswered:  # in time: whoever polls in vain several times in a row pauses for longer than people wait
            tally.counted["answered late" if self.answers() else "unanswered"] += 1
            return
        paintings, failures = self.paintings, self.failures
        tally.counted["paintings"] += len(paintings)
        tally.counted["stated failures"] += len(failures)
        tally.expect(len(paintings) + len(failures) == 1, f"{self.sent}: {len(paintings)} paintings, {failures}")
        tally.expect(all(is_negative(m.photo, self.color) for m in paintings), f"{self.sent}: another's painting")
        pings = [m for m in self.sent.chat.from_bot if m.reply_to in paintings and m.text == texts.ready()]
        tally.counted["pings"] += len(pings)
        tally.expect(len(pings) <= 1, f"{self.sent}: {len(pings)} pings")


def order(person, color) -> Order:
    """Let the person send a photo of this colour."""
    return Order(person, person.sends_photo(photo(color)), color, errors_before=_errors(person.chat))


def _errors(chat) -> int:
    return sum(message.text in (texts.error(), texts.unsure()) for message in chat.from_bot)


def is_negative(data: bytes, color) -> bool:
    """Whether this is the quick painter's result: the negative of a photo of one colour."""
    with Image.open(io.BytesIO(data)) as image:
        found = image.convert("RGB").getpixel((40, 40))
    expected = [255 - value for value in Image.new("RGB", (1, 1), color).getpixel((0, 0))]
    return all(abs(a - b) < 14 for a, b in zip(found, expected, strict=True))


async def until_idle(bot: Bot) -> None:
    """Wait until all updates are handled and all jobs have ended. After a time-out, `check_rows` tells what is left."""
    updates = bot.world.updates
    await updates.changed.until(lambda: not updates.pending, PATIENCE)
    await bot.until_rows("SELECT count(*) FROM updates WHERE body IS NOT NULL", [(0,)])
    await bot.until_rows("SELECT count(*) FROM jobs WHERE status IN ('QUEUED', 'RUNNING')", [(0,)])


def check_rows(bot: Bot, tally: Tally) -> None:
    """Expect an intact database, no unfinished job and no unhandled update."""
    tally.expect(bot.rows("PRAGMA integrity_check") == [("ok",)], "integrity_check")
    left = bot.rows("SELECT status, count(*) FROM jobs WHERE status IN ('QUEUED', 'RUNNING') GROUP BY status")
    tally.expect(not left, f"jobs left: {left}")
    tally.expect(bot.rows("SELECT count(*) FROM updates WHERE body IS NOT NULL") == [(0,)], "updates left")


def check_log(bot: Bot, tally: Tally) -> None:
    log = bot.log.read_text()
    tally.expect("Traceback" not in log, "a traceback in the log: " + log[max(0, log.find("Traceback") - 200) :][:3000])


def percentile(values, share) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
