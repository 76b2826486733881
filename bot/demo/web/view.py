"""What the page shows of the world, as JSON of its own: files by addresses relative to the page."""

from __future__ import annotations

from typing import Any

from bot.demo.api.call_log import Call
from bot.demo.api.faults import Fault
from bot.demo.telegram.files import Media, StoredFile
from bot.demo.telegram.model import Chat, Message, TelegramUser, Version
from bot.demo.telegram.person import Person
from bot.demo.telegram.queries import Answer, Query
from bot.demo.telegram.world import World

Json = dict[str, Any]


def state(world: World) -> Json:
    """Everything, for a page that has just been opened."""
    return {
        "bot": bot(world),
        "people": [person(world, someone) for someone in world.people.values()],
        "chats": [chat(world, found) for found in world.chats.values()],
        "messages": [message(m) for c in world.chats.values() for m in c.messages.values() if not m.deleted],
    }


def bot(world: World) -> Json:
    return {"id": world.bot.id, "name": world.bot.first_name, "username": world.bot.username}


def person(world: World, someone: Person) -> Json:
    user = someone.user
    language = user.language_code
    return {
        "id": user.id,
        "name": user.first_name,
        "language": language,
        "blocked": someone.chat.blocked,
        "menu": world.profile.menu("private", language),
        "group_menu": world.profile.menu("supergroup", language),
        "description": world.profile.text("description", language),
        "bot_name": world.profile.text("name", language),
    }


def chat(world: World, found: Chat) -> Json:
    names = {id_: world.users[id_].first_name for id_, status in found.members.items() if status != "left"}
    return {"id": found.id, "type": found.type, "title": found.title, "members": names}


def message(found: Message) -> Json:
    now = found.now
    return {
        "id": found.id,
        "chat": found.chat.id,
        "from": _sender(found.sender),
        "date": found.date,
        "edited": found.edit_date is not None,
        "deleted": found.deleted,
        "service": next(iter(found.service), ""),
        "body": now.body,
        "entities": list(now.entities),
        "media": media(now.media) if now.media else None,
        "keyboard": now.keyboard,
        "reply": _quote(found.reply_to) if found.reply_to else None,
        "album": found.media_group_id,
        "via": found.via_bot.username if found.via_bot else "",
        "reactions": sorted(emoji for emojis in found.reactions.values() for emoji in emojis),
    }


def _sender(user: TelegramUser) -> Json:
    return {"id": user.id, "name": user.first_name, "bot": user.is_bot}


def _quote(found: Message) -> Json:
    now = found.now
    shown = {"id": found.id, "name": found.sender.first_name, "deleted": found.deleted, "body": now.body[:120]}
    return shown | {"kind": now.media.kind if now.media else "", "picture": _thumbnail(now.media)}


def media(found: Media) -> Json:
    file = found.file
    shape = file if file.width else found.files[0]  # of a file only its likeness is measured
    return {
        "kind": found.kind,
        "url": _address(file),
        "name": file.name,
        "mime": file.mime,
        "size": len(file.data),
        "width": shape.width,
        "height": shape.height,
        "thumbnail": _thumbnail(found),
    }


def _thumbnail(found: Media | None) -> str:
    """A video has none, nor a file that is no picture, whatever its name says."""
    smallest = found.files[0] if found else None
    if found and found.kind == "document" and smallest is found.file:
        return ""
    return _address(smallest) if smallest and smallest.mime.startswith("image/") else ""


def _address(file: StoredFile) -> str:
    return f"demo/files/{file.unique_id}"


def action(found: Chat) -> Json:
    last = found.actions[-1]
    return {"chat": found.id, "action": last.action}


def answer(query: Query) -> Json:
    said = query.answer or Answer()
    return {"person": query.person.id, "data": query.data, "text": said.text, "alert": said.alert, "url": said.url}


def offers(query: Query, results: list[Json]) -> list[Json]:
    """What an inline query was answered with: what to read, and what the chosen one would show."""
    return [_offer(result, query.versions[str(result["id"])]) for result in results]


def _offer(result: Json, version: Version) -> Json:
    shown = {name: str(result.get(name, "")) for name in ("id", "type", "title", "description")}
    return shown | {"body": version.body[:120], "picture": _thumbnail(version.media)}


def call(found: Call) -> Json:
    return {
        "method": found.method,
        "params": found.params,
        "status": found.status,
        "answer": found.answer,
        "milliseconds": round(1000 * found.seconds, 1),
    }


def fault(found: Fault) -> Json:
    names = ("number", "kind", "method", "count", "probability", "seconds", "hits", "code", "description")
    return {name: getattr(found, name) for name in names}
