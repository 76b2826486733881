"""The methods that answer presses and inline queries, and those that hand out files."""

from __future__ import annotations

from typing import Any

from bot.demo.errors import bad_request
from bot.demo.formatting import utf16_length
from bot.demo.inline import version_of
from bot.demo.params import Params
from bot.demo.queries import Answer
from bot.demo.world import World

MAX_NOTICE = 200
MAX_RESULTS = 50
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
    versions = {str(result.get("id", "")): version_of(world, result) for result in results}
    if len(versions) != len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = world.queries.take(params.text("inline_query_id"))
    query.results, query.versions, query.next_offset = results, versions, params.text("next_offset")
    world.offered[query.id] = query
    world.notify("results", query)
    return True


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
