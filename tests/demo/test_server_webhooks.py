"""The stand-in is as strict as the official server with webhooks: rule 7."""

import asyncio
import itertools

import pytest
from aiohttp import web
from telegram.error import Conflict, RetryAfter

from bot.demo.telegram.updates import Updates
from bot.demo.telegram.webhook import WebhookSender
from tests.support.hang import HANG_SECONDS

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
    await sender.updates.changed.until(lambda: not sender.updates.pending, HANG_SECONDS)


async def test_queues_of_a_webhook_go_side_by_side(sender, hook):
    hook.hold.clear()
    for queue in ("Ann's chat", "Ann's chat", "Ann's presses"):
        sender.updates.push("message", {}, queue)
    first = sender.updates.pending[0]["update_id"]
    async with asyncio.timeout(HANG_SECONDS):
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
    given_up = asyncio.Event()
    sender.updates.watchers.append(lambda _: given_up.set())
    sender.updates.push("inline_query", {})
    async with asyncio.timeout(HANG_SECONDS):
        await given_up.wait()  # `pending` would itself drop what has expired, while a try is on its way
    assert [at - 1000.0 for at, _ in hook.got] == [0.0, 0.0, 2.0, 6.0, 14.0, 30.0], "the next would be after 62 s"


async def test_a_webhook_that_is_gone_for_a_day_is_removed(sender, hook, clock):
    hook.answers = [web.Response(status=410, headers={"Retry-After": "3600"}) for _ in range(30)]
    sender.updates.push("message", {})
    await sender.updates.changed.until(lambda: not sender.updates.webhook_url, HANG_SECONDS)
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
