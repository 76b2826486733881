"""What a person sees while a picture is painted: eyes on the photo, 'sending a photo', the share done, no flood."""

import asyncio
import sqlite3
import time
from collections import Counter

import pytest

from bot.chat import progress
from bot.chat.progress import ProgressDisplay
from bot.i18n import texts
from bot.storage.models import Job, JobStatus
from styler.events import ClipCheckpoint, Preview, Progress
from styler.gallery import load_gallery
from tests.support.chat import finished, finished_painting, gallery, painting, shows
from tests.support.fakes import photo

ENDLESS = photo("red")  # the quick painter never finishes it


async def test_a_photo_gets_a_look_at_once(bot, world, ann):
    sent = ann.sends_photo(photo("teal"))
    await ann.chat.until(lambda _: sent.reactions == {world.bot.id: ["👀"]})


async def test_a_chat_that_allows_no_reactions_gets_its_gallery(bot, server, ann):
    server.faults.add("error", "setMessageReaction", description="Bad Request: REACTION_INVALID")
    await gallery(ann, ann.sends_photo(photo("teal")))


async def test_while_it_is_painted_the_chat_says_that_a_photo_comes(bot, ann):
    message = await gallery(ann, ann.sends_photo(ENDLESS))
    assert ann.chat.actions == []
    await ann.presses(message, "Great Wave")
    [action] = await ann.chat.until(lambda chat: chat.actions)
    assert action.action == "upload_photo"


async def test_a_refused_chat_action_costs_nothing(bot, server, ann):
    fault = server.faults.add("too_many", "sendChatAction", seconds=30)
    await finished_painting(ann, "teal", "Great Wave")
    assert fault.hits == 1, "nobody waits for it, nobody repeats it"


async def test_edits_are_three_seconds_apart(bot_process, ann):
    bot_process.command[-1] = "8"  # progress after 2.7, 5.3 and 8 seconds
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("teal")))
    await ann.presses(message, "Great Wave")
    await ann.chat.until(lambda _: finished(message), within=20)
    shown = [v.at for v in message.versions if "Painting" in v.body]
    assert len(shown) == 2
    assert shown[1] - shown[0] > 2.9


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Painting: 33%, about 5 sec left"), ("ru", "Рисую: 33\N{NO-BREAK SPACE}%, осталось примерно 5 с")],
)
async def test_share_and_time_left_are_told(bot_process, anna, said):
    bot_process.command[-1] = "3"
    await bot_process.start()
    message = await gallery(anna, anna.sends_photo(photo("teal")))
    await anna.presses(message, texts.label(load_gallery()[0]))
    await anna.chat.until(lambda _: shows(message, said))
    await painting(anna, message)


JOB = Job(1, 1, 1, 1, "file", "poppies", {}, 1, JobStatus.RUNNING, 1, 0, 0.0, None, None, None, False)


class Watched:
    """A screen that is told of each edit, and of which picture came with it; and of each chat action."""

    def __init__(self):
        self.pictures, self.actions = asyncio.Queue(), asyncio.Queue()

    async def painting(self, _job, _progress, picture):
        self.pictures.put_nowait(picture)

    async def busy(self, _job):
        self.actions.put_nowait(time.monotonic())


async def test_the_chat_says_so_again_and_again_and_no_more_once_it_is_painted(monkeypatch):
    assert 4 < progress.ACTION_SECONDS < 5, "an action lasts five seconds"
    monkeypatch.setattr(progress, "ACTION_SECONDS", 0.05)
    screen, others = Watched(), asyncio.all_tasks()
    async with asyncio.timeout(5), ProgressDisplay(screen, JOB):
        first, second = await screen.actions.get(), await screen.actions.get()
    assert second - first > 0.045
    assert asyncio.all_tasks() == others, "nothing is left that could say so"


async def test_each_picture_is_shown_once_and_footage_seldom(monkeypatch):
    monkeypatch.setattr(progress, "EDIT_SECONDS", 0.02)
    preview, footage, more = (
        Preview(b"first", 8, 8),
        ClipCheckpoint(b"clip", 8, 8, 2),
        ClipCheckpoint(b"longer", 8, 8, 3),
    )
    screen, news = Watched(), Progress(1, 2, 1.0, 0.5, 1.0)
    async with asyncio.timeout(5), ProgressDisplay(screen, JOB) as display:
        for events, picture in (([preview], preview), ([news], None), ([preview, footage], footage), ([more], None)):
            for event in events:
                display.show(event)
            assert await screen.pictures.get() is picture
        shown = None
        while shown is None:
            display.show(news)
            shown = await screen.pictures.get()
    assert shown is more


class Faulty:
    """A screen that fails at each thing once, for a reason that nobody foresaw."""

    def __init__(self):
        self.asked, self._failed = asyncio.Queue(), set()

    async def painting(self, _job, _progress, _picture):
        self._fail_once("progress")

    async def busy(self, _job):
        self._fail_once("action")

    def _fail_once(self, what):
        self.asked.put_nowait(what)
        if what not in self._failed:
            self._failed.add(what)
            raise sqlite3.OperationalError(f"no such {what}")


async def test_after_a_fault_it_is_shown_all_the_same(monkeypatch, caplog):
    monkeypatch.setattr(progress, "EDIT_SECONDS", 0.02)
    monkeypatch.setattr(progress, "ACTION_SECONDS", 0.02)
    screen, asked = Faulty(), Counter()
    async with asyncio.timeout(5), ProgressDisplay(screen, JOB) as display:
        while min(asked["progress"], asked["action"]) < 2:
            display.show(Progress(1, 2, 1.0, 0.5, 1.0))
            asked[await screen.asked.get()] += 1
    assert {str(record.exc_info[1]) for record in caplog.records} == {"no such progress", "no such action"}
