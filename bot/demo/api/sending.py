"""The methods that send."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any, cast

from telegram.constants import ChatAction

from bot.demo.api.arguments import caption_of, media_of, replied_message, text_of, thread_of, writable_chat_of
from bot.demo.api.markup import checked_markup
from bot.demo.api.params import Params
from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.files import Kind
from bot.demo.telegram.model import Chat, Message, Version
from bot.demo.telegram.world import World

ACTIONS = frozenset(action.value for action in ChatAction)
ALBUM_KINDS = ("photo", "video", "document", "audio")
INPUT_MEDIA = ("animation", "audio", "document", "photo", "video")  # what a message can be changed into
ALBUM_SIZES = range(2, 11)


async def send_message(world: World, params: Params) -> Any:
    chat = writable_chat_of(world, params)
    body, entities = text_of(params)
    return world.json(_post(world, chat, params, world.version(body=body, entities=entities, markup=_markup(params))))


async def _send_media(kind: Kind, world: World, params: Params) -> Any:
    chat = writable_chat_of(world, params)
    body, entities = caption_of(params)
    markup = _markup(params)
    replied_message(chat, params)  # refuse before the work of storing
    media = await media_of(world, params, kind, params.text(kind), kind)
    version = world.version(body=body, entities=entities, media=media, markup=markup)
    return world.json(_post(world, chat, params, version))


async def send_media_group(world: World, params: Params) -> Any:
    chat = writable_chat_of(world, params)
    items = params.objects("media") or []
    if len(items) not in ALBUM_SIZES:
        raise bad_request("wrong number of messages in the album: must be between 2 and 10")
    kinds = {str(item.get("type")) for item in items}
    if not kinds <= set(ALBUM_KINDS) or (len(kinds) > 1 and kinds != {"photo", "video"}):
        raise bad_request("document can't be mixed with other media types")
    versions = [await media_version(world, params, item) for item in items]
    album = str(secrets.randbits(53))
    return [world.json(_post(world, chat, params, version, media_group_id=album)) for version in versions]


async def media_version(world: World, params: Params, item: dict[str, Any]) -> Version:
    """The version that an InputMedia describes; its files travel beside it in the same call."""
    kind = item.get("type")
    if kind not in INPUT_MEDIA:
        raise bad_request("can't parse InputMedia: type must be specified")
    body, entities = caption_of(params.of(item))
    media = await media_of(world, params.of(item), cast(Kind, kind), item.get("media"))
    return world.version(body=body, entities=entities, media=media)


async def send_chat_action(world: World, params: Params) -> Any:
    chat = writable_chat_of(world, params)
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.act(chat, params.text("action"), params.integer("message_thread_id") or None)
    return True


def _markup(params: Params) -> dict[str, Any] | None:
    return checked_markup(params.json("reply_markup"))


def _post(world: World, chat: Chat, params: Params, version: Version, **more: Any) -> Message:
    reply_to = replied_message(chat, params)
    thread = thread_of(chat, params, reply_to)
    return world.post(chat, world.bot, version, reply_to=reply_to, thread_id=thread, **more)


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": partial(_send_media, "photo"),
    "sendDocument": partial(_send_media, "document"),
    "sendAnimation": partial(_send_media, "animation"),
    "sendVideo": partial(_send_media, "video"),
    "sendVideoNote": partial(_send_media, "video_note"),
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
