"""One call of the Bot API: the method by its name, the limits, the result or Telegram's error."""

from __future__ import annotations

from typing import Any

from bot.demo.api import editing, profile_api, queries_api, sending, updates_api
from bot.demo.api.params import Params
from bot.demo.api.profile_api import Method
from bot.demo.telegram.errors import METHOD_NOT_FOUND, ApiError
from bot.demo.telegram.world import World

# Methods are found whatever their case, as at Telegram.
METHODS: dict[str, Method] = {
    name.lower(): method
    for module in (profile_api, queries_api, editing, updates_api, sending)
    for name, method in module.METHODS.items()
}
SHOWS = ("send", "editmessage")


async def call(world: World, method: str, params: Params) -> Any:
    """The `result` of a call; `ApiError` where Telegram would refuse it."""
    run = METHODS.get(method.lower())
    if run is None:
        raise ApiError(*METHOD_NOT_FOUND)
    local = world.files.folder is not None
    async with world.limits.call(method.lower(), params.upload_size, local=local):
        if method.lower().startswith(SHOWS) and method.lower() != "sendchataction":
            world.flood.admit(method, _chat_id(params), _messages(params))
        return await run(world, params)


def _chat_id(params: Params) -> int:
    try:
        return int(params.text("chat_id", "0"))
    except ValueError:
        return 0


def _messages(params: Params) -> int:
    """An album counts with each of its pictures."""
    media = params.json("media")
    return len(media) if isinstance(media, list) else 1
