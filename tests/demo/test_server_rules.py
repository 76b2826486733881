"""The stand-in is as strict as the official server: the table is in `bot/demo/telegram/__init__.py`."""

import asyncio
import itertools
import re
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from telegram import InputMediaAnimation, InputMediaDocument, InputMediaPhoto, InputMediaVideo, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

import bot.demo.telegram
from bot.demo.telegram.errors import FILE_UNAVAILABLE, ApiError
from bot.demo.telegram.server_limits import ServerLimits
from bot.demo.telegram.updates import Updates
from bot.demo.telegram.webhook import WebhookSender
from tests.support.demo import keyboard
from tests.support.fakes import photo


def refused(reason: str, error=BadRequest):
    """python-telegram-bot changes the case of Telegram's words."""
    return pytest.raises(error, match=f"(?i)^{re.escape(reason)}")


class HandClock:
    """Time that passes only when it is told to, or when somebody sleeps."""

    speed = 1000.0

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += max(0.0, seconds)
        await asyncio.sleep(0)


@pytest.fixture
def clock():
    return HandClock()


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


# 6: updates that nobody fetches


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [("callback_query", 150), ("inline_query", 30), ("chosen_inline_result", 600), ("message", 86_400)],
)
async def test_updates_expire(clock, kind, seconds):
    updates = Updates(clock)
    updates.push(kind, {})
    updates.push("my_chat_member", {})
    clock.now += seconds - 1
    assert len(await updates.poll(0, 100, 0)) == 2
    clock.now += 2
    left = updates.pending
    assert kind not in left[0] if left else seconds == 86_400
    assert updates.expired == 2 - len(left)


# 8: getUpdates


async def test_of_two_pollers_that_wait_the_older_fails(clock):
    updates = Updates(clock)
    older = asyncio.create_task(updates.poll(1, 100, 50))
    await updates.changed.until(lambda: updates.polls, 5)
    newer = asyncio.create_task(updates.poll(2, 100, 50))
    with pytest.raises(ApiError, match="terminated by other getUpdates request"):
        await older
    updates.push("message", {})
    assert len(await newer) == 1
    assert [len(await updates.poll(offset, 100, 50)) for offset in (3, 4)] == [1, 1], "both are served"


async def test_further_conflicts_are_held_back(clock):
    updates = Updates(clock)
    updates.webhook_url = "http://somewhere"
    for held_back in ([], [3.0], [3.0]):
        with pytest.raises(ApiError, match="can't use getUpdates method while webhook is active"):
            await updates.poll(0, 100, 0)
        assert clock.slept == held_back
    clock.now += 0.1
    with pytest.raises(ApiError):
        await updates.poll(0, 100, 0)
    assert clock.slept == [3.0, 3.0], "that was more than three seconds ago"


async def test_a_hasty_poller_is_slowed_down(clock):
    updates = Updates(clock)
    began = asyncio.get_running_loop().time()
    assert await updates.poll(5, 100, 0) == []
    assert await updates.poll(5, 100, 0) == [], "the same offset again"
    waited = asyncio.get_running_loop().time() - began
    assert waited >= 3.0 / clock.speed
    for _ in range(3):
        updates.push("message", {})
    assert [len(await updates.poll(5, 100, 0)) for _ in range(2)] == [1, 1]
    clock.now += 0.6
    assert len(await updates.poll(5, 100, 0)) == 3


@pytest.mark.parametrize(("ahead", "left"), [(10, 0), (11, 2)])
async def test_an_offset_far_ahead_counts_as_none(clock, ahead, left):
    updates = Updates(clock)
    for _ in range(2):
        updates.push("message", {})
    assert len(await updates.poll(updates.next_id + ahead, 100, 0)) == left


async def test_names_of_updates_that_nobody_knows(here):
    await here.bot.get_updates(allowed_updates=["message", "unheard_of"], timeout=0)
    assert here.world.updates.allowed == ["message"]
    await here.bot.get_updates(offset=1, allowed_updates=["unheard_of"], timeout=0)
    assert here.world.updates.allowed == [], "the default"


# 7: webhooks


class Hook:
    """An address that answers as `answers` say, then 200, and keeps what came with the time at which it came."""

    def __init__(self, clock) -> None:
        self.got, self.answers, self.clock = [], [], clock
        self.came = asyncio.Event()
        self.hold = asyncio.Event()
        self.hold.set()

    async def receive(self, request):
        update = await request.json()
        self.got.append((self.clock(), update["update_id"]))
        self.came.set()
        await self.hold.wait()
        answer = self.answers.pop(0) if self.answers else web.Response()
        return answer if isinstance(answer, web.Response) else web.Response(status=answer)


@pytest.fixture
async def hook(clock):
    hook, app = Hook(clock), web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    hook.hold.set()
    await runner.cleanup()


@pytest.fixture
async def sender(clock, hook):
    updates = Updates(clock)
    sender = WebhookSender(updates, clock)
    sender.updates = updates
    sender.set(hook.url, "")
    yield sender
    await sender.close()


async def taken(sender):
    await sender.updates.changed.until(lambda: not sender.updates.pending, 5)


