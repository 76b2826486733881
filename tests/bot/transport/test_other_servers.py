"""The bot at a server that is not Telegram's: it paints all the same, says everything once, and ends when told."""

import itertools

import pytest

from bot.i18n import texts
from tests.support.bot_process import BotUnderTest
from tests.support.other_server import ANN, HTML, Habits, OtherServer, Reply

REFUSED = {"ok": False, "error_code": 400, "description": "Bad Request: no such thing"}
BUSY = {"ok": False, "error_code": 429, "description": "Slow down"}
ENDLESS = Reply(body=b" " * 10_000, drip=0.2)
BIT_BY_BIT = Reply(body=b'{"ok": true, "result": []}', drip=0.05)
SAFE = ("getMe", "getUpdates", "getFile", "download", "editMessageMedia")  # to repeat


def at_first(reply, *methods, times=2):
    """The first calls of these methods are answered so."""
    return lambda method, number: reply if method in methods and number <= times else None


def always(reply, *methods):
    return at_first(reply, *methods, times=10**9)


def of_ann(number, **content):
    chat = {"id": ANN["id"], "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "from": ANN, **content}}


START = 2**40
STRANGE = [
    *(None, 7, "update", [], {}, {"update_id": None}, {"update_id": "seven"}, {"update_id": 2**63 - 1 << 1}),
    {"update_id": START - 9, "of_a_kind_to_come": {"id": 1}},
    {"update_id": START - 3, "message": None},
    {"update_id": START - 8, "message": {"message_id": 1.5}},
    {"update_id": START - 3, "message": None},
    of_ann(START - 4, text=None, new_thing={"a": 1}),
    {"update_id": START - 5.0, "callback_query": {"id": "1", "from": ANN, "chat_instance": "1", "data": None}},
]

HABITS = {
    "numbers with a point": Habits(number=float),
    "nulls": Habits(nulls=True),
    "gzip": Habits(gzipped=True),
    "gzip that is none": Habits(meddle=at_first(Reply(body=b"{}", encoding="gzip"), *SAFE)),
    "chunks": Habits(chunked=True),
    "closed after each answer": Habits(closes=True),
    "answers that end with the connection": Habits(until_close=True),
    "no waiting for updates": Habits(waits=False),
    "edits that are answered with true": Habits(edits=False),
    "errors with status 200": Habits(meddle=always(Reply.of(REFUSED), "setMessageReaction", "sendChatAction")),
    "errors without a description": Habits(meddle=always(Reply.of({"ok": False}, 400), "setMessageReaction")),
    "429 that does not say for how long": Habits(meddle=at_first(Reply.of(BUSY, 429), *SAFE, "sendPhoto")),
    "429 that says it as a text": Habits(
        meddle=at_first(Reply.of({**BUSY, "parameters": {"retry_after": "1"}}, 429), "sendPhoto", "editMessageMedia")
    ),
    "429 that says it as a fraction": Habits(
        meddle=at_first(Reply.of({**BUSY, "parameters": {"retry_after": 0.25}}, 429), "sendPhoto", "getFile")
    ),
    "502 with a page": Habits(meddle=at_first(Reply(502, HTML, "text/html"), *SAFE)),
    "200 with a page": Habits(meddle=at_first(Reply(200, HTML, "text/html"), *SAFE[:3], SAFE[4])),
    "an empty 200": Habits(meddle=at_first(Reply(), *SAFE[:3], SAFE[4])),
    "a result that is null": Habits(meddle=at_first(Reply.of({"ok": True, "result": None}), *SAFE[:3])),
    "updates that are no list": Habits(meddle=at_first(Reply.of({"ok": True, "result": {}}), "getUpdates")),
    "a body that comes bit by bit": Habits(meddle=at_first(BIT_BY_BIT, "getUpdates")),
    "a body that does not end": Habits(meddle=at_first(ENDLESS, "getMe", "getFile", times=1)),
    "downloads that are cut": Habits(meddle=at_first(Reply(body=b"\xff\xd8", length=900), "download")),
    "downloads that are longer": Habits(size=5),
    "downloads that are shorter": Habits(size=10**6),
    "strange updates": Habits(strange=STRANGE),
    "few methods": Habits(
        meddle=lambda method, _: (
            Reply.of({"ok": False, "error_code": 404}, 404)
            if method.startswith(("set", "delete", "getMy", "getUser", "answer", "sendChat"))
            else None
        )
    ),
    "only errors for what is optional": Habits(meddle=always(Reply(500, b""), "setMessageReaction", "getMyCommands")),
}
REFUSE_COMMANDS = {"few methods", "only errors for what is optional"}


@pytest.fixture
async def bot_at(tmp_path):
    """Starts the bot at such a server. Its answers are waited for shortly, and its seconds pass fast."""
    bots = []

    async def start(server, introduces=False):
        bot = BotUnderTest(server, tmp_path)
        bot.introduces = introduces
        bot.command = ["-m", "tests.torture.bot", "--seconds", "0.1", "--second", "0.02", "--timeout", "2"]
        bots.append(bot)
        await bot.start()
        return bot

    yield start
    for bot in bots:
        await bot.end()


@pytest.mark.parametrize("name", HABITS)
async def test_at_a_server_with_habits_of_its_own_it_paints_once(bot_at, name):
    async with OtherServer(HABITS[name]) as server:
        bot = await bot_at(server, introduces=name in REFUSE_COMMANDS)
        server.sends_photo("great wave")
        another = texts.another()
        painted = await server.until(lambda: [m for m in server.shown.values() if another in str(m)])
        assert "Great Wave" in painted[0]["caption"]
        server.sends_text("/queue")
        await server.until(lambda: [m for m in server.shown.values() if m.get("text") == texts.queue_empty()])
        pictures = [m for m in server.shown.values() if "photo" in m]
        assert len(pictures) == 1, "nothing twice"
        assert await bot.stop() == 0


async def test_a_server_that_does_not_wait_is_not_asked_all_the_time(bot_at):
    async with OtherServer(Habits(waits=False)) as server:
        await bot_at(server)
        await server.until(lambda: server.shown or server.sends_text("/queue"))
        began = len(server.polls)
        await server.until(lambda: len(server.polls) > began + 3)
        pauses = [later - earlier for earlier, later in itertools.pairwise(server.polls[began:])]
        assert min(pauses) > 0.9


@pytest.mark.parametrize("path", ["/var/lib/server/file 1.jpg", ""])
async def test_a_file_that_is_not_given_is_said_so(bot_at, path):
    meddle = None if path else at_first(Reply.of({"ok": True, "result": {"file_id": "f", "file_unique_id": "u"}}))
    habits = Habits(path=path) if meddle is None else Habits(path="")
    async with OtherServer(habits) as server:
        await bot_at(server)
        server.sends_photo("great wave")
        told = texts.file_not_served() if path else texts.no_file()
        await server.until(lambda: [m for m in server.shown.values() if told in str(m)])


async def test_a_server_that_never_answers_as_one_is_one_line_and_exit_2(bot_at):
    async with OtherServer(Habits(meddle=always(Reply(200, HTML, "text/html"), "getMe"))) as server:
        bot = await bot_at(server)
        assert await bot.process.wait() == 2
        assert bot.log.read_text().splitlines()[-1].startswith(f"{server.url}: the Bot API server does not serve")
