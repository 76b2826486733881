"""The methods that send."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any, cast

from telegram.constants import ChatAction

from bot.demo.api.markup import checked_markup
from bot.demo.api.params import Params
from bot.demo.api.resolving import (
    Access,
    caption_of,
    chat_of,
    check_may_send,
    live_chat_of,
    media_of,
    replied_message,
    text_of,
    thread_of,
)
from bot.demo.telegram.errors import DELETED_AT_ONCE, bad_request, server_error
from bot.demo.telegram.files import Kind
from bot.demo.telegram.model import Chat, Message, Version
from bot.demo.telegram.world import World

ACTIONS = frozenset(action.value for action in ChatAction)
ALBUM_KINDS = ("photo", "video", "document", "audio")
INPUT_MEDIA = ("animation", "audio", "document", "photo", "video")  # what a message can be changed into
ALIKE_KINDS = ("audio", "document")  # in an album, only with others of the same kind
MAX_ALBUM = 10
BROKEN_ALBUM = 'failed to send message #{} with the error message "WEBPAGE_MEDIA_EMPTY"'


async def send_message(world: World, params: Params) -> Any:
    body, entities = text_of(params)
    chat, markup = _sendable_chat_of(world, params, "text"), _markup(params)
    async with world.limits.sending(chat):
        version = world.version(body=body, entities=entities, markup=markup)
        return world.json(_sent(world, _post(world, chat, params, version)))


async def _send_media(kind: Kind, world: World, params: Params) -> Any:
    chat = _sendable_chat_of(world, params, kind)
    body, entities = caption_of(params)
    markup = _markup(params)
    thread_of(chat, params, replied_message(chat, params))  # refuse before the work of storing
    async with world.limits.sending(chat):
        media = await media_of(world, params, kind, params.text(kind), kind)
        version = world.version(body=body, entities=entities, media=media, markup=markup)
        return world.json(_sent(world, _post(world, chat, params, version)))


async def send_media_group(world: World, params: Params) -> Any:
    """An album; of a single message, a message that belongs to none (MessagesManager.cpp send_message_group)."""
    items = params.objects("media") or []
    chat = chat_of(world, params, Access.WRITE)
    _check_album(items)
    for item in items:
        _sendable_chat_of(world, params, str(item.get("type")))
    async with world.limits.sending(chat, len(items)):
        versions = [await media_version(world, params, item) for item in items]
        album = str(secrets.randbits(53)) if len(items) > 1 else ""
        posted: list[Message] = []
        for number, version in enumerate(versions, 1):
            if number == params.breaks_at:
                raise bad_request(BROKEN_ALBUM.format(number))
            posted.append(_sent(world, _post(world, chat, params, version, media_group_id=album)))
        return [world.json(message) for message in posted]


def _check_album(items: list[dict[str, Any]]) -> None:
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    kinds = {str(item.get("type")) for item in items}
    if unusable := kinds - set(ALBUM_KINDS):
        raise bad_request(f"can't parse InputMedia: type \"{min(unusable)}\" can't be used in sendMediaGroup")
    if len(kinds) > 1 and (alike := kinds & set(ALIKE_KINDS)):
        raise bad_request(f"{min(alike)} can't be mixed with other media types")


async def media_version(world: World, params: Params, item: dict[str, Any]) -> Version:
    """The version that an InputMedia describes; its files travel beside it in the same call."""
    kind = item.get("type")
    if kind is None:
        raise bad_request("can't parse InputMedia: Can't find field \"type\"")
    if not item.get("media"):
        raise bad_request("can't parse InputMedia: media not found")
    if kind not in INPUT_MEDIA:
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    body, entities = caption_of(params.of(item))
    media = await media_of(world, params.of(item), cast(Kind, kind), item.get("media"))
    return world.version(body=body, entities=entities, media=media)


async def send_chat_action(world: World, params: Params) -> Any:
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = live_chat_of(world, params, Access.WRITE)
    world.act(chat, params.text("action"), params.integer("message_thread_id") or None)
    return True


def _markup(params: Params) -> dict[str, Any] | None:
    return checked_markup(params.json("reply_markup"))


def _sendable_chat_of(world: World, params: Params, kind: str) -> Chat:
    chat = live_chat_of(world, params, Access.WRITE)
    check_may_send(chat, kind)
    return chat


def _sent(world: World, message: Message) -> Message:
    """The message, unless somebody deletes what the bot sends: then the server has none to return (Client.cpp
    delete_message).
    """
    if message.chat.purged:
        world.delete(message)
        raise server_error(DELETED_AT_ONCE)
    return message


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
