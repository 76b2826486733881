"""The methods by which the bot gets its updates."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.demo.api.params import Params
from bot.demo.telegram.errors import bad_request, too_many_requests
from bot.demo.telegram.updates import MAX_LIMIT
from bot.demo.telegram.webhook import MAX_CONNECTIONS
from bot.demo.telegram.world import World

MAX_SECRET = 256
SECRET_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


async def get_updates(world: World, params: Params) -> Any:
    world.updates.allow(_kinds(params))
    offset, wait = params.integer("offset"), params.number("timeout")
    return await world.updates.poll(offset, params.integer("limit", MAX_LIMIT), wait)


async def set_webhook(world: World, params: Params) -> Any:
    """Plain HTTP is fine here, as with a server of one's own. At most one call a second (Client.cpp
    process_set_webhook_query); one that changes nothing leaves what is under way alone.
    """
    url, secret = params.text("url"), params.text("secret_token")
    if url and not world.webhook.may_be_set():
        raise too_many_requests(1)
    connections = min(max(params.integer("max_connections", MAX_CONNECTIONS), 1), 100)
    world.updates.allow(_kinds(params))
    if world.webhook.is_set(url, secret, connections) and not params.flag("drop_pending_updates"):
        return True
    if url:
        _check_webhook(url, secret)
    return _switch(world, params, url, secret, connections)


def _check_webhook(url: str, secret: str) -> None:
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:  # brackets that are not closed, for one
        scheme, host = "", ""
    if (scheme and (scheme not in ("http", "https") or not host)) or host == "":
        raise bad_request("invalid webhook URL specified")
    if not host:
        raise bad_request("bad webhook: Failed to resolve host: Name or service not known")
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not SECRET_CHARACTERS.issuperset(secret):
        raise bad_request("secret token contains unallowed characters")


async def delete_webhook(world: World, params: Params) -> Any:
    return _switch(world, params, "", "")


def _switch(world: World, params: Params, url: str, secret: str, connections: int = MAX_CONNECTIONS) -> bool:
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.webhook.set(url, secret, connections)
    return True


def _kinds(params: Params) -> list[str] | None:
    """The kinds of updates asked for. Anything but a list of names changes nothing, as at Telegram."""
    kinds = params.json("allowed_updates")
    return kinds if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds) else None


async def get_webhook_info(world: World, params: Params) -> Any:
    return world.webhook.info()


async def close(world: World, params: Params) -> Any:
    """Ends this server's session of the bot; the next call begins another."""
    world.updates.end_poll()
    return True


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "close": close,
    "logOut": close,
}
