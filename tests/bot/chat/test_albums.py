"""Photos sent together: one gallery, an album that becomes paintings, one message that says how far it is."""

import asyncio
from collections import Counter
from dataclasses import replace
from unittest.mock import AsyncMock

import pytest

from bot.chat.album_message import AlbumMessage
from bot.chat.gallery import Gallery
from bot.chat.job_captions import JobCaptions
from bot.i18n import texts
from bot.options import PaintOptions
from bot.storage.models import Job, JobStatus
from bot.storage.styles import Blend
from styler.events import Result
from styler.gallery import load_gallery
from styler.settings import Settings
from tests.support.chat import finished_painting, gallery, is_negative_of, opened, rows, settled, shows, until_rows
from tests.support.clips import clip, gif
from tests.support.fakes import photo
from tests.support.sqlite import open_beside

COLORS = ["teal", "olive", "navy", "maroon"]
RED = (255, 0, 0)


def album_of(chat):
    """The bot's messages of an album that still stand."""
    return [m for m in chat.from_bot if m.media_group_id]


async def chosen(person, colors):
    """The control message of an album for which a painting was chosen."""
    sent = person.sends_album([photo(color) for color in colors])
    control = await gallery(person, sent[0])
    await person.chat.until(lambda _: shows(control, texts.gallery_album()))
    await settled(person)  # all of the album has come
    await person.presses(control, texts.label(load_gallery()[0]))
    return sent, control


def painted(message, color):
    return is_negative_of(opened(message.photo or message.document), color)


async def all_done(person, control, count):
    await person.chat.until(lambda _: shows(control, texts.album_state(count, count, 0)), within=20)


async def test_photos_and_videos_come_back_as_one_album_by_one_caption(bot, ann):
    """Whichever of them has the caption."""
    video = clip(frames=3)
    media = [ann.file("video", video, "video/mp4", "video.mp4"), ann.photo(photo("teal")), ann.photo(photo("olive"))]
    sent = ann.sends_media_group(media, "poppies, soft")
    control = await gallery(ann, sent[0])
    await all_done(ann, control, 3)
    moving, *stills = album_of(ann.chat)
    assert (moving.now.media.kind, moving.now.media.file.data) == ("video", video)
    assert [painted(m, color) for m, color in zip(stills, ("teal", "olive"), strict=True)] == [True, True]
    assert len({m.media_group_id for m in (moving, *stills)}) == 1
    strengths = rows(bot, "SELECT DISTINCT json_extract(settings, '$.strength') FROM jobs")
    assert strengths == [("soft",)]
    assert rows(bot, "SELECT count(*) FROM jobs WHERE json_extract(settings, '$.fps') IS NOT NULL") == [(1,)]


async def test_one_press_is_for_photos_and_videos(bot, ann):
    sent = ann.sends_media_group([ann.photo(photo("teal")), ann.file("video", clip(), "video/mp4", "video.mp4")])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album(), texts.clips_of_album(5)))
    assert [texts.second_is_style()] not in control.buttons
    await ann.presses(control, "Great Wave")
    await all_done(ann, control, 2)
    assert sorted(m.now.media.kind for m in album_of(ann.chat)) == ["photo", "video"]


async def test_pictures_and_clips_that_come_as_files_come_back_as_files(bot, ann):
    files = [(photo(kind="PNG"), "image/png", "a.png"), (clip(), "video/mp4", "b.mp4"), (gif(), "image/gif", "c.gif")]
    sent = ann.sends_media_group([ann.file("document", *file) for file in files], "great wave")
    control = await gallery(ann, sent[0])
    await all_done(ann, control, 3)
    album = album_of(ann.chat)
    assert [m.now.media.kind for m in album] == ["document"] * 3
    assert [m.document == data for m, (data, *_) in zip(album[1:], files[1:], strict=True)] == [True, True]


@pytest.mark.parametrize("language", ["en", "de"])
async def test_an_album_comes_back_as_one_album(bot, anna):
    sent, control = await chosen(anna, COLORS)
    await all_done(anna, control, 4)
    album = album_of(anna.chat)
    assert len({m.media_group_id for m in album}) == 1
    assert [m.reply_to for m in album] == [sent[0]] * 4
    assert all(painted(m, color) for m, color in zip(album, COLORS, strict=True))
    assert all(shows(m, texts.title(load_gallery()[0]), "Hokusai") for m in album)
    assert control.buttons == [[texts.another()], [texts.share()]]
    assert Counter(m.sender.is_bot for m in anna.chat.messages.values())[True] == 6, "control, help, and four pictures"


async def test_each_photo_has_its_own_place_in_line(bot, ann, bob):
    """Another person's photo comes between an album's first and its second."""
    await chosen(ann, [RED, "teal"])
    await until_rows(bot, "SELECT status FROM jobs ORDER BY id", [("RUNNING",), ("QUEUED",)])
    other = await gallery(bob, bob.sends_photo(photo("teal")))
    await bob.presses(other, "Great Wave")
    await bob.chat.until(lambda _: shows(other, "Place 1 in line"))


