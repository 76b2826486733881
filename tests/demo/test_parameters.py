"""The stand-in's methods take what the Bot API documents: parameter by parameter, with their limits."""

import inspect
import json
import re

import httpx
import pytest
from telegram import Bot

from bot.demo.api.methods import METHODS
from tests.support.bot_api import TABLE, required, unfitting
from tests.support.demo import keyboard
from tests.support.fakes import photo

# python-telegram-bot's own: how it calls, and what it makes other parameters of.
ITS_OWN = {"self", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "api_kwargs", "filename"}
ITS_OWN |= {"reply_to_message_id", "allow_sending_without_reply", "current_offset", "disable_web_page_preview"}
OF_AN_ALBUM = {"caption", "parse_mode", "caption_entities"}
# Documented as required, but the server does without: no webhook, no results, no commands (Client.cpp).
NOT_REQUIRED = {("setWebhook", "url"), ("answerInlineQuery", "results"), ("setMyCommands", "commands")}
NEED_MORE = {  # another state of the chat or of the bot, or a file beside them
    "inline_message_id", "business_connection_id", "direct_messages_topic_id", "suggested_post_parameters",
    "certificate", "thumbnail", "cover", "message_thread_id", "scope", "parse_mode", "offset", "timeout",
    "return_bots", "reply_parameters", "message_effect_id", "ip_address", "link_preview_options",
}  # fmt: skip
SAMPLES = {"Boolean": True, "Integer": 1, "String": "en", "Array of String": ["message"]}
SAMPLES |= {"InlineKeyboardMarkup": json.loads(keyboard(["go"]).to_json())}


@pytest.fixture
async def calls(here, ann):
    """A call of each method with no more than it needs, ready to be made."""
    shown = await here.show(caption="one", reply_markup=keyboard(["a"]))
    said, gone = await here.say(), await here.say("delete me")
    pressed = ann.forges(ann.chat.messages[shown.message_id], "x")
    group = here.world.group("Friends", [ann])
    chat, message = {"chat_id": ann.user.id}, {"chat_id": ann.user.id, "message_id": shown.message_id}
    media = {"type": "photo", "media": shown.photo[-1].file_id, "caption": "two"}
    document = (await here.bot.send_document(ann.user.id, b"x", filename="a.txt")).document.file_id
    clips = {kind: ann.file(kind, b"mp4", "video/mp4").file.file_id for kind in ("animation", "video", "video_note")}
    return {
        "answerCallbackQuery": {"callback_query_id": pressed.id},
        "answerInlineQuery": {"inline_query_id": here.world.ask_inline(ann.user, "x").id, "results": []},
        "deleteMessage": {"chat_id": ann.user.id, "message_id": gone.message_id},
        "deleteMessages": {"chat_id": ann.user.id, "message_ids": [gone.message_id]},
        "editMessageCaption": message | {"caption": "three"},
        "editMessageMedia": message | {"media": media},
        "editMessageReplyMarkup": message | {"reply_markup": json.loads(keyboard(["new"]).to_json())},
        "editMessageText": {"chat_id": ann.user.id, "message_id": said.message_id, "text": "new"},
        "getChat": chat,
        "getChatAdministrators": {"chat_id": group.id},
        "getChatMember": {"chat_id": group.id, "user_id": ann.user.id},
        "getChatMemberCount": {"chat_id": group.id},
        "getFile": {"file_id": shown.photo[-1].file_id},
        "getUserProfilePhotos": {"user_id": here.world.bot.id},
        "sendAnimation": chat | {"animation": clips["animation"]},
        "sendChatAction": chat | {"action": "typing"},
        "sendDocument": chat | {"document": document},
        "sendMediaGroup": chat | {"media": [media, media]},
        "sendMessage": chat | {"text": "x"},
        "sendPhoto": chat | {"photo": shown.photo[-1].file_id},
        "sendVideo": chat | {"video": clips["video"]},
        "sendVideoNote": chat | {"video_note": clips["video_note"]},
        "setMessageReaction": message,
        "setMyCommands": {"commands": [{"command": "help", "description": "Help"}]},
    }


CERTIFICATES = httpx.create_ssl_context()  # loaded once: each client would load them for itself


async def called(here, method, values) -> httpx.Response:
    url = f"{here.server.url}/bot{here.server.token}/"
    async with httpx.AsyncClient(base_url=url, verify=CERTIFICATES) as http:
        return await http.post(method, json=values)


