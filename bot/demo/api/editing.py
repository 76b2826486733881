"""The methods that change or remove messages."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from telegram.constants import ReactionEmoji

from bot.demo.api.markup import checked_markup
from bot.demo.api.params import Params
from bot.demo.api.resolving import Access, caption_of, check_may_send, live_chat_of, message_of, text_of
from bot.demo.api.sending import ALBUM_KINDS, ALIKE_KINDS, media_version
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
    item = params.json("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    message = _editable(world, params, "message media can't be edited")
    _check_kind(message, str(item.get("type")))
    markup = _markup(params)
    version = replace(await world.edits.run(message, media_version(world, params, item)), markup=markup)
    return _edited(world, params, _editable(world, params), version)  # it may be gone since the upload began


def _check_kind(message: Message, kind: str) -> None:
    """In an album, photos and videos may take each other's place, and no others (MessagesManager.cpp
    edit_message_media).
    """
    check_may_send(message.chat, kind)
    before = message.now.media.kind if message.now.media else kind
    if message.media_group_id and kind != before:
        if kind not in ALBUM_KINDS:
            raise bad_request("message content type can't be used in an album")
        if kind in ALIKE_KINDS or before in ALIKE_KINDS:
            raise bad_request("can't change media type in the album")


async def edit_message_reply_markup(world: World, params: Params) -> Any:
    message = _editable(world, params)
    version = replace(message.now, markup=_markup(params), at=world.clock())
    return _edited(world, params, message, version)


async def delete_message(world: World, params: Params) -> Any:
    message = message_of(world, params, "to delete", Access.WRITE)
    return _deleted(world, [message])


async def delete_messages(world: World, params: Params) -> Any:
    """Several at once. Those that are gone are passed over; one that may not be deleted, and none is (Client.cpp
    check_messages, MessagesManager.cpp delete_messages).
    """
    ids = _numbers(params.json("message_ids"))
    chat = live_chat_of(world, params, Access.WRITE)
    found = [message for number in ids if (message := chat.messages.get(number)) and not message.deleted]
    return _deleted(world, found)


def _numbers(ids: Any) -> list[int]:
    """Ids of messages, as Client.cpp get_message_ids reads them."""
    if ids is None or ids == []:
        raise bad_request("message identifiers are not specified")
    if not isinstance(ids, list):
        raise bad_request("expected an Array of message identifiers")
    if len(ids) > MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    if not all(isinstance(each, int | str) for each in ids):
        raise bad_request("message identifier must be a Number")
    try:
        numbers = [int(each) for each in ids]
    except ValueError:
        raise bad_request("can't parse message identifier as a Number") from None
    if min(numbers) <= 0:
        raise bad_request("invalid message identifier specified")
    return numbers


def _deleted(world: World, messages: list[Message]) -> bool:
    for message in messages:
        _check_deletable(world, message)
    for message in messages:
        world.delete(message)
    return True


async def set_message_reaction(world: World, params: Params) -> Any:
    message = message_of(world, params, "to react", Access.READ)
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


def _editable(world: World, params: Params, otherwise: str = "message can't be edited") -> Message:
    message = message_of(world, params, "to edit", Access.EDIT)
    if message.sender is not world.bot and message.via_bot is not world.bot:
        raise bad_request(otherwise)
    return message


def _edited(world: World, params: Params, message: Message, version: Version) -> Any:
    if message.media_group_id:  # apps cannot show a keyboard at an album, so Telegram drops it without a word
        version = replace(version, markup=None)
    if version == message.now:
        raise bad_request(NOT_MODIFIED)
    world.edit(message, version)
    return True if "inline_message_id" in params else world.json(message)


def _check_deletable(world: World, message: Message) -> None:
    """For 48 hours: in a private chat every message, in a group the bot's own, or every one if the bot is an admin
    (MessagesManager.cpp can_delete_message, can_revoke_message).
    """
    chat = message.chat
    ours = message.sender is world.bot and not message.service
    in_time = time.time() - message.date <= DELETABLE_FOR
    allowed = chat.type == "private" or ours or chat.members.get(world.bot.id) == "administrator"
    if not (in_time and allowed):
        everyone = "" if chat.type == "supergroup" else " for everyone"
        raise bad_request(f"message can't be deleted{everyone}")


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
