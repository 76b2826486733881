"""A clip is painted for minutes: what is painted of it already outlives its painter and the bot, and can be kept."""

import asyncio
import io

import pytest

from bot.executors.base import WorkerDied
from bot.i18n import texts
from bot.jobs.running_job import RunningJob
from bot.storage.idempotency import IdempotencyKey
from bot.storage.models import Photo
from bot.storage.styles import Blend
from styler.events import ClipCheckpoint
from styler.video.reader import ClipReader
from tests.support import clips
from tests.support.chat import finished, gallery, shows, until_rows
from tests.support.clip_chat import counted, frames, moves, until_recorded
from tests.support.dispatching import at_work
from tests.support.fakes import QuickExecutor, photo
from tests.support.hang import HANG_SECONDS
from tests.support.logs import until_logged

CLIP = clips.clip(frames=40)
SHORT = clips.clip(frames=8)


@pytest.fixture(scope="module")
def prepare():
    """Half a second for each frame."""
    return lambda bot: bot.command.__setitem__(-1, "1.5")


async def begun(ann, kind="video"):
    message = await gallery(ann, getattr(ann, f"sends_{kind}")(CLIP))
    await ann.presses(message, "Great Wave")
    return message


@pytest.mark.parametrize("kind", ["animation", "video", "video_note"])
async def test_the_clip_so_far_is_shown_and_remembered(bot, ann, kind):
    message = await begun(ann, kind)
    await ann.chat.until(lambda _: moves(message))
    assert message.now.media.kind == ("video" if kind == "video" else "animation")
    assert 2 <= frames(message) <= 12
    assert message.buttons == [[texts.keep(), texts.cancel()]]
    await until_recorded(bot, message)


async def test_checkpoint_is_shown_less_often_than_frames_are_counted(bot, ann):
    message = await begun(ann)
    await ann.chat.until(lambda _: moves(message))
    shown = message.now.media
    await ann.chat.until(lambda _: len(set(counted(message))) > 3, within=20)
    assert message.now.media is shown, "only every fifteen seconds, while the frames are counted every three"


async def test_a_killed_bot_goes_on_after_the_frames_that_were_shown(bot, ann):
    message = await begun(ann)
    await ann.chat.until(lambda _: moves(message))
    await until_recorded(bot, message)
    painted = frames(message)
    await bot.kill()
    known = len(message.versions)
    bot.command[-1] = "0.3"
    await bot.start()
    await ann.chat.until(lambda _: finished(message), within=30)
    assert min(counted(message, known)) > painted
    assert message.now.media.file.data == CLIP
    await until_rows(bot, "SELECT status, stopped_early FROM jobs", [("DONE", 0)])


async def test_checkpoint_that_telegram_has_no_more_is_painted_again(bot, server, ann):
    message = await begun(ann)
    await ann.chat.until(lambda _: moves(message))
    await until_recorded(bot, message)
    await bot.kill()
    known = len(message.versions)
    server.faults.add("error", "getFile", count=1, description="Bad Request: wrong file_id")
    bot.command[-1] = "0.3"
    await bot.start()
    await ann.chat.until(lambda _: finished(message), within=30)
    assert min(counted(message, known)) <= 2
    assert message.now.media.file.data == CLIP


class Mortal(QuickExecutor):
    """Its painter dies after three frames, once; remembers the frames of the checkpoint that it was given."""

    def __init__(self):
        super().__init__()
        self.given = []

    async def paint(self, content, styles, settings, checkpoint=b""):
        self.given.append(ClipReader(io.BytesIO(checkpoint), 100).frames if checkpoint else 0)
        async for event in super().paint(content, styles, settings, checkpoint):
            yield event
            if isinstance(event, ClipCheckpoint) and event.frames == 3 and len(self.given) == 1:
                raise WorkerDied("of three frames")


class Feeble(QuickExecutor):
    """Its painter dies after each frame that is new, but first shows the beginning of what it was given."""

    def __init__(self):
        super().__init__()
        self.given = []

    async def paint(self, content, styles, settings, checkpoint=b""):
        self.given.append(ClipReader(io.BytesIO(checkpoint), 100).frames if checkpoint else 0)
        if checkpoint:
            yield ClipCheckpoint(clips.clip(frames=2), 96, 64, 2)
        async for event in super().paint(content, styles, settings, checkpoint):
            yield event
            if isinstance(event, ClipCheckpoint):
                raise WorkerDied("of a frame")


class Stuck(QuickExecutor):
    """Its painter says nothing more after three frames."""

    async def paint(self, content, styles, settings, checkpoint=b""):
        async for event in super().paint(content, styles, settings, checkpoint):
            yield event
            if isinstance(event, ClipCheckpoint) and event.frames == 3:
                await asyncio.Event().wait()