async def test_queues_of_a_webhook_go_side_by_side(sender, hook):
    hook.hold.clear()
    for queue in ("Ann's chat", "Ann's chat", "Ann's presses"):
        sender.updates.push("message", {}, queue)
    first = sender.updates.pending[0]["update_id"]
    async with asyncio.timeout(60):
        while len(hook.got) < 2:
            hook.came.clear()
            await hook.came.wait()
    assert [number - first for _, number in hook.got] == [0, 2], "a press overtakes a message, no message another"
    hook.hold.set()
    await taken(sender)
    assert [number - first for _, number in hook.got] == [0, 2, 1]


async def test_the_waits_of_a_webhook_double(sender, hook, clock):
    hook.answers = [500, 302, 404, 503, web.Response(status=500, headers={"Retry-After": "7"}), 500]
    sender.updates.push("message", {})
    await taken(sender)
    times = [at for at, _ in hook.got]
    assert [b - a for a, b in itertools.pairwise(times)] == [0.0, 2.0, 4.0, 8.0, 7.0, 16.0]
    assert "500" in sender.info()["last_error_message"]


async def test_a_webhook_drops_what_expires_before_its_next_try(sender, hook, clock):
    hook.answers = [500] * 20
    sender.updates.push("inline_query", {})
    await taken(sender)
    assert [at - 1000.0 for at, _ in hook.got] == [0.0, 0.0, 2.0, 6.0, 14.0, 30.0], "the next would be after 62 s"


async def test_a_webhook_that_is_gone_for_a_day_is_removed(sender, hook, clock):
    hook.answers = [web.Response(status=410, headers={"Retry-After": "3600"}) for _ in range(30)]
    sender.updates.push("message", {})
    await sender.updates.changed.until(lambda: not (sender.updates.webhook_url and sender.updates.pending), 20)
    assert sender.updates.webhook_url == ""
    assert clock.now > 1000.0 + 23 * 3600


async def test_the_answer_of_a_webhook_may_hold_a_call(here, ann, hook):
    call = {"method": "sendMessage", "chat_id": ann.user.id, "text": "from an answer"}
    hook.answers = [web.json_response({"method": "getMe"}), web.json_response(call)]
    await here.bot.set_webhook(hook.url)
    ann.sends_text("one")
    ann.sends_text("two")
    await ann.chat.until(lambda chat: [m.text for m in chat.from_bot] == ["from an answer"])
    assert here.server.calls.counts["getme"] == 0


async def test_a_webhook_can_be_set_once_a_second(here, hook, clock):
    here.world.webhook = WebhookSender(here.world.updates, clock)
    assert await here.bot.set_webhook(hook.url)
    clock.now += 0.9
    with pytest.raises(RetryAfter):
        await here.bot.set_webhook(hook.url)
    clock.now += 0.2
    assert await here.bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="while webhook is active"):
        await here.bot.get_updates()


# 9: the server's own limits


async def upload(limits, size, *, local=False):
    async with limits.call("sendphoto", size, local=local):
        return


async def test_uploads_of_the_same_size_wait_for_one_another(clock):
    limits = ServerLimits(clock)
    for size in (100_000, 770_001, 770_002, 770_003):
        await upload(limits, size)
    assert clock.slept == [-1.0] * 3, "other sizes, and small ones, do not"
    began = clock.now
    for _ in range(20):
        await upload(limits, 770_001)
    assert clock.now - began == pytest.approx(20 * 0.2 - 1.0)
    await upload(limits, 770_001, local=True)


async def test_an_upload_that_would_wait_is_refused(clock):
    limits = ServerLimits(clock)

    async def no_sleep(seconds):
        clock.slept.append(seconds)

    clock.sleep = no_sleep
    with pytest.raises(ApiError) as error:
        await asyncio.gather(*(upload(limits, 770_001) for _ in range(40)))
    assert max(clock.slept) == pytest.approx(5.0, abs=0.3)
    assert error.value.parameters == {"retry_after": 60}
    assert clock.slept[-1] == 3.0


async def test_310_unsent_messages_of_a_chat_are_all(clock, ann):
    limits = ServerLimits(clock)
    async with limits.sending(ann.chat, 310):
        with pytest.raises(ApiError) as error:
            async with limits.sending(ann.chat):
                pass
    assert (error.value.code, error.value.parameters, clock.slept) == (429, {"retry_after": 60}, [3.0])
    async with limits.sending(ann.chat):
        assert ann.chat.unsent == 1


async def test_a_thousand_calls_under_way_are_all(clock):
    limits, end = ServerLimits(clock), asyncio.Event()

    async def slow():
        async with limits.call("sendmessage", 0, local=False):
            await end.wait()

    calls = [asyncio.create_task(slow()) for _ in range(1001)]
    await asyncio.sleep(0)
    await upload(limits, 0)  # in its first minute the server is patient
    clock.now += 61
    with pytest.raises(ApiError, match="Too Many Requests"):
        await upload(limits, 0)
    async with limits.call("getme", 0, local=False):
        """Some methods are free."""
    limits.count_update()
    await upload(limits, 0)  # one more for each update of the last minute
    end.set()
    await asyncio.gather(*calls)


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
