"""What a person sees while a picture is painted: eyes on the photo, 'sending a photo', the share done, no flood."""

import asyncio
import math
import sqlite3
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.chat.progress import ProgressDisplay
from bot.i18n import texts
from bot.storage.models import Job, JobStatus
from bot.storage.styles import Blend
from styler.events import ClipCheckpoint, Preview, Progress
from styler.gallery import load_gallery
from tests.support.chat import finished_painting, gallery, painting, shows
from tests.support.fakes import photo
from tests.support.virtual_time import in_virtual_time, now

ENDLESS = photo("red")  # the quick painter never finishes it


async def test_a_photo_gets_a_look_at_once(bot, world, ann):
    """For as long as it waits for what becomes of it."""
    sent = ann.sends_photo(photo("teal"))
    await ann.chat.until(lambda _: sent.reactions == {world.bot.id: ["👀"]})
    message = await gallery(ann, sent)
    await ann.presses(message, "Great Wave")
    await painting(ann, message)
    await ann.chat.until(lambda _: sent.reactions == {world.bot.id: []})


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


JOB = Job(1, 1, 1, 1, "file", Blend.parse("poppies"), {}, 1, JobStatus.RUNNING, 1, 0, 0.0, None, None, None, False)


class Watched:
    """A view that notes when each edit and each chat action was made, and which picture came with the edit."""

    def __init__(self):
        self.edits, self.actions, self.pictures = [], [], []

    async def show_progress(self, _job, _progress, picture):
        self.edits.append(now())
        self.pictures.append(picture)

    async def send_chat_action(self, _job):
        self.actions.append(now())


def step(number=1):
    return Progress(number, 100, 1.0, number / 100, 1.0)


@pytest.mark.parametrize(("chat", "apart"), [(1, 3.0), (-1, 10.0)], ids=["private", "group"])
@in_virtual_time
async def test_edits_are_as_far_apart_as_the_flood_limits_ask(chat, apart):
    view = Watched()
    async with ProgressDisplay(view, replace(JOB, chat_id=chat)) as display:
        for number in range(100):
            display.show(step(number))
            await asyncio.sleep(0.25)
    assert view.edits == [apart * number for number in range(math.ceil(25 / apart))]


@in_virtual_time
async def test_the_chat_says_so_again_and_again_and_no_more_once_it_is_painted():
    view, others = Watched(), asyncio.all_tasks()
    async with ProgressDisplay(view, JOB):
        await asyncio.sleep(60)
    waits = [later - earlier for earlier, later in pairwise(view.actions)]
    assert waits
    assert all(4 < wait < 5 for wait in waits), "an action lasts five seconds"
    assert asyncio.all_tasks() == others, "nothing is left that could say so"


@in_virtual_time
async def test_each_picture_is_shown_once_and_a_clip_s_beginning_seldom():
    preview, clip, longer = (
        Preview(b"first", 8, 8),
        ClipCheckpoint(b"clip", 8, 8, 2),
        ClipCheckpoint(b"longer", 8, 8, 3),
    )
    view = Watched()
    async with ProgressDisplay(view, JOB) as display:
        for events in ([preview], [step()], [preview, clip], [longer], [step()], [step()], [step()], [step()]):
            for event in events:
                display.show(event)
            await asyncio.sleep(3)
    assert view.pictures == [preview, None, clip, None, None, None, None, longer]


class Faulty:
    """A view that fails at each thing once, for a reason that nobody foresaw."""

    def __init__(self):
        self.asked = Counter()

    async def show_progress(self, _job, _progress, _picture):
        self._fail_once("progress")

    async def send_chat_action(self, _job):
        self._fail_once("action")

    def _fail_once(self, what):
        self.asked[what] += 1
        if self.asked[what] == 1:
            raise sqlite3.OperationalError(f"no such {what}")


@in_virtual_time
async def test_after_a_fault_it_is_shown_all_the_same(caplog):
    view = Faulty()
    async with ProgressDisplay(view, JOB) as display:
        for _ in range(2):
            display.show(step())
            await asyncio.sleep(5)
    assert view.asked == {"progress": 2, "action": 3}
    assert {str(record.exc_info[1]) for record in caplog.records} == {"no such progress", "no such action"}
