"""Updates brought by Telegram. (test_bot.py has the conversations, by polling and by webhook.)"""

import io

import aiohttp
import pytest

from bot.i18n import texts
from bot.transport.webhook import MAX_UPDATE, SECRET_HEADER
from tests.support.chat import gallery, painting, rows, settled, shows
from tests.support.fakes import photo


@pytest.fixture
def way():
    return "webhook"


@pytest.fixture
async def listening(bot, ann):
    """The bot, once it has answered somebody."""
    ann.starts()
    await ann.chat.until(lambda chat: chat.from_bot)
    return bot


def forged(number, person):
    user = {"id": person.user.id, "is_bot": False, "first_name": "Ann"}
    chat = {"id": person.user.id, "type": "private", "first_name": "Ann"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "x"}}


@pytest.mark.parametrize("secret", [None, "", "wrong", "s\udcfccret", "x" * 300])
async def test_without_the_secret_nothing_is_taken(listening, ann, secret):
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(listening.env["WEBHOOK_URL"], json=forged(77, ann), headers=headers) as answer,
    ):
        assert answer.status == 403
    assert rows(listening, "SELECT update_id FROM updates WHERE update_id = 77") == []


@pytest.mark.parametrize(
    ("body", "status"), [(b"no json", 400), (b"[]", 200), (b'{"a": 1}', 200), (bytes(MAX_UPDATE), 413)]
)
async def test_what_is_no_update_harms_nobody(listening, world, ann, body, status):
    headers = {SECRET_HEADER: world.webhook.secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            listening.env["WEBHOOK_URL"], data=io.BytesIO(body + b" " * (status == 413)), headers=headers
        ) as answer,
    ):
        assert answer.status == status
    await settled(ann)


async def test_updates_are_on_disk_before_the_200(listening, server, ann):
    """Telegram, here its stand-in, gives an update up when it gets the 200; it is committed then."""
    missing, given = [], server.world.updates.next_id

    def check(offset):
        missing.extend({offset - 1} - {row[0] for row in rows(listening, "SELECT update_id FROM updates")})

    server.world.updates.watchers.append(check)
    for _ in range(30):
        ann.sends_text("hello")
    await ann.chat.until(lambda chat: len(chat.from_bot) == 31)
    assert server.world.updates.next_id == given + 30
    assert missing == []


async def test_an_update_that_comes_twice_is_handled_once(listening, world, ann):
    headers = {SECRET_HEADER: world.webhook.secret}
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(2):
            async with session.post(listening.env["WEBHOOK_URL"], json=forged(77, ann)) as answer:
                assert answer.status == 200
    ann.sends_text("/queue")
    await ann.chat.until(lambda chat: any(shows(m, texts.queue_empty()) for m in chat.from_bot))
    assert sum(m.text == texts.send_photo() for m in ann.chat.from_bot) == 1


async def test_killed_and_started_again_it_loses_nothing(bot, world, ann):
    sent = ann.sends_photo(photo("teal"))
    message = await gallery(ann, sent)
    await settled(ann)
    await bot.kill()
    tap = ann.taps(message, "Great Wave")
    other = ann.sends_photo(photo("olive"))
    await world.updates.changed.until(lambda: "last_error_message" in world.webhook.info(), within=5)  # one is refused
    await bot.start()
    await painting(ann, message)
    await gallery(ann, other)
    assert tap.answer is not None
    assert ann.chat.answers(sent) == [message]


async def test_an_address_that_telegram_refuses_is_one_line_and_exit_2(bot_process, server):
    reason = "bad webhook: Failed to resolve host: Name or service not known"
    server.faults.add("error", "setWebhook", description=f"Bad Request: {reason}")
    await bot_process.start()
    assert await bot_process.process.wait() == 2
    assert bot_process.log.read_text().splitlines()[-1].casefold() == f"WEBHOOK_URL: {reason}".casefold()


CONFLICT = {"code": 409, "description": "Conflict: terminated by other setWebhook"}


async def test_two_that_set_the_webhook_at_once(bot_process, server, ann):
    """The one whose call was ended by the other's sets it again."""
    server.faults.add("error", "setWebhook", count=2, **CONFLICT)
    await bot_process.start()
    ann.starts()
    await ann.chat.until(lambda chat: chat.from_bot, within=20)


async def test_a_webhook_that_cannot_be_kept_is_one_line_and_exit_2(bot_process, server):
    server.faults.add("error", "setWebhook", **CONFLICT)
    await bot_process.start()
    assert await bot_process.process.wait() == 2
    assert "WEBHOOK_URL: somebody else sets a webhook" in bot_process.log.read_text().splitlines()[-1]


async def test_back_to_polling(bot, world, ann):
    await gallery(ann, ann.sends_photo(photo("teal")))
    assert await bot.stop() == 0
    bot.env = {}
    ann.sends_text("/queue")
    await bot.start()
    await ann.chat.until(lambda chat: any(shows(m, texts.queue_empty()) for m in chat.from_bot))
    assert world.updates.webhook_url == ""
