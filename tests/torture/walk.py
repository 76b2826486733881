"""Every call ends: each method that the bot calls meets each answer that the server can give, once and for ever."""

import asyncio
import contextlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from bot.demo.telegram.model import Chat, Message
from bot.demo.telegram.person import Person
from bot.i18n import texts
from tests.support.bot_api import unfitting
from tests.support.clips import clip
from tests.support.fakes import photo
from tests.torture.answers import ANYWHERE, ON_THE_WAY, Answer, flood, walks
from tests.torture.kit import STYLE, Tally, bot_at_work, check_log, check_rows, order

FAST = ("--slots", 8, "--seconds", 0.02, "--long", 0, "--edits", 0.01, "--second", 1e-4, "--timeout", 2.0)
STEP = 40.0  # seconds for a person to wait for the bot's next message
END = 150.0  # seconds for everything to end, once nobody does anything more
# Calls of one method for one person: three attempts of a job, each with 60 tries to deliver it and a few to show how
# far it is. What cannot reach Telegram at all may wait for it for a day.
AT_MOST = 300
AT_START = {"getMe", "getUpdates", "deleteWebhook", "getMyCommands", "setMyCommands", "getMyDescription"}
AT_START |= {"getUserProfilePhotos", "setMyDescription", "getMyShortDescription", "setMyShortDescription"}
SLOW = 6  # answers that never come, "for ever": each takes real seconds
ONLY_CHANGES = {"setMyCommands", "setMyDescription", "setMyShortDescription"}  # not called after a final refusal
AFTER_COMMANDS = {"getMyDescription", "setMyDescription", "getMyShortDescription", "setMyShortDescription"}
# In these scenes a painting ends only when somebody cancels it.
ENDLESS = ("deleteMessages", "getChatMember", "sendChatAction")
HELP = (
    texts.file_not_served(),
    texts.no_file(),
    texts.no_delivery(),
    texts.tried_too_often(),
    texts.unsure(),
    texts.error(),
)


@dataclass
class Walk:
    """One person, who meets one answer to one method, `count` times (None: for ever)."""

    bot: Any
    person: Person
    method: str
    answer: Answer
    count: int | None
    scene: Any
    chat: Chat = None
    deeds: int = 0  # what the person has done: sent, pressed
    fault: Any = None
    mine: set[str] = field(default_factory=set)  # ids of this person's files and queries, and the paths of the files

    def __post_init__(self) -> None:
        self.chat = self.person.chat

    def __str__(self) -> str:
        return f"{self.method} ({self.scene.__name__}): {self.answer}, {'once' if self.count else 'for ever'}"

    @property
    def name(self) -> tuple[str, str, str]:
        return f"{self.method} {self.scene.__name__}", str(self.answer), "once" if self.count else "ever"

    def strike(self) -> None:
        """From now on the answer is what it is."""
        count = SLOW if self.answer.kind == "slow" and self.count is None else self.count
        more = self.answer.fault(count) | {"only": self._is_mine}
        self.fault = self.bot.server.faults.add(self.answer.kind, self.method, **more)

    def _is_mine(self, params) -> bool:
        if "chat_id" in params:
            return params.text("chat_id") == str(self.chat.id)
        asked = {params.text(name) for name in ("file_id", "file_path", "callback_query_id", "inline_query_id")}
        return bool(asked & self.mine)

    # What the person does

    async def run(self) -> None:
        """Do what makes the bot call the method. Whatever does not come is not waited for for ever."""
        with contextlib.suppress(TimeoutError, LookupError):
            await self.scene(self)
        await self._gives_up()

    async def _gives_up(self) -> None:
        """Cancel what is painted for ever, should the button for it never have come."""
        active = "SELECT id, chat_id FROM jobs WHERE status IN ('QUEUED', 'RUNNING')"
        for job_id, chat_id in self.bot.rows(active):
            if self.method in ENDLESS and chat_id == self.chat.id and self.chat.from_bot:
                self.deeds += 1
                self.person.forges(self.chat.from_bot[-1], f"cancel:{job_id}")

    def sends(self, color="teal") -> Message:
        sent = self.person.sends_photo(photo(color), to=self.chat if self.chat.type != "private" else None)
        return self.knows(sent)

    def knows(self, sent: Message) -> Message:
        self.deeds += 1
        media = sent.now.media
        self.mine |= {file.file_id for file in media.files} | {file.path for file in media.files}
        return sent

    async def gets(self, look) -> Any:
        return await self.chat.until(look, STEP)

    async def gallery(self, sent: Message) -> Message:
        return await self.gets(lambda chat: next(iter(chat.answers(sent)), None))

    def presses(self, message: Message, button: str) -> None:
        self.deeds += 1
        self.mine.add(self.person.taps(message, button).id)

    # What came of it

    def doubled(self) -> list[str]:
        """Messages of the bot that came twice: the same words and the same picture, in answer to the same message."""
        shown: Counter[Any] = Counter()
        for message in self.chat.messages.values():
            if message.sender.is_bot and not message.service and not message.deleted:
                first, last = message.versions[0], message.now
                album = (message.media_group_id, message.id) if message.media_group_id else None
                pictures = {one.media.file.unique_id if one.media else "" for one in (first, last)}
                replied = message.reply_to.id if message.reply_to else None
                for number, version in enumerate({first.body, last.body}):
                    shown[replied, version, tuple(sorted(pictures)) if not number else version, album] += 1
        # A person who does several things may hear of each that its answer may be lost.
        return [str(what) for what, count in shown.items() if count > (max(1, self.deeds) if what[1] in HELP else 1)]

    def jobs(self) -> list[tuple[str, str]]:
        rows = self.bot.rows("SELECT status, error, chat_id FROM jobs ORDER BY id")
        return [(status, error) for status, error, chat_id in rows if chat_id == self.chat.id]

    def told(self) -> bool:
        return any(help in (m.now.body or "") for m in self.chat.from_bot for help in HELP)

    def outcome(self) -> str:
        status = ",".join(sorted({status for status, _ in self.jobs()})) or "no job"
        return status + (", told" if self.told() else "")