async def test_a_place_in_line_that_comes_late_does_not_stand_under_a_finished_album(bot, ann, bob):
    sent = ann.sends_album([photo("teal")] * 10, "great wave")
    control = await gallery(ann, sent[0])
    await all_done(ann, control, 10)
    await finished_painting(bob)  # the places that were to be shown before its own have been
    assert shows(control, "Hokusai")


async def test_the_count_is_of_all_that_were_sent_from_the_first(bot, ann, bob):
    endless = await gallery(bob, bob.sends_photo(photo("red")))
    await bob.presses(endless, "Poppies")
    await until_rows(bot, "SELECT status FROM jobs", [("RUNNING",)])
    control = await gallery(ann, ann.sends_album([photo("teal")] * 3, "great wave")[0])
    await ann.chat.until(lambda _: shows(control, "Place 1 in line", texts.album_state(0, 3, 0)))
    counted = {version.body.splitlines()[-1] for version in control.versions if "painted" in version.body}
    assert counted == {texts.album_state(0, 3, 0)}


async def test_an_album_that_telegram_does_not_take_ends_in_a_sentence(bot, server, ann):
    server.faults.add("error", "sendMediaGroup", description="Bad Request: not enough rights to send photos")
    _, control = await chosen(ann, ["teal", "olive"])
    await ann.chat.until(lambda _: shows(control, texts.no_delivery()))
    assert control.buttons[-1] == [texts.own_style()]


async def test_the_control_message_tells_progress_and_stops_all(bot, ann):
    sent, control = await chosen(ann, ["teal", RED, "olive"])
    await until_rows(bot, "SELECT count(claimed_at) FROM jobs", [(2,)])
    # Either may come last: that the first is painted, and the only news of the second, which takes for ever.
    await ann.chat.until(lambda _: shows(control, texts.album_state(1, 3, 0)))
    await ann.chat.until(lambda _: any("Painting" in version.body for version in control.versions))
    assert control.buttons == [[texts.cancel_all()]]
    assert (await ann.presses(control, texts.cancel_all())).text == texts.cancelled_answer()
    await ann.chat.until(lambda _: shows(control, texts.album_state(1, 1, 0)))
    assert rows(bot, "SELECT count(claimed_at) FROM jobs") == [(2,)], "the third did not begin meanwhile"
    [left] = album_of(ann.chat)
    assert painted(left, "teal")
    assert control.buttons == [[texts.another()], [texts.share()]]
    await ann.presses(control, texts.another())
    again = (await ann.chat.until(lambda chat: len(chat.answers(sent[0])) == 3 and chat.answers(sent[0])))[-1]
    assert shows(again, texts.gallery_album())


async def test_what_is_painted_stays_also_when_that_is_not_recorded_yet(bot, server, ann):
    server.faults.add("slow", "editMessageCaption", seconds=1)  # the edit that tells of it, too
    _, control = await chosen(ann, ["teal", RED])
    await ann.chat.until(lambda chat: any(painted(m, "teal") for m in album_of(chat) if m.photo))
    await ann.presses(control, texts.cancel_all())
    await ann.chat.until(lambda _: shows(control, texts.album_state(1, 1, 0)))
    [left] = album_of(ann.chat)
    assert painted(left, "teal")


async def test_cancel_takes_whole_albums_at_once(bot, server, ann):
    first, second = [(await chosen(ann, [RED, "teal", "olive"]))[1] for _ in range(2)]
    await ann.chat.until(lambda chat: len(album_of(chat)) == 6)
    deletions = server.calls.counts["deleteMessages"]
    ann.sends_text("/cancel")
    await ann.chat.until(lambda _: all(shows(control, texts.cancelled()) for control in (first, second)))
    assert album_of(ann.chat) == []
    assert server.calls.counts["deleteMessages"] == deletions + 2


async def test_an_album_that_is_cancelled_at_once_is_a_gallery_again(bot, ann):
    _, control = await chosen(ann, [RED, "teal", "olive"])
    await ann.chat.until(lambda chat: len(album_of(chat)) == 3)
    await ann.presses(control, texts.cancel_all())
    await ann.chat.until(lambda _: shows(control, texts.cancelled()))
    assert album_of(ann.chat) == []
    assert control.buttons[-1] == [texts.own_style()]
    await ann.presses(control, "Poppies")
    await ann.chat.until(lambda chat: len(album_of(chat)) == 3)
    assert shows(control, "Poppies")


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_what_cannot_be_painted_says_why_in_its_place(bot, anna):
    _, control = await chosen(anna, ["teal", "blue", "olive"])
    await anna.chat.until(lambda _: shows(control, texts.album_state(2, 3, 1)), within=20)
    first, second, third = album_of(anna.chat)
    assert shows(second, texts.tried_too_often())
    assert painted(first, "teal")
    assert painted(third, "olive")