async def ordered(ann, dispatcher, storage, kind="video", clip=SHORT):
    """A clip that waits for its painter, and its job."""
    storage.jobs.go_on.set()
    sent = getattr(ann, f"sends_{kind}")(clip)
    mine = Photo(ann.chat.id, sent.id, ann.user.id, sent.now.media.file.file_id, clip=kind)
    known, key = await storage.photos.add(mine), IdempotencyKey.of_text(sent.chat.id, sent.id)
    job = await storage.jobs.enqueue(known, Blend.parse("great-wave"), {}, None, key)
    dispatcher.notify()
    return sent, job


async def test_what_is_painted_is_kept_at_once_though_the_painter_says_nothing_more(server, tmp_path, ann):
    async with at_work(server, tmp_path, Stuck()) as (dispatcher, storage):
        sent, job = await ordered(ann, dispatcher, storage)
        message = await ann.chat.until(lambda chat: next(filter(counted, chat.answers(sent)), None))
        presses = [dispatcher.stop_early(job.id, job.user_id) for _ in range(3)]
        assert await asyncio.gather(*presses) == [True] * 3
        await ann.chat.until(lambda _: finished(message))
        assert frames(message) == 3
        assert shows(message, texts.stopped_after(3))


async def test_while_telegram_gives_no_file_it_is_kept_at_once_all_the_same(server, tmp_path, ann, caplog):
    caplog.set_level("INFO")
    server.faults.add("too_many", "getFile", count=1, seconds=60)
    async with at_work(server, tmp_path, QuickExecutor()) as (dispatcher, storage):
        sent, job = await ordered(ann, dispatcher, storage)
        await until_logged(caplog, "it rests")
        dispatcher.running[job.id].checkpoint = ClipCheckpoint(clips.clip(frames=3), 96, 64, 3)
        assert await dispatcher.stop_early(job.id, job.user_id)
        await ann.chat.until(lambda chat: any(finished(message) for message in chat.answers(sent)))


async def test_pressed_while_the_whole_clip_is_delivered_it_comes_whole_and_once(server, tmp_path, ann):
    async with at_work(server, tmp_path, QuickExecutor()) as (dispatcher, storage):
        slow = server.faults.add("slow", "sendVideoNote", count=1, seconds=1)
        sent, job = await ordered(ann, dispatcher, storage, "video_note")
        await server.calls.changed.until(lambda: slow.hits, 20)
        assert await dispatcher.stop_early(job.id, job.user_id)
        await ann.chat.until(lambda chat: any(finished(message) for message in chat.answers(sent)))
        [note] = [one for one in ann.chat.answers(sent) if one.now.media.kind == "video_note"]
        assert note.now.media.file.data == SHORT


async def test_what_brings_a_clip_further_is_not_charged_and_no_frame_is_lost(server, tmp_path, ann):
    executor = Feeble()
    async with at_work(server, tmp_path, executor) as (dispatcher, storage):
        sent, _ = await ordered(ann, dispatcher, storage, clip=clips.clip(frames=6))
        await ann.chat.until(lambda chat: any(finished(message) for message in chat.answers(sent)))
    assert executor.given == [0, 2, 3, 4, 5, 6]


async def test_what_a_painter_painted_outlives_it_though_nobody_has_seen_it(server, tmp_path, ann):
    executor = Mortal()
    async with at_work(server, tmp_path, executor) as (dispatcher, storage):
        # Of a clip whose message was deleted while it was queued.
        dispatcher.running[999] = RunningJob(checkpoint=ClipCheckpoint(SHORT, 96, 64, 8))
        sent, _ = await ordered(ann, dispatcher, storage)
        await ann.chat.until(lambda chat: any(finished(message) for message in chat.answers(sent)))
        async with asyncio.timeout(HANG_SECONDS):
            while dispatcher.running:  # noqa: ASYNC110 (what has ended is held no more)
                await asyncio.sleep(0.02)
    assert executor.given == [0, 3]


async def test_a_clip_whose_message_is_deleted_is_painted_no_more(bot, ann):
    message = await begun(ann)
    await ann.chat.until(lambda _: shows(message, "frame 1"))
    ann.deletes(message)
    await until_rows(bot, "SELECT status FROM jobs", [("CANCELLED",)])


@pytest.mark.parametrize("kind", ["animation", "video"])
async def test_what_is_painted_is_kept(bot, ann, kind):
    message = await begun(ann, kind)
    await ann.chat.until(lambda _: moves(message))
    number = message.now.keyboard[0][0]["callback_data"]
    assert (await ann.presses(message, texts.keep())).text == texts.kept_answer()
    await ann.chat.until(lambda _: finished(message))
    assert message.now.media.kind == kind
    assert 2 <= frames(message) <= 12
    assert shows(message, "The Great Wave", "Hokusai", texts.stopped_after(frames(message)))
    assert ann.chat.from_bot == [message]
    await until_rows(bot, "SELECT status, stopped_early FROM jobs", [("DONE", 1)])
    assert (await ann.forges(message, number).answered()).text == texts.ended_already()
    assert message.buttons[0] == [texts.another()]