async def _paints(walk: Walk) -> None:
    """A photo, its gallery, and a painting."""
    strikes_at_once = walk.method in ("sendPhoto", "setMessageReaction")
    if strikes_at_once:
        walk.strike()
    sent = walk.sends()
    if not strikes_at_once:
        walk.strike()
    message = await walk.gallery(sent)
    walk.presses(message, STYLE)
    await walk.gets(lambda _: [texts.another()] in message.buttons)


async def _waits(walk: Walk) -> None:
    """A painting that takes so long that the chat says it is on its way; then it is cancelled."""
    message = await walk.gallery(walk.sends("red"))
    walk.strike()
    walk.presses(message, STYLE)
    await walk.bot.server.faults.changed.until(lambda: walk.fault.hits, STEP)
    await asyncio.sleep(3.0 if walk.answer.kind == "slow" else 0.0)  # until the bot has waited in vain
    await walk.gets(lambda _: "Painting" in (message.now.body or ""))
    walk.presses(message, texts.cancel())
    await walk.gets(lambda _: texts.cancel() not in str(message.buttons))


async def _again(walk: Walk) -> None:
    """A second painting of the photo: its message is sent anew."""
    sent = walk.sends()
    message = await walk.gallery(sent)
    walk.presses(message, STYLE)
    await walk.gets(lambda _: [texts.another()] in message.buttons)
    walk.strike()
    walk.presses(message, texts.stronger())
    await walk.gets(lambda chat: sum([texts.another()] in m.buttons for m in chat.from_bot) == 2)


async def _album(walk: Walk) -> None:
    """An album; of which one photo is cancelled if the method deletes."""
    strikes_at_once = walk.method != "editMessageMedia"
    if strikes_at_once:
        walk.strike()
    sent = walk.person.sends_album([photo("teal"), photo("red" if walk.method == "deleteMessages" else "olive")])
    for one in sent:
        walk.knows(one)
    message = await walk.gallery(sent[0])
    await walk.gets(lambda _: texts.gallery_album() in (message.now.body or ""))
    if not strikes_at_once:
        walk.strike()
    walk.presses(message, STYLE)
    if walk.method == "deleteMessages":
        await walk.gets(lambda chat: sum(bool(m.media_group_id) for m in chat.from_bot) == 2)
        walk.presses(message, texts.cancel_all())
        await walk.gets(lambda _: texts.cancel_all() not in str(message.buttons))
        return
    await walk.gets(lambda _: [texts.another()] in message.buttons)


