"""Updates in order, and none that keeps the others from being handled."""

import asyncio
import time
from unittest.mock import Mock

from telegram import Bot, Update

from bot.storage.database import open_database
from bot.storage.updates import UpdateTable
from bot.transport import answers, request
from bot.transport.inbox import DurablePollingRequest, PerChatUpdateProcessor, pending_updates, persist_updates
from tests.support.chat import shows
from tests.support.hang import HANG_SECONDS


def update(number, chat):
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "hello"}
    return {"update_id": number, "message": message}


async def test_one_person_with_very_many_messages_holds_up_nobody(tmp_path):
    """Each of them is answered after the other, a second apart, since Telegram wants it so."""
    async with open_database(tmp_path) as database:
        processor, closed, handled = PerChatUpdateProcessor(UpdateTable(database)), asyncio.Event(), []

        async def handle(number, chat):
            if chat == 1:
                await closed.wait()
            handled.append(number)

        waiting = [(number, 1) for number in range(1, 1001)]
        tasks = [
            asyncio.create_task(processor.process_update(Update.de_json(update(*one)), handle(*one))) for one in waiting
        ]
        await asyncio.sleep(0)
        async with asyncio.timeout(HANG_SECONDS):
            await processor.process_update(Update.de_json(update(2000, 2)), handle(2000, 2))
        assert handled == [2000]
        closed.set()
        await asyncio.gather(*tasks)
        assert handled[1:] == list(range(1, 1001)), "in their order"


async def test_what_cannot_be_read_any_more_does_not_keep_the_bot_from_starting(tmp_path):
    async with open_database(tmp_path) as database:
        updates = UpdateTable(database)
        await updates.persist({1: {"update_id": 1, "message": {"message_id": "one"}}, 2: update(2, 7)})
        assert [one.update_id for one in await pending_updates(updates, None)] == [2]


async def test_of_an_update_of_a_kind_to_come_only_the_number_is_kept(tmp_path):
    async with open_database(tmp_path) as database:
        updates = UpdateTable(database)
        assert await persist_updates(updates, [{"update_id": 1, "a_novelty": {"text": "hello"}}]) == [{"update_id": 1}]
        assert await updates.pending() == []


async def test_the_answer_to_a_poll_ends_the_silence(server, tmp_path, monkeypatch):
    async with open_database(tmp_path) as database:
        with monkeypatch.context() as earlier:
            began = time.monotonic() - 100
            earlier.setattr(time, "monotonic", lambda: began)
            inbox = DurablePollingRequest(UpdateTable(database))
        async with Bot(server.token, f"{server.url}/bot", get_updates_request=inbox) as bot:
            assert inbox.silent_seconds > 99
            await bot.get_updates(timeout=0)
        assert inbox.silent_seconds < 50


async def test_what_a_poll_brings_is_parsed_once(server, ann, tmp_path, monkeypatch):
    parsed = Mock(wraps=answers.parsed)
    for module in (answers, request):
        monkeypatch.setattr(module, "parsed", parsed)
    ann.sends_text("hello")
    async with open_database(tmp_path) as database:
        inbox = DurablePollingRequest(UpdateTable(database))
        async with Bot(server.token, f"{server.url}/bot", get_updates_request=inbox) as bot:
            [update] = await bot.get_updates(timeout=0)
            assert update.message.text == "hello"
            parsed.assert_called_once()


async def test_polling_goes_on_after_an_answer_as_to_a_wrong_token(bot, server, ann):
    ann.sends_text("hello")
    await ann.chat.until(lambda chat: chat.from_bot)
    for code, description in ((401, "Unauthorized"), (404, "Not Found")):
        server.faults.add("error", "getUpdates", count=1, code=code, description=description)
        ann.sends_text("hello")
    for _ in range(2):
        ann.sends_text("/queue")
    await ann.chat.until(lambda chat: len(chat.from_bot) == 5 and shows(chat.from_bot[-1], "line"), within=15)