async def test_a_round_video_is_kept_round(bot, ann):
    message = await begun(ann, "video_note")
    await ann.chat.until(lambda _: moves(message))
    await ann.presses(message, texts.keep())
    await ann.chat.until(lambda _: finished(message))
    [note] = [one for one in ann.chat.from_bot if one is not message]
    assert note.now.media.kind == "video_note"
    assert shows(message, texts.stopped_after(frames(note)))
    assert message.now.media.kind == "photo", "what moves is the round video alone"


async def test_nothing_can_be_kept_before_it_is_painted_nor_by_others(bot, ann, bob):
    message = await begun(ann)
    await ann.chat.until(lambda _: shows(message, "frame 1"))
    assert (await ann.presses(message, texts.keep())).text == texts.nothing_to_keep()
    number = message.now.keyboard[0][0]["callback_data"]
    own = await gallery(bob, bob.sends_video(CLIP))
    await ann.chat.until(lambda _: moves(message))
    for data in (number, "keep:99"):
        assert (await bob.forges(own, data).answered()).text == texts.not_yours()
    assert moves(message)
    await ann.presses(message, texts.cancel())
    await ann.chat.until(lambda _: shows(message, texts.cancelled()))
    assert (await ann.forges(message, number).answered()).text == texts.ended_already()
    assert message.now.media.kind == "photo"


async def test_pressed_twice_it_is_kept_once(bot, ann):
    message = await begun(ann)
    await ann.chat.until(lambda _: moves(message))
    presses = [ann.taps(message, texts.keep()) for _ in range(3)]
    answers = [(await press.answered()).text for press in presses]
    assert answers[0] == texts.kept_answer()
    assert set(answers) <= {texts.kept_answer(), texts.ended_already()}
    await ann.chat.until(lambda _: finished(message))
    assert shows(message, texts.stopped_after(frames(message)))


async def test_pressed_while_the_bot_is_down_it_is_kept_when_it_is_back(bot, ann):
    message = await begun(ann)
    await ann.chat.until(lambda _: moves(message))
    await until_recorded(bot, message)
    await bot.kill()
    painted, press = frames(message), ann.taps(message, texts.keep())
    await bot.start()
    assert (await press.answered()).text == texts.kept_answer()
    await ann.chat.until(lambda _: finished(message))
    assert frames(message) >= painted
    assert shows(message, texts.stopped_after(frames(message)))


async def test_pressed_in_line_behind_others_it_is_kept_at_once(bot, ann, bob):
    message = await begun(ann)
    await ann.chat.until(lambda _: moves(message))
    await until_recorded(bot, message)
    endless = await gallery(bob, bob.sends_photo(photo("red")))
    await bob.presses(endless, "Poppies")  # who was served last comes last
    await bot.kill()
    await bot.start()
    await bob.chat.until(lambda _: shows(endless, "Painting"))
    await ann.chat.until(lambda _: shows(message, "in line"))
    assert message.buttons == [[texts.keep(), texts.cancel()]]
    assert (await ann.presses(message, texts.keep())).text == texts.kept_answer()
    await ann.chat.until(lambda _: finished(message))
    assert shows(message, texts.stopped_after(frames(message)))
    assert not finished(endless), "it still has the only painter"


async def test_killed_between_the_press_and_the_delivery_it_is_kept_at_once_all_the_same(bot, server, world, ann):
    message = await begun(ann)
    await ann.chat.until(lambda _: moves(message))
    await until_recorded(bot, message)
    painted = frames(message)
    for person in (world.person("Bob"), world.person("Eve")):  # the second was never served, and so comes first
        endless = await gallery(person, person.sends_photo(photo("red")))
        await person.presses(endless, "Poppies")
        await person.chat.until(lambda _, m=endless: shows(m, "in line"))
    server.faults.add("slow", "editMessageMedia", count=1, seconds=30)
    await ann.presses(message, texts.keep())
    await until_rows(bot, "SELECT status, stopped_early FROM jobs WHERE clip = 'video'", [("RUNNING", 1)])
    await until_rows(bot, "SELECT count(*) FROM updates WHERE body IS NOT NULL", [(0,)])
    await bot.kill()
    await bot.start()
    await ann.chat.until(lambda _: finished(message))
    assert painted <= frames(message) < 40, "what was shown last before the kill, and not the whole clip"
    assert shows(message, texts.stopped_after(frames(message)))