async def _note(walk: Walk) -> None:
    walk.strike()
    sent = walk.knows(walk.person.sends_video_note(clip(frames=2)))
    message = await walk.gallery(sent)
    walk.presses(message, STYLE)
    await walk.gets(lambda _: [texts.another()] in message.buttons)


async def _says_hello(walk: Walk) -> None:
    walk.strike()
    walk.person.sends_text("hello")
    await walk.gets(lambda chat: chat.from_bot)


async def _settings(walk: Walk) -> None:
    walk.strike()
    walk.person.sends_text("/settings")
    message = await walk.gets(lambda chat: next(iter(chat.from_bot), None))
    before = message.now
    walk.presses(message, message.buttons[0][-1])
    await walk.gets(lambda _: message.now != before)


async def _looks(walk: Walk) -> None:
    """Asks for a picture of one's own: the gallery's caption changes."""
    walk.strike()
    message = await walk.gallery(walk.sends())
    walk.presses(message, texts.own_style())
    await walk.gets(lambda _: texts.ask_style() in (message.now.body or ""))


async def _asks_inline(walk: Walk) -> None:
    walk.strike()
    query = walk.bot.world.ask_inline(walk.person.user, f"wave {walk.person.user.id}")
    walk.mine.add(query.id)
    await query.offered(STEP)


async def _stops_another(walk: Walk) -> None:
    """In a group, somebody else presses what only an admin may press."""
    other = walk.bot.world.person(f"Other than {walk.person.user.id}")
    walk.chat = walk.bot.world.group("Friends", [walk.person, other])
    walk.strike()
    sent = walk.knows(walk.person.sends_photo(photo("red"), "@painter_bot great wave", to=walk.chat))
    message = await walk.gallery(sent)
    walk.mine.add(other.taps(message, texts.cancel()).id)
    await asyncio.sleep(0.2)
    walk.presses(message, texts.cancel())
    await walk.gets(lambda _: texts.cancel() not in str(message.buttons))


SCENES = {
    "sendMessage": (_says_hello,),
    "sendPhoto": (_paints, _again),
    "sendMediaGroup": (_album,),
    "sendVideoNote": (_note,),
    "editMessageMedia": (_paints, _album),
    "editMessageCaption": (_looks,),
    "editMessageText": (_settings,),
    "sendChatAction": (_waits,),
    "setMessageReaction": (_paints,),
    "deleteMessages": (_album,),
    "answerCallbackQuery": (_paints,),
    "answerInlineQuery": (_asks_inline,),
    "getChatMember": (_stops_another,),
    "getFile": (_paints,),
    "download": (_paints,),
}


async def walk_through(every=1, at_once=24):
    """Each method with each answer. Nothing is without an end, and no message comes twice."""
    tally, taken = Tally(), []
    async with bot_at_work(*FAST) as bot:
        plans = [
            (method, answer, count, scene)
            for method, answer in walks()
            for scene in SCENES[method]
            for count in (2, None)
        ][::every]
        free, sent_wrong = asyncio.Semaphore(at_once), set()
        bot.server.calls.listeners.append(lambda call: sent_wrong.update(unfitting(call.method, call.params)))

        async def one(*plan):
            async with free:
                walk = Walk(bot, bot.world.person(f"Person {len(taken)}"), *plan)
                taken.append(walk)
                await walk.run()

        await asyncio.gather(*(one(*plan) for plan in plans))
        await _all_ended(bot, tally, taken)
        await bot.kill()
        for walk in taken:
            _check(walk, tally)
        check_log(bot, tally)
        check_rows(bot, tally)
        tally.violations += sorted(sent_wrong)
        strange = {call for call in bot.server.calls.counts if call not in SCENES.keys() | AT_START}
        tally.expect(not strange, f"the walk knows nothing of {strange}")
        tally.counted["methods"] = len({walk.method for walk in taken})
        tally.counted["answers"] = len({walk.name[:2] for walk in taken})
        tally.counted["walks"] = len(taken)
        tally.table = _table(taken)
    return tally


