"""The stand-in is as strict as the official server: the table is in `bot/demo/telegram/__init__.py`."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from telegram import InputMediaAnimation, InputMediaDocument, InputMediaPhoto, InputMediaVideo, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError

import bot.demo.telegram
from bot.demo.telegram.errors import FILE_UNAVAILABLE
from tests.support.demo import keyboard, refused
from tests.support.fakes import photo


def test_each_rule_has_a_test():
    rows = [line.split("|") for line in bot.demo.telegram.__doc__.splitlines() if re.match(r"\d+ +\|", line)]
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    here = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    for _, rule, source, test in rows:
        assert rule.strip()
        assert re.search(r"\w+\.(cpp|h)\b", source), f"{rule} has no source"
        assert f"def {test.strip()}(" in here, f"{rule} has no test"


# 1, 2: photos and edits


async def test_equal_bytes_are_one_photo(here):
    first, second = await here.show(photo(), caption="one"), await here.show(photo(), caption="two")
    assert first.photo[-1].file_id == second.photo[-1].file_id
    with refused("message is not modified"):
        await first.edit_media(InputMediaPhoto(photo(), caption="one"))
    other = photo() + b"\0"
    assert (await first.edit_media(InputMediaPhoto(other, caption="one"))).photo[-1].file_id != second.photo[-1].file_id
    documents = [await here.bot.send_document(here.ann.user.id, photo(), filename="a.jpg") for _ in range(2)]
    assert len({message.document.file_unique_id for message in documents}) == 2


async def test_a_second_edit_cancels(here, ann):
    sent = await here.show(photo("red"))
    slow = here.server.faults.add("uploading", "editMessageMedia", count=1, seconds=30)
    first = asyncio.create_task(sent.edit_media(InputMediaPhoto(photo("green"), caption="first")))
    await here.server.faults.changed.until(lambda: slow.hits, 5)
    await sent.edit_caption("an edit of the caption cancels nothing")
    assert not first.done()
    await sent.edit_media(InputMediaPhoto(photo("blue"), caption="second"))
    with refused("Canceled by new edit message request"):
        await first
    assert [version.body for version in ann.chat.messages[sent.message_id].versions][-1] == "second"


# 3, 11: files


async def test_a_file_may_be_unavailable_for_a_while(here, ann):
    ann.sends_photo(photo())
    file_id = (await here.update()).message.photo[-1].file_id
    here.server.faults.add("error", "getFile", count=1, code=400, description=f"Bad Request: {FILE_UNAVAILABLE}")
    with refused("wrong file_id or the file is temporarily unavailable"):
        await here.bot.get_file(file_id)
    here.server.faults.add("no_path", "getFile", count=1)
    assert (await here.bot.get_file(file_id)).file_path is None
    assert (await here.bot.get_file(file_id)).file_path
    with refused("invalid file_id"):
        await here.bot.get_file("AgACunheard-of")


@pytest.mark.parametrize(("size", "fits"), [(20_971_520, True), (20_971_521, False)])
async def test_a_file_of_20_mib_is_not_too_big(here, ann, size, fits):
    ann.sends_document(bytes(size), "a.bin")
    file_id = (await here.update()).message.document.file_id
    if fits:
        assert (await here.bot.get_file(file_id)).file_size == size
    else:
        with refused("file is too big"):
            await here.bot.get_file(file_id)


async def test_a_server_of_ones_own_serves_no_files(here, ann, tmp_path):
    ann.sends_photo(photo())
    file_id = (await here.update()).message.photo[-1].file_id
    file = await here.bot.get_file(file_id)
    here.world.files.served = False
    with pytest.raises(InvalidToken, match="Not Found"):
        await file.download_as_bytearray()
    here.world.files.folder = tmp_path
    local = await here.bot.get_file(file_id)
    assert Path(local.file_path).is_relative_to(tmp_path)
    assert await local.download_as_bytearray() == ann.chat.messages[1].photo
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{here.server.url}/file/bot{here.server.token}/{local.file_path}")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


# 4, 13: what was done, and is answered with an error all the same


async def test_what_is_deleted_at_once_cannot_be_returned(here, ann):
    ann.chat.purged = True
    with refused("Internal Server Error: sent message was immediately deleted and can't be returned", NetworkError):
        await here.say()
    assert ann.chat.from_bot == []
    assert len(ann.chat.messages) == 1


async def test_what_was_under_way_at_a_restart_has_an_unknown_fate(here, ann):
    description = "Internal Server Error: restart"
    for done in (True, False):
        here.server.faults.add("error", "sendMessage", count=1, code=500, description=description, done=done)
        with refused(description, NetworkError):
            await here.say(f"done: {done}")
    assert [message.text for message in ann.chat.from_bot] == ["done: True"]


async def test_an_album_can_fail_in_the_middle(here, ann):
    here.server.faults.add("album", "sendMediaGroup", count=1, item=3)
    media = [InputMediaPhoto(photo(color)) for color in ("red", "green", "blue")]
    with refused("Failed to send message #3 with the error message"):
        await here.bot.send_media_group(ann.user.id, media)
    assert len(ann.chat.from_bot) == 2


# 5: groups that become supergroups


async def test_only_writers_are_told_that_a_group_was_upgraded(here, ann):
    group = here.world.group("Friends", [ann], basic=True)
    sent = await here.bot.send_photo(group.id, photo())
    larger = here.world.upgrade(group)
    for write in (
        here.bot.send_message(group.id, "x"),
        here.bot.send_chat_action(group.id, "typing"),
        sent.delete(),
        here.bot.delete_messages(group.id, [sent.message_id]),
        here.bot.get_chat_administrators(group.id),
    ):
        with pytest.raises(ChatMigrated) as error:
            await write
        assert error.value.new_chat_id == larger.id
    for other in (sent.edit_caption("x"), sent.set_reaction("👀"), sent.edit_media(InputMediaPhoto(photo("red")))):
        with pytest.raises(BadRequest):
            await other
    told = [update.message for _ in range(4) if (update := await here.update()).message]
    moves = [(m.chat_id, m.migrate_to_chat_id or m.migrate_from_chat_id) for m in told if not m.new_chat_members]
    assert moves == [(group.id, larger.id), (larger.id, group.id)]


@pytest.mark.parametrize(
    ("status", "basic", "reason"),
    [
        ("kicked", False, "bot was kicked from the supergroup chat"),
        ("left", False, "bot is not a member of the supergroup chat"),
        ("kicked", True, "bot was kicked from the group chat"),
        ("left", True, "bot is not a member of the group chat"),
    ],
)
async def test_what_is_said_to_a_bot_that_is_no_member(here, ann, status, basic, reason):
    group = here.world.group("Friends", [ann], basic=basic)
    here.world.set_member(group, here.world.bot, status, by=ann.user)
    with refused(f"Forbidden: {reason}", Forbidden):
        await here.bot.send_message(group.id, "x")
    if basic:
        group.dissolved = True
        with refused("Forbidden: the group chat was deleted", Forbidden):
            await here.bot.send_message(group.id, "x")


# 10, 12, 14: deleting, texts, topics


async def test_messages_are_deleted_all_or_none(here, ann):
    ben = here.world.person("Ben")
    group = here.world.group("Friends", [ann, ben])
    ours, theirs = await here.bot.send_message(group.id, "ours"), ben.sends_text("theirs", to=group)
    with refused("message can't be deleted"):
        await here.bot.delete_messages(group.id, [ours.message_id, theirs.id])
    assert [m.text for m in group.from_bot] == ["ours"]
    assert await here.bot.delete_messages(group.id, [ours.message_id, 99_999])
    assert group.from_bot == []


async def test_old_messages_cannot_be_deleted(here, ann):
    sent = await here.say()
    ann.chat.messages[sent.message_id].date -= 48 * 3600 + 1
    with refused("message can't be deleted for everyone"):
        await sent.delete()


async def test_what_an_album_can_hold(here, ann):
    photos = await here.bot.send_media_group(ann.user.id, [InputMediaPhoto(photo()), InputMediaVideo(b"mp4")])
    with refused("can't change media type in the album"):
        await photos[0].edit_media(InputMediaDocument(b"x"))
    with refused("message content type can't be used in an album"):
        await photos[0].edit_media(InputMediaAnimation(b"x"))
    assert (await photos[0].edit_media(InputMediaVideo(b"film"))).video
    for media, reason in (
        ([InputMediaPhoto(photo())] * 11, "too many messages to send as an album"),
        ([InputMediaPhoto(photo()), InputMediaDocument(b"x")], "document can't be mixed with other media types"),
    ):
        with refused(reason):
            await here.bot.send_media_group(ann.user.id, media)
    (alone,) = await here.bot.send_media_group(ann.user.id, [InputMediaPhoto(photo())])
    assert alone.media_group_id is None


async def test_a_group_may_forbid_kinds_of_messages(here, ann):
    group = here.world.group("Friends", [ann])
    sent = await here.bot.send_photo(group.id, photo())
    group.forbidden = {"photo", "text", "video_note"}
    with refused("not enough rights to send photos to the chat"):
        await here.bot.send_photo(group.id, photo())
    with refused("not enough rights to send photos to the chat"):
        await sent.edit_media(InputMediaPhoto(photo("red")))
    with refused("not enough rights to send text messages to the chat"):
        await here.bot.send_message(group.id, "x")
    with refused("not enough rights to send video notes to the chat"):
        await here.bot.send_video_note(group.id, b"mp4")
    assert await sent.edit_caption("that is allowed")


async def test_topics(here, ann):
    forum, plain = here.world.group("Forum", [ann], forum=True), here.world.group("Plain", [ann])
    topic, other = here.world.topic(forum, "Art", ann), here.world.topic(forum, "Talk", ann)
    assert (await here.bot.send_message(plain.id, "x", message_thread_id=77)).message_thread_id is None
    for number in (1, 77):
        with refused("message thread not found"):
            await here.bot.send_message(forum.id, "x", message_thread_id=number)
    said = ann.sends_text("x", to=forum, topic=topic)
    reply = await here.bot.send_message(
        forum.id, "x", message_thread_id=other, reply_parameters=ReplyParameters(said.id)
    )
    assert reply.message_thread_id == other, "the topic that is asked for wins"
    forum.closed_topics.add(topic)
    with refused("TOPIC_CLOSED"):
        await here.bot.send_message(forum.id, "x", message_thread_id=topic)


async def test_texts_of_refusals(here, ann):
    theirs = ann.sends_photo(photo())
    with refused("message media can't be edited"):
        await here.bot.edit_message_media(InputMediaPhoto(photo()), ann.user.id, theirs.id)
    with refused("message to delete not found"):
        await here.bot.delete_message(ann.user.id, 999)
    with refused("there is no photo in the request"):
        await here.bot.send_photo(ann.user.id, "")
    sent = await here.show(reply_markup=keyboard(["a"]))
    with refused("message to be replied not found"):
        await here.say(reply_parameters=ReplyParameters(999))
    ann.deletes(ann.chat.messages[sent.message_id])
    with refused("message to edit not found"):
        await sent.edit_caption("x")
