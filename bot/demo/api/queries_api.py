"""The methods that answer presses and inline queries, and those that hand out files."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.api.markup import checked_markup
from bot.demo.api.params import Params
from bot.demo.api.resolving import caption_of, text_of
from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.formatting import utf16_length
from bot.demo.telegram.model import Version
from bot.demo.telegram.queries import Answer
from bot.demo.telegram.world import World

MAX_NOTICE = 200
MAX_RESULTS = 50
MAX_RESULT_ID = MAX_OFFSET = 64  # bytes
MAX_DOWNLOAD = 20 * 2**20  # bytes (Client.h MAX_DOWNLOAD_FILE_SIZE)
CACHED = ("photo", "document", "animation", "video")
TITLED = ("document", "video")  # of these, what the person reads before choosing is not optional
CACHE_TIME = 300  # seconds, unless the bot says otherwise
START_PARAMETER = re.compile(r"[\w-]{1,64}", re.ASCII)


async def answer_callback_query(world: World, params: Params) -> Any:
    text = params.text("text")
    if utf16_length(text) > MAX_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    query = world.queries.take(params.text("callback_query_id"))
    query.answer = Answer(text, params.flag("show_alert"), params.text("url"))
    world.notify("answer", query)
    return True


async def answer_inline_query(world: World, params: Params) -> Any:
    results = params.objects("results") or []
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    versions = {str(result.get("id", "")): _version(world, result) for result in results}
    if len(versions) != len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    button = _results_button(params.json("button"))
    next_offset = params.text("next_offset")
    if len(next_offset.encode()) > MAX_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    if not world.supports_inline_queries:
        raise bad_request("USER_BOT_INVALID")
    query = world.queries.take(params.text("inline_query_id"))
    query.button, query.next_offset = button, next_offset
    seconds = int(params.text("cache_time") or CACHE_TIME)
    world.queries.keep(query, seconds, personal=params.flag("is_personal"))
    world.offer(query, results, versions)
    return True


def _results_button(button: Any) -> dict[str, Any] | None:
    """The button above the results, which leads into the chat with the bot."""
    if not button:
        return None
    if not isinstance(button, dict) or not button.get("text"):
        raise bad_request("can't parse inline query results button")
    if "web_app" not in button and not START_PARAMETER.fullmatch(str(button.get("start_parameter", ""))):
        raise bad_request("START_PARAM_INVALID")
    return button


def _version(world: World, result: dict[str, Any]) -> Version:
    """The message that this result becomes. Files by file_id and texts; addresses are refused, as everywhere here."""
    if not 1 <= len(str(result.get("id", "")).encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    markup = checked_markup(result.get("reply_markup"), inline_only=True)
    content = result.get("input_message_content")
    if content is not None:
        if not isinstance(content, dict) or "message_text" not in content:
            raise bad_request("can't parse inline query result: message_text expected in input_message_content")
        body, entities = text_of(Params({**content, "text": content["message_text"]}))
        return world.version(body=body, entities=entities, markup=markup)
    kind = result.get("type")
    media = world.files.media(str(result.get(f"{kind}_file_id"))) if kind in CACHED else None
    if media is None or media.kind != kind:
        raise bad_request("can't parse inline query result: a file_id of this type or input_message_content expected")
    if kind in TITLED and not result.get("title"):
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    body, entities = caption_of(Params(result))
    return world.version(body=body, entities=entities, media=media, markup=markup)


async def get_file(world: World, params: Params) -> Any:
    file = world.files.by_id(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD and world.files.folder is None:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": world.files.path_of(file),
    }


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "getFile": get_file,
}