async def at_start(every=1):
    """The calls of a start meet each answer, all at once, twice each. Then the bot serves people as usual."""
    tally = Tally()
    answers = [one for one in (*ANYWHERE, *ON_THE_WAY) if one.code not in (401, 404, 200) and one.kind != "slow"]
    # Polls rest for so long in earnest: twice a minute would be longer than people wait.
    answers = [flood(6) if answer == flood(60) else answer for answer in answers]
    for answer in answers[::every]:
        async with bot_at_work(*FAST, start=False) as bot:
            bot.introduces = True
            # Refused at getMe, it ends in one line (test_other_servers.py); and who refuses commands is told no more.
            methods = AT_START - ({"getMe", *AFTER_COMMANDS} if answer.code == 400 else set())
            faults = [bot.server.faults.add(answer.kind, method, **answer.fault(2)) for method in methods]
            await bot.until_polling()
            mine = order(bot.world.person("Ann"), "teal")
            await mine.choose()
            await mine.finish()
            mine.check(tally)
            check_log(bot, tally)
            met = {fault.method for fault in faults if fault.hits}
            tally.expect(met >= methods - ONLY_CHANGES, f"{answer}: not met by {methods - ONLY_CHANGES - met}")
            tally.counted["starts"] += 1
    return tally


async def _all_ended(bot, tally, taken) -> None:
    """Wait until the bot has nothing more to do; what it still does then has no end."""
    open_ = "SELECT count(*) FROM jobs WHERE status IN ('QUEUED', 'RUNNING')"
    ended = await bot.until_rows(open_, [(0,)], END)
    ended = ended and await bot.until_rows("SELECT count(*) FROM updates WHERE body IS NOT NULL", [(0,)], END)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END):
            while await _calls_within(bot, 1.0):
                """It still calls."""
            return
    tally.violations.append("there are calls without an end" if ended else "there are jobs or updates without an end")


async def _calls_within(bot, seconds) -> int:
    def made():
        hits = sum(fault.hits for fault in bot.server.faults.on)
        return sum(n for method, n in bot.server.calls.counts.items() if method != "getUpdates") + hits

    before = made()
    await asyncio.sleep(seconds)
    return made() - before


def _check(walk: Walk, tally: Tally) -> None:
    tally.expect(walk.fault is not None and walk.fault.hits > 0, f"{walk}: it never struck")
    if walk.fault is None or not walk.fault.hits:
        return
    left = [status for status, _ in walk.jobs() if status in ("QUEUED", "RUNNING")]
    tally.expect(not left, f"{walk}: without an end: {left}")
    for what in walk.doubled():
        tally.violations.append(f"{walk}: twice: {what}")
    unreachable = (walk.answer.kind == "page" and walk.answer.code == 503) or walk.answer.code == 401
    most = AT_MOST * max(1, len(walk.jobs()))
    tally.expect(walk.fault.hits <= most or unreachable, f"{walk}: called {walk.fault.hits} times")
    tally.expect(_is_logged(walk), f"{walk}: the log does not say why")
    failed = any(status == "FAILED" for status, _ in walk.jobs())
    # A file that ends early is no picture: the painter says so in its own words.
    mute = (
        walk.answer.code == 403
        or walk.answer.kind == "short"
        or walk.method in ("sendMessage", "editMessageMedia", "editMessageCaption")
    )
    tally.expect(not failed or mute or walk.told(), f"{walk}: it failed without a word")


def _is_logged(walk: Walk) -> bool:
    cause = walk.answer.words
    jobs = [id_ for id_, chat_id in walk.bot.rows("SELECT id, chat_id FROM jobs") if chat_id == walk.chat.id]
    about = [f"(chat {walk.chat.id})", f"(chat {walk.person.user.id})", *(f" job {number}: " for number in jobs)]
    lines = [line.lower() for line in walk.bot.log.read_text().splitlines() if any(one in line for one in about)]
    return any(cause in line for line in lines)


def _table(taken: list[Walk]) -> list[str]:
    """A line for each method and answer: what came of it, and in how many calls, once and for ever."""
    rows: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for walk in taken:
        method, answer, count = walk.name
        rows[method, answer][count] = f"{walk.outcome()} ({walk.fault.hits if walk.fault else 0} calls)"
    return [
        f"{method:20} | {re.sub(' +', ' ', answer)[:70]:70} | {said.get('once', ''):32} | {said.get('ever', '')}"
        for (method, answer), said in sorted(rows.items())
    ]
