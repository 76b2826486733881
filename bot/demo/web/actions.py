"""What people do in their chats, as the page asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.demo.api.params import Upload
from bot.demo.api.resolving import MAX_CAPTION, MAX_TEXT, MAX_UPLOAD
from bot.demo.telegram.files import Kind, Media, StoredFile
from bot.demo.telegram.model import Chat, Message
from bot.demo.telegram.person import Person
from bot.demo.telegram.pictures import PictureError, photo_sizes, thumbnail
from bot.demo.telegram.world import World
from bot.demo.web import view
from bot.demo.web.forms import ActionError, Form

MAX_ALBUM = 10
TOGETHER = (("photo", "video"), ("document",))  # kinds that may lie in one album
INLINE_WAIT = 10.0


# Who and where


def _person(world: World, form: Form) -> Person:
    person = world.people.get(form.values.integer("person"))
    if person is None:
        raise ActionError("There is no such person.")
    return person


def _chat(world: World, form: Form, person: Person) -> Chat:
    """A chat that the person is in."""
    chat = world.chats.get(form.values.integer("chat", person.chat.id))
    if chat is None or (chat is not person.chat and person.user.id not in chat.members):
        raise ActionError("There is no such chat.")
    if chat.blocked:
        raise ActionError("You have blocked the bot.")
    return chat


def _message(chat: Chat, number: int) -> Message:
    message = chat.messages.get(number)
    if message is None or message.deleted:
        raise ActionError("That message is gone.")
    return message


def _own_message(world: World, form: Form) -> tuple[Person, Message]:
    person = _person(world, form)
    message = _message(_chat(world, form, person), form.values.integer("message"))
    if message.sender is not person.user and message.chat.type != "private":
        raise ActionError("That is someone else's message.")
    return person, message


# People's actions


async def send(world: World, form: Form) -> Any:
    """A text, or files with a caption: photos and videos as albums of up to ten, files so, all else on its own."""
    person, values = _person(world, form), form.values
    chat, text = _chat(world, form, person), values.text("text").strip()
    if not text and not form.files:
        raise ActionError("There is nothing to send.")
    if len(text) > (MAX_CAPTION if form.files else MAX_TEXT):
        raise ActionError("That text is too long.")
    where: dict[str, Any] = {"to": chat}
    if number := values.integer("reply_to"):
        where["reply_to"] = _message(chat, number)
    if not form.files:
        return {"sent": [person.sends_text(text, **where).id]}
    media = [await _prepared(world, upload, values.flag("as_file")) for upload in form.files]
    return {"sent": [message.id for message in _post(person, media, text, where)]}


def _post(person: Person, media: list[Media], caption: str, where: dict[str, Any]) -> list[Message]:
    sent: list[Message] = []
    for group in _albums(media):
        if len(group) > 1:
            sent += person.sends_media_group(group, caption, **where)
        else:
            sent.append(person.sends_media(group[0], caption, **where))
        caption = ""  # the first one bears it
    return sent


def _albums(media: list[Media]) -> list[list[Media]]:
    """Groups as an app makes them: photos and videos together, files together, at most ten."""
    groups: list[list[Media]] = []
    for item in media:
        last = groups[-1] if groups else []
        together = next((kinds for kinds in TOGETHER if item.kind in kinds), ())
        if last and last[0].kind in together and len(last) < MAX_ALBUM:
            last.append(item)
        else:
            groups.append([item])
    return groups


async def _prepared(world: World, upload: Upload, as_file: bool) -> Media:
    """What an app makes of a picked file: a photo where it can, unless it is to go as it is."""
    if len(upload.data) > MAX_UPLOAD:
        raise ActionError(f"{upload.name} has more than {MAX_UPLOAD // 2**20} MB.")
    if not upload.data:
        raise ActionError(f"{upload.name} is empty.")
    if not as_file:
        if upload.mime == "image/gif" or upload.mime.startswith("video/"):
            kind: Kind = "animation" if upload.mime == "image/gif" else "video"
            return world.files.other(StoredFile(kind, upload.data, upload.mime, upload.name, 320, 240, 3))
        if upload.mime.startswith("image/"):
            try:
                return world.files.photo(await asyncio.to_thread(photo_sizes, upload.data, limits=False))
            except PictureError:
                as_file = True  # an app that cannot read a picture sends it as a file
    small = await asyncio.to_thread(thumbnail, upload.data) if upload.mime.startswith("image/") else None
    return world.files.other(StoredFile("document", upload.data, upload.mime, upload.name), small)


async def press(world: World, form: Form) -> Any:
    """The answer comes on the stream."""
    person, values = _person(world, form), form.values
    message = _message(_chat(world, form, person), values.integer("message"))
    try:
        return {"query": person.taps(message, values.text("data")).id}
    except LookupError:
        raise ActionError("That button is gone.") from None


async def edit(world: World, form: Form) -> Any:
    person, message = _own_message(world, form)
    if message.sender is not person.user:
        raise ActionError("That is the bot's message.")
    person.edits(message, form.values.text("text"))
    return {}


async def delete(world: World, form: Form) -> Any:
    person, message = _own_message(world, form)
    person.deletes(message)
    return {}


async def block(world: World, form: Form) -> Any:
    person = _person(world, form)
    person.blocks_bot() if form.values.flag("on") else person.unblocks_bot()
    world.notify("people", None)
    return {}


async def language(world: World, form: Form) -> Any:
    _person(world, form).user.language_code = form.values.text("language", "en")[:16]
    world.notify("people", None)
    return {}


async def join(world: World, form: Form) -> Any:
    """One more person."""
    name = form.values.text("name").strip()[:64] or "Somebody"
    person = world.person(name, form.values.text("language", "en")[:16], started=False)
    return {"person": person.user.id}


async def inline(world: World, form: Form) -> Any:
    values = form.values
    query = world.ask_inline(_person(world, form).user, values.text("query")[:256], values.text("offset")[:64])
    try:
        results = view.offers(query, await query.offered(INLINE_WAIT))
        return {"query": query.id, "results": results, "button": query.button, "next": query.next_offset}
    except TimeoutError:
        raise ActionError("The bot offers nothing.") from None


async def choose(world: World, form: Form) -> Any:
    person = _person(world, form)
    query = world.offered.get(form.values.text("query"))
    if query is None or query.person is not person.user:
        raise ActionError("That offer is gone.")
    try:
        return {"sent": [person.chooses(query, form.values.text("result"), to=_chat(world, form, person)).id]}
    except LookupError:
        raise ActionError("That result is gone.") from None


Action = Callable[[World, Form], Awaitable[Any]]
ACTIONS: dict[str, Action] = {
    action.__name__: action for action in (send, press, edit, delete, block, language, join, inline, choose)
}
