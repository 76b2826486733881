"""The methods that change or remove messages."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from telegram.constants import ReactionEmoji

from bot.demo.api.arguments import caption_of, chat_of, message_of, text_of, writable_chat_of
from bot.demo.api.markup import checked_markup
from bot.demo.api.params import Params
from bot.demo.api.sending import media_version
from bot.demo.telegram.errors import NOT_MODIFIED, bad_request
from bot.demo.telegram.model import Message, Version
from bot.demo.telegram.world import World

EMOJIS = frozenset(emoji.value for emoji in ReactionEmoji)
MAX_DELETED = 100
DELETABLE_FOR = 48 * 3600


async def edit_message_text(world: World, params: Params) -> Any:
    message = _editable(world, params)
    if message.now.media is not None:
        raise bad_request("there is no text in the message to edit")
    body, entities = text_of(params)
    return _edited(world, params, message, world.version(body=body, entities=entities, markup=_markup(params)))


async def edit_message_caption(world: World, params: Params) -> Any:
    message = _editable(world, params)
    if message.now.media is None:
        raise bad_request("there is no caption in the message to edit")
    body, entities = caption_of(params)
    version = world.version(body=body, entities=entities, media=message.now.media, markup=_markup(params))
    return _edited(world, params, message, version)


async def edit_message_media(world: World, params: Params) -> Any:
    """Also turns a text into a photo; a photo never back into a text."""
    message = _editable(world, params)
    item = params.json("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse input media JSON object")
    if message.media_group_id and message.now.media and item.get("type") != message.now.media.kind:
        raise bad_request("message can't be edited: its album holds another type of media")
    markup = _markup(params)
    version = replace(await media_version(world, params, item), markup=markup)
    return _edited(world, params, _editable(world, params), version)  # it may be gone since the upload began


async def edit_message_reply_markup(world: World, params: Params) -> Any:
    message = _editable(world, params)
    version = replace(message.now, markup=_markup(params), at=world.clock())
    return _edited(world, params, message, version)


async def delete_message(world: World, params: Params) -> Any:
    message = message_of(world, params, "to delete")
    if not _deletable(world, message):
        raise bad_request("message can't be deleted")
    world.delete(message)
    return True


async def delete_messages(world: World, params: Params) -> Any:
    """Several at once; those that are gone or not the bot's to delete are passed over."""
    chat, ids = chat_of(world, params), params.json("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_DELETED or not all(isinstance(each, int) for each in ids):
        raise bad_request("message identifiers are not specified")
    for message in [chat.messages.get(number) for number in ids]:
        if message is not None and not message.deleted and _deletable(world, message):
            world.delete(message)
    return True


async def set_message_reaction(world: World, params: Params) -> Any:
    writable_chat_of(world, params)
    message = message_of(world, params, "to react")
    wanted = params.objects("reaction") or []
    emojis = [str(reaction.get("emoji", "")) for reaction in wanted]
    if len(emojis) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not EMOJIS.issuperset(emojis):
        raise bad_request("REACTION_INVALID")
    world.react(_first_of_album(message), world.bot, emojis)
    return True


def _first_of_album(message: Message) -> Message:
    """A reaction to any picture of an album is one to the first that is not deleted."""
    album = [m for m in message.chat.messages.values() if m.media_group_id == message.media_group_id and not m.deleted]
    return album[0] if message.media_group_id else message


def _editable(world: World, params: Params) -> Message:
    if "inline_message_id" not in params:
        writable_chat_of(world, params)
    message = message_of(world, params, "to edit")
    if message.sender is not world.bot and message.via_bot is not world.bot:
        raise bad_request("message can't be edited")
    return message


def _edited(world: World, params: Params, message: Message, version: Version) -> Any:
    if message.media_group_id:  # apps cannot show a keyboard at an album, so Telegram drops it without a word
        version = replace(version, markup=None)
    if version == message.now:
        raise bad_request(NOT_MODIFIED)
    world.edit(message, version)
    return True if "inline_message_id" in params else world.json(message)


def _deletable(world: World, message: Message) -> bool:
    """For 48 hours: in a private chat every message, in a group the bot's own, or every one if the bot is an admin."""
    if time.time() - message.date > DELETABLE_FOR:
        return False
    admin = message.chat.members.get(world.bot.id) == "administrator"
    return message.chat.type == "private" or message.sender is world.bot or admin


def _markup(params: Params) -> dict[str, Any] | None:
    return checked_markup(params.json("reply_markup"), inline_only=True)


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
}