async def test_pressed_ten_times_it_is_one_album(bot, ann):
    sent = ann.sends_album([photo(color) for color in COLORS])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    taps = [ann.taps(control, "Great Wave") for _ in range(10)]
    assert sorted([(await tap.answered()).text for tap in taps]) == [""] + [texts.already()] * 9
    await ann.chat.until(lambda _: shows(control, "4 of 4"), within=20)
    assert len(album_of(ann.chat)) == 4


async def test_photos_that_came_as_files_come_back_as_an_album_of_files(bot, ann):
    media = [ann.file("document", photo(color), "image/jpeg", f"{color}.jpg") for color in COLORS]
    sent = ann.sends_media_group(media)
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    await ann.presses(control, "Great Wave")
    await all_done(ann, control, 4)
    assert all(m.document and painted(m, color) for m, color in zip(album_of(ann.chat), COLORS, strict=True))


async def test_files_that_telegram_has_forgotten_still_become_an_album_of_files(bot, server, ann):
    server.faults.add("error", "sendMediaGroup", count=1, description="Bad Request: wrong file identifier")
    sent = ann.sends_media_group([ann.file("document", photo(color), "image/jpeg", "a.jpg") for color in COLORS])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    await ann.presses(control, "Great Wave")
    await all_done(ann, control, 4)
    assert all(m.document and painted(m, color) for m, color in zip(album_of(ann.chat), COLORS, strict=True))


async def test_own_style_for_all_of_an_album(bot, ann):
    sent = ann.sends_album([photo(color) for color in COLORS])
    control = await gallery(ann, sent[0])
    await ann.chat.until(lambda _: shows(control, texts.gallery_album()))
    await ann.presses(control, texts.own_style())
    await ann.chat.until(lambda _: control.buttons == [[texts.back()]])
    ann.sends_photo(photo("orange"))
    await all_done(ann, control, 4)