def test_every_method_is_documented():
    assert {name.lower() for name in TABLE} == set(METHODS)


@pytest.mark.parametrize("method", [name for name in TABLE if name not in ("close", "logOut")])
def test_python_telegram_bot_knows_the_same_parameters(method):
    """Another reader of the documentation."""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
    theirs = set(inspect.signature(getattr(Bot, snake)).parameters) - ITS_OWN
    if method == "sendMediaGroup":
        theirs -= OF_AN_ALBUM
    assert theirs <= set(TABLE[method]), theirs - set(TABLE[method])


async def test_each_call_needs_what_is_required_and_no_more(here, calls):
    """All that is wrong, at once: most of a call is the same for all methods."""
    wrong = []
    for method in TABLE:
        least = calls.get(method, {})
        wrong += unfitting(method, {name: json.dumps(v) if not isinstance(v, str) else v for name, v in least.items()})
        missing = [name for name in required(method) if (method, name) not in NOT_REQUIRED]
        for name in missing:
            without = {key: value for key, value in least.items() if key != name}
            answer = await called(here, method, without)
            if answer.status_code != 400:
                wrong.append(f"{method} without {name}: {answer.status_code}")
        if method not in ("close", "logOut", "getUpdates"):
            answer = await called(here, method, least)
            if answer.status_code != 200:
                wrong.append(f"{method}: {answer.json()['description']}")
    assert wrong == []


async def test_each_documented_parameter_is_taken(here, ann, calls):
    """None is refused, though the stand-in does not show what each of them does."""
    wrong = []
    for method in ("sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "setMessageReaction", "setMyCommands"):
        types = {name: kind.rstrip("!").split(" | ")[0] for name, kind in TABLE[method].items()}
        more = {name: SAMPLES[kind] for name, kind in types.items() if kind in SAMPLES and name not in NEED_MORE}
        answer = await called(here, method, more | calls[method])
        if answer.status_code != 200:
            wrong.append(f"{method}: {answer.json()['description']} {more}")
    assert wrong == []


BUTTON = {"text": "x", "callback_data": "x" * 64}


@pytest.mark.parametrize(
    ("method", "at_most", "more", "reason"),
    [
        ("sendMessage", {"text": "x" * 4096}, {"text": "x" * 4097}, "message is too long"),
        ("sendPhoto", {"caption": "x" * 1024}, {"caption": "x" * 1025}, "message caption is too long"),
        ("editMessageCaption", {"caption": "x" * 1024}, {"caption": "x" * 1025}, "message caption is too long"),
        (
            "sendMessage",
            {"reply_markup": {"inline_keyboard": [[BUTTON]]}},
            {"reply_markup": {"inline_keyboard": [[BUTTON | {"callback_data": "x" * 65}]]}},
            "BUTTON_DATA_INVALID",
        ),
        ("answerCallbackQuery", {"text": "x" * 200}, {"text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("deleteMessages", {"message_ids": [9] * 100}, {"message_ids": [9] * 101}, "too many message identifiers"),
        ("setMyDescription", {"description": "x" * 512}, {"description": "x" * 513}, "BOT_ABOUT_INVALID"),
        (
            "setMyShortDescription",
            {"short_description": "x" * 120},
            {"short_description": "x" * 121},
            "BOT_ABOUT_INVALID",
        ),
        ("setMyName", {"name": "x" * 64}, {"name": "x" * 65}, "BOT_TITLE_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": f"c{n}", "description": "x" * 256} for n in range(100)]},
            {"commands": [{"command": f"c{n}", "description": "x"} for n in range(101)]},
            "BOT_COMMANDS_TOO_MUCH",
        ),
    ],
)
async def test_limits(here, calls, method, at_most, more, reason):
    refused = await called(here, method, calls.get(method, {}) | more)
    assert refused.status_code == 400
    assert refused.json()["description"].startswith(f"Bad Request: {reason}")
    assert (await called(here, method, calls.get(method, {}) | at_most)).status_code == 200


async def test_files_of_the_documented_sizes(here):
    assert (await here.bot.send_document(here.ann.user.id, bytes(50 * 2**20), filename="a.bin")).document
    assert await here.show(photo().ljust(10 * 2**20, b"\0"))
