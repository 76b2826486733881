"""Resolves the parameters of a call: the chat, the message, the text, the file that they stand for in this world."""

from __future__ import annotations

import asyncio
import mimetypes
from enum import IntEnum
from typing import Any

from bot.demo.api.params import ATTACH, UNKNOWN, Params, Upload
from bot.demo.telegram.errors import bad_request, forbidden, group_upgraded
from bot.demo.telegram.files import Kind, Media, StoredFile
from bot.demo.telegram.formatting import formatted, utf16_length
from bot.demo.telegram.model import Chat, Entities, Message, Status
from bot.demo.telegram.pictures import PictureError, photo_sizes, thumbnail
from bot.demo.telegram.world import World

# What Telegram says of a group that has become a supergroup, or was deleted, is in nobody's source: a word of its own.
INACTIVE = "CHAT_ID_INVALID"
PLURALS = {"text": "text messages", "video_note": "video notes", "audio": "music"}
MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_PHOTO = 10 * 2**20
MAX_UPLOAD = 50 * 2**20


class Access(IntEnum):
    """What a call needs of its chat (Client.cpp check_chat_access)."""

    READ = 0  # look at it, and react
    EDIT = 1
    WRITE = 2  # send, delete, show an action; also look at the members


def chat_of(world: World, params: Params, access: Access = Access.READ) -> Chat:
    """The chat, if the bot has this access to it."""
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    try:
        chat = world.chats.get(int(params.text("chat_id")))
    except ValueError:  # a @name: groups here have none
        chat = None
    if chat is None:
        raise bad_request("chat not found")
    if chat.type != "private":
        _check_group(chat, chat.members.get(world.bot.id, "left"), access)
    return chat


def _check_group(chat: Chat, status: Status, access: Access) -> None:
    if chat.type == "group" and access is Access.WRITE:
        if chat.upgraded_to:
            raise group_upgraded(chat.upgraded_to)
        if chat.dissolved:
            raise forbidden("the group chat was deleted")
    active = chat.type == "supergroup" or not (chat.upgraded_to or chat.dissolved)
    if active and (access > Access.READ or chat.type == "supergroup"):
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {chat.type} chat")


def live_chat_of(world: World, params: Params, access: Access) -> Chat:
    """The chat, if Telegram, too, lets the bot act in it."""
    chat = chat_of(world, params, access)
    if chat.upgraded_to or chat.dissolved:
        raise bad_request(INACTIVE)
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def check_may_send(chat: Chat, kind: str) -> None:
    """Refused where the group does not allow messages of this kind (MessageContent.cpp can_send_message_content)."""
    if kind in chat.forbidden:
        raise bad_request(f"not enough rights to send {PLURALS.get(kind, kind + 's')} to the chat")


def message_of(world: World, params: Params, to_what: str, access: Access) -> Message:
    """The message that a call is about: by chat and id, or by its inline id. `to_what` is for the error."""
    if "inline_message_id" in params:
        found = world.inline_messages.get(params.text("inline_message_id"))
        if found is None or found.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return found
    if "chat_id" not in params and "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat = live_chat_of(world, params, access)
    message = chat.messages.get(params.integer("message_id"))
    if message is None or message.deleted:
        raise bad_request(f"message {to_what} not found")
    return message


def replied_message(chat: Chat, params: Params) -> Message | None:
    """The message that the new one replies to. If it is gone, that is an error, unless the caller allowed for it."""
    reply = params.object("reply_parameters") or {
        "message_id": params.integer("reply_to_message_id"),
        "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
    }
    number = Params(reply).integer("message_id")
    if not number:
        return None
    message = chat.messages.get(number)
    if message is not None and not message.deleted and reply.get("chat_id") in (None, chat.id, str(chat.id)):
        return message
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def thread_of(chat: Chat, params: Params, reply_to: Message | None) -> int | None:
    """The forum topic to write in: as asked, or the one of the message that is replied to.

    Passed over in a group that is no forum; the topic General has no number (Client.cpp check_message_topic).
    """
    thread = params.integer("message_thread_id")
    can_be_forum = chat.is_forum or chat.type == "private"
    if not thread or not can_be_forum:
        thread = reply_to.thread_id or 0 if reply_to else 0
    elif thread not in chat.topics:
        raise bad_request("message thread not found")
    if thread in chat.closed_topics:
        raise bad_request("TOPIC_CLOSED")
    return thread or None


def text_of(params: Params) -> tuple[str, Entities]:
    text, entities = formatted(params.text("text"), params.text("parse_mode"), params.objects("entities"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, entities


def caption_of(params: Params) -> tuple[str, Entities]:
    found = formatted(params.text("caption"), params.text("parse_mode"), params.objects("caption_entities"))
    if utf16_length(found[0]) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return found


async def media_of(world: World, params: Params, kind: Kind, value: Any, name: str = "") -> Media:
    """The media that `value` stands for: an upload, `attach://<upload>`, or a file id. Addresses are refused."""
    reference = str(value or "")
    upload = params.upload(name) or params.attached(reference)
    if upload is not None:
        return await stored(world, kind, upload, params)
    if not reference or reference.startswith(ATTACH):
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if "://" in reference:
        raise bad_request("failed to get HTTP URL content")
    media = world.files.media(reference)
    if media is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if media.kind != kind:
        raise bad_request(f"can't use file of type {media.kind.title()} as {kind.title()}")
    return media


async def stored(world: World, kind: Kind, upload: Upload, params: Params) -> Media:
    """An upload, kept. Pictures are decoded in a thread, so that the server answers others meanwhile."""
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo" and (known := world.files.uploaded(upload.data)):
        return known
    await world.clock.sleep(params.upload_seconds or world.upload_seconds)
    if kind == "photo":
        return await _stored_photo(world, upload)
    if len(upload.data) > MAX_UPLOAD:
        raise bad_request("file is too big")
    mime = upload.mime
    if mime == UNKNOWN:
        mime = mimetypes.guess_type(upload.name)[0] or UNKNOWN
    small = await asyncio.to_thread(thumbnail, upload.data) if mime.startswith("image/") else None
    file = StoredFile(kind, upload.data, mime, upload.name)
    if kind != "document":
        file.width, file.height = params.integer("width", 320), params.integer("height", 240)
        file.duration = params.integer("duration", 3)
    return world.files.other(file, small)


async def _stored_photo(world: World, upload: Upload) -> Media:
    size = len(upload.data)
    if size > MAX_PHOTO:
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes")
    try:
        return world.files.upload(upload.data, await asyncio.to_thread(photo_sizes, upload.data))
    except PictureError as error:
        raise bad_request(str(error)) from error