@pytest.mark.parametrize("method", ["jobs.set_messages", "jobs.complete"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_at_the_worst_moment_every_photo_becomes_one_painting(bot_process, ann, when, method):
    """Killed before or after the album is recorded, or a painting of it."""
    bot_process.command = ["-m", "tests.torture.bot", "--seconds", "0.2", "--die", f"{when}:{method}:1"]
    await bot_process.start()
    _, control = await chosen(ann, COLORS)
    await bot_process.process.wait()
    bot_process.command = bot_process.command[:-2]
    await bot_process.start()
    await all_done(ann, control, 4)
    done = [m for m in album_of(ann.chat) if m.now.body]
    assert all(painted(m, color) for m, color in zip(done, COLORS, strict=True))
    await until_rows(bot_process, "SELECT DISTINCT status FROM jobs", [("DONE",)])


async def test_an_album_does_not_wait_until_a_clock_is_right_that_was_put_back(bot_process, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--die", "before:jobs.set_messages:1"]
    await bot_process.start()
    _, control = await chosen(ann, COLORS)
    await bot_process.process.wait()
    with open_beside(bot_process.data) as database:
        database.execute("UPDATE jobs SET created_at = created_at + 3600")
    bot_process.command = ["-m", "tests.torture.bot"]
    await bot_process.start()
    await all_done(ann, control, 4)


async def test_what_took_long_rings_once_an_album_when_all_of_it_is_there(bot_process, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--long", "0"]
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("teal"), "poppies"))
    await ann.chat.until(lambda chat: any(m.text == texts.ready() for m in chat.answers(message)))
    _, control = await chosen(ann, COLORS)
    await all_done(ann, control, 4)
    ring = await ann.chat.until(lambda chat: next((m for m in chat.from_bot if m.text == texts.ready_album()), None))
    assert ring.versions[0].at >= control.versions[-1].at
    assert ring.reply_to is album_of(ann.chat)[0]
    assert sum(m.text in (texts.ready(), texts.ready_album()) for m in ann.chat.from_bot) == 2


async def test_what_fails_after_long_rings_and_says_where_it_stands_why(bot_process, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--long", "0"]
    await bot_process.start()
    message = await gallery(ann, ann.sends_photo(photo("blue"), "poppies"))  # of which no painting can be made
    ring = await ann.chat.until(lambda chat: next(iter(chat.answers(message)), None))
    assert (ring.text, ring.reply_to) == (texts.not_painted(), message)
    assert shows(message, texts.tried_too_often())
    await settled(ann)
    assert ann.chat.answers(message) == [ring]


@pytest.mark.parametrize("colors", [["teal", "blue"], ["blue", "teal"], ["blue", "blue"]])
async def test_an_album_rings_once_all_has_ended_also_if_nothing_of_it_was_painted(bot_process, ann, colors):
    """None can be made of the blue ones."""
    bot_process.command = ["-m", "tests.torture.bot", "--long", "0"]
    await bot_process.start()
    sent = ann.sends_album([photo(color) for color in colors], "poppies")
    await gallery(ann, sent[0])
    ended = "SELECT count(*) FROM jobs WHERE status IN ('DONE', 'FAILED')"
    await until_rows(bot_process, ended, [(2,)])
    await ann.chat.until(lambda _: not any(sent[0].reactions.values()))
    await settled(ann)
    done = [m.id for m in ann.chat.from_bot if shows(m, "Poppies") and not m.buttons]
    failed = [m.id for m in ann.chat.from_bot if shows(m, texts.tried_too_often()) and not m.buttons]
    rings = [(m.text, m.reply_to.id) for m in ann.chat.from_bot if m.text in (texts.ready_album(), texts.not_painted())]
    assert rings == [(texts.ready_album(), done[0]) if done else (texts.not_painted(), failed[0])]


async def test_an_album_rings_whose_first_photo_was_cancelled_before_the_album_was_sent(bot_process, server, ann):
    bot_process.command = ["-m", "tests.torture.bot", "--long", "0"]
    await bot_process.start()
    fault = server.faults.add("too_many", "sendMediaGroup", seconds=1)
    _, control = await chosen(ann, COLORS)
    await until_rows(bot_process, "SELECT count(*) FROM jobs", [(4,)])
    await ann.forges(control, "cancel:1").answered()
    await until_rows(bot_process, "SELECT status, message_id FROM jobs WHERE id = 1", [("CANCELLED", None)])
    server.faults.remove(fault)
    await all_done(ann, control, 3)
    ring = await ann.chat.until(lambda chat: next((m for m in chat.from_bot if m.text == texts.ready_album()), None))
    assert ring.reply_to is album_of(ann.chat)[0]


async def test_two_painted_at_once_are_both_counted(bot_process, ann):
    bot_process.command[-2:] = ["4", "0.3"]
    await bot_process.start()
    _, control = await chosen(ann, COLORS)
    await all_done(ann, control, 4)


async def test_a_picture_deleted_from_the_album_stops_its_painting_only(bot, ann):
    _, control = await chosen(ann, [RED, "teal", "olive"])
    album = await ann.chat.until(lambda chat: len(album_of(chat)) == 3 and album_of(chat))
    ann.deletes(album[2])
    await until_rows(bot, "SELECT message_id FROM jobs ORDER BY id", [(m.id,) for m in album])
    [[first], *_] = rows(bot, "SELECT id FROM jobs ORDER BY id")
    await ann.forges(control, f"cancel:{first}").answered()
    await ann.chat.until(lambda _: shows(control, texts.album_state(1, 1, 0)), within=20)
    assert control.buttons == [[texts.another()], [texts.share()]]


async def test_an_album_that_is_forgotten_is_not_shown_in_work(bot, ann):
    _, control = await chosen(ann, [RED, "teal"])
    await ann.chat.until(lambda _: shows(control, "Painting"))
    ann.sends_text("/forget")
    await ann.chat.until(lambda chat: not album_of(chat))
    await ann.chat.until(lambda _: control.now.body == texts.cancelled_answer())
    assert not control.buttons
    assert ann.chat.from_bot[-1].text == texts.forgotten(), "told first: a message takes a second"


async def test_the_flood_limits_hold_with_albums(bot_process, world, ann):
    bot_process.command += ["paced"]
    world.flood.enforced = True
    await bot_process.start()
    people = [ann, *(world.person(f"P{i}") for i in range(5))]
    controls = await asyncio.gather(*(chosen(person, ["teal"] * 10) for person in people))
    for person, (_, control) in zip(people, controls, strict=True):
        await person.chat.until(lambda _, c=control: shows(c, "10 of 10"), within=60)
    assert world.flood.refused.total() == 0, world.flood.refused


async def test_a_painting_that_was_cancelled_while_it_came_into_its_album_counts_no_more():
    """It is shown before it is recorded: until then the message counts, and then the row."""
    job = Job(7, 1, 1, 1, "file", Blend.parse("poppies"), {}, 9, JobStatus.RUNNING, 0, 0, 0.0, None, None, None, False)
    captions = JobCaptions(Gallery(load_gallery()), PaintOptions(Settings(), 1024))
    album = AlbumMessage(bot=None, storage=None, captions=captions, editor=AsyncMock(), notices=None)
    assert not album.is_delivered(job)
    await album.deliver(job, Result(b"", 64, 48, 1.0, 64, 48))
    assert album.is_delivered(job)
    assert not album.is_delivered(replace(job, status=JobStatus.CANCELLED))
