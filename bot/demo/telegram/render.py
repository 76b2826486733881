"""Users, chats and messages as the Bot API's JSON."""

from __future__ import annotations

from typing import Any

from bot.demo.telegram.files import Media, StoredFile
from bot.demo.telegram.model import Chat, Message, Status, TelegramUser, Version

Json = dict[str, Any]

ANIMATED_STICKER, VIDEO_STICKER = "application/x-tgsticker", "video/webm"


def user_json(user: TelegramUser) -> Json:
    found: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.username:
        found["username"] = user.username
    if user.language_code:
        found["language_code"] = user.language_code
    return found


def chat_json(chat: Chat, person: TelegramUser | None = None) -> Json:
    """`person` is the other side of a private chat, whose name the chat bears."""
    found: Json = {"id": chat.id, "type": chat.type}
    if person is not None:
        found["first_name"] = person.first_name
        return found | ({"username": person.username} if person.username else {})
    return found | {"title": chat.title} | ({"is_forum": True} if chat.is_forum else {})


def message_json(message: Message, people: dict[int, TelegramUser], *, with_reply: bool = True) -> Json:
    """A message with the one it replies to, one level deep. In a topic, all others reply to the one that began it."""
    found: Json = {
        "message_id": message.id,
        "date": message.date,
        "chat": chat_json(message.chat, people.get(message.chat.id)),
        "from": user_json(message.sender),
        **_body(message.now),
        **message.service,
    }
    if message.thread_id is not None:
        found |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if message.edit_date is not None:
        found["edit_date"] = message.edit_date
    if message.media_group_id:
        found["media_group_id"] = message.media_group_id
    if message.sender_chat is not None:
        found["sender_chat"] = chat_json(message.sender_chat)
    if message.via_bot is not None:
        found["via_bot"] = user_json(message.via_bot)
    began = message.chat.messages.get(message.thread_id) if message.thread_id is not None else None
    replied = message.reply_to or began
    if with_reply and replied is not None and not replied.deleted:
        found["reply_to_message"] = message_json(replied, people, with_reply=False)
    return found


def _body(version: Version) -> Json:
    found: Json = {}
    word = "text" if version.media is None else "caption"
    if version.media is not None:
        found |= media_json(version.media)
    if version.body:
        found[word] = version.body
    if version.entities:
        found["entities" if version.media is None else "caption_entities"] = list(version.entities)
    if version.keyboard:
        found["reply_markup"] = {"inline_keyboard": version.keyboard}
    return found


def media_json(media: Media) -> Json:
    if media.kind == "photo":
        sizes = {"photo": [file_json(file) for file in media.files]}
        if media.live_video is None:
            return sizes
        video = file_json(media.live_video) | _kind_fields(media.live_video)
        return sizes | {"live_photo": video | sizes}  # both are set
    found = file_json(media.file) | _kind_fields(media.file)
    if media.smaller:
        found["thumbnail"] = file_json(media.smaller[0])
    if media.kind == "animation":  # for clients older than animations, Telegram sends both
        return {"animation": found, "document": found}
    return {media.kind: found}


def file_json(file: StoredFile) -> Json:
    found: Json = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.data)}
    return found | ({"width": file.width, "height": file.height} if file.kind == "photo" else {})


def _kind_fields(file: StoredFile) -> Json:
    found: Json = {"file_name": file.name} if file.name else {}
    if file.kind == "sticker":
        moves = {"is_animated": file.mime == ANIMATED_STICKER, "is_video": file.mime == VIDEO_STICKER}
        return {"type": "regular", **moves, **_size(file)}
    found["mime_type"] = file.mime
    if file.kind in ("animation", "video"):
        found |= {**_size(file), "duration": file.duration}
    if file.kind in ("voice", "audio"):
        found["duration"] = file.duration
    if file.kind == "video_note":
        return {"length": file.width, "duration": file.duration}
    return found


def _size(file: StoredFile) -> Json:
    return {"width": file.width, "height": file.height}


_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def member_json(user: TelegramUser, status: Status) -> Json:
    found: Json = {"status": status, "user": user_json(user)}
    if status == "administrator":
        found |= dict.fromkeys(_RIGHTS, False) | {"can_manage_chat": True, "can_delete_messages": True}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "kicked":
        found["until_date"] = 0
    return found
