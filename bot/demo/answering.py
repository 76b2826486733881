"""The methods that answer presses and inline queries, and those that hand out files."""

from __future__ import annotations

from typing import Any

from bot.demo.errors import bad_request
from bot.demo.formatting import utf16_length
from bot.demo.params import Params
from bot.demo.queries import Answer
from bot.demo.world import World

MAX_NOTICE = 200
MAX_RESULTS = 50
MAX_RESULT_ID = 64
MAX_DOWNLOAD = 20 * 2**20


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
    for result in results:
        _check_result(world, result)
    if len({result["id"] for result in results}) != len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = world.queries.take(params.text("inline_query_id"))
    query.results, query.next_offset = results, params.text("next_offset")
    world.notify("results", query)
    return True


def _check_result(world: World, result: dict[str, Any]) -> None:
    if not 1 <= len(str(result.get("id", "")).encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    file_id = result.get(f"{result.get('type')}_file_id")
    if file_id is not None and world.files.media(str(file_id)) is None:
        raise bad_request("can't unserialize file identifier: wrong file identifier")


async def get_file(world: World, params: Params) -> Any:
    file = world.files.by_id(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


METHODS = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "getFile": get_file,
}
