"""The methods by which the bot gets its updates."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.demo.api.params import Params
from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.updates import MAX_LIMIT
from bot.demo.telegram.world import World

MAX_WAIT = 50
SECRET_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


async def get_updates(world: World, params: Params) -> Any:
    world.updates.allow(_kinds(params))
    offset, wait = params.integer("offset"), min(params.number("timeout"), MAX_WAIT)
    return await world.updates.poll(offset, params.integer("limit", MAX_LIMIT), wait)


async def set_webhook(world: World, params: Params) -> Any:
    """Plain HTTP is fine here, as with a self-hosted Bot API server."""
    url, secret = params.text("url"), params.text("secret_token")
    if url and not _is_address(url):
        raise bad_request("bad webhook: invalid URL")
    if len(secret) > 256 or not SECRET_CHARACTERS.issuperset(secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.allow(_kinds(params))
    return _switch(world, params, url, secret)


def _is_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:  # brackets that are not closed, for one
        return False


async def delete_webhook(world: World, params: Params) -> Any:
    return _switch(world, params, "", "")


def _switch(world: World, params: Params, url: str, secret: str) -> bool:
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.webhook.set(url, secret)
    return True


def _kinds(params: Params) -> list[str] | None:
    """The kinds of updates asked for. Anything but a list of names changes nothing, as at Telegram."""
    kinds = params.json("allowed_updates")
    return kinds if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds) else None


async def get_webhook_info(world: World, params: Params) -> Any:
    return world.webhook.info()


async def close(world: World, params: Params) -> Any:
    """Ends this server's session of the bot; the next call begins another."""
    world.updates.take_over()
    return True


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "close": close,
    "logOut": close,
}
