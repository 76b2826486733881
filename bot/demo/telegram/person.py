"""A person with Telegram on the phone: what they can do in their chats, and what they see of the bot."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.demo.telegram.backend import Backend
from bot.demo.telegram.files import Kind, Media, StoredFile
from bot.demo.telegram.formatting import formatted
from bot.demo.telegram.model import Chat, Message, TelegramUser, Version
from bot.demo.telegram.pictures import photo_sizes, thumbnail
from bot.demo.telegram.queries import Answer, Query

# Telegram's own users, who stand for whoever writes in the name of a chat.
ANONYMOUS_ADMIN = TelegramUser(1_087_968_824, "Group", is_bot=True, username="GroupAnonymousBot")
CHANNEL = TelegramUser(136_817_688, "Channel", is_bot=True, username="Channel_Bot")


class Person:
    """Sends, presses, edits, deletes. `to` is a group; without it, the private chat with the bot."""

    def __init__(self, world: Backend, user: TelegramUser, chat: Chat) -> None:
        self.world = world
        self.user = user
        self.chat = chat

    # Sending. Where pictures are prepared this takes milliseconds to a second, as the app on the phone would.

    def sends_text(
        self,
        text: str,
        *,
        to: Chat | None = None,
        reply_to: Message | None = None,
        topic: int | None = None,
        as_chat: Chat | None = None,
    ) -> Message:
        """`as_chat`: in the name of a channel, or of the group itself, as its anonymous admins do."""
        body, entities = formatted(text, "", None)
        return self._sends(self.world.version(body=body, entities=entities), to, reply_to, topic, sender_chat=as_chat)

    def sends_photo(self, photo: bytes, caption: str = "", **where: Any) -> Message:
        """A photo as the app sends it: scaled down and recompressed. `PictureError` where it cannot be read."""
        return self.sends_media(self.photo(photo), caption, **where)

    def sends_album(self, photos: Sequence[bytes], caption: str = "", **where: Any) -> list[Message]:
        """Photos sent together: as many messages, as many updates, one media_group_id; the first has the caption."""
        return self.sends_media_group([self.photo(photo) for photo in photos], caption, **where)

    def sends_document(self, data: bytes, name: str, mime: str = "", caption: str = "", **where: Any) -> Message:
        """A file, byte for byte. Its type is what the sender says, true or not."""
        mime = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self.sends_media(self.file("document", data, mime, name), caption, **where)

    def sends_sticker(self, data: bytes, mime: str = "image/webp", **where: Any) -> Message:
        """By default one that stands still; with `application/x-tgsticker` or `video/webm` one that moves."""
        return self.sends_media(self.file("sticker", data, mime, width=512, height=512), **where)

    def sends_animation(self, mp4: bytes, caption: str = "", **where: Any) -> Message:
        """A GIF: the app turns it into a silent video before it sends it."""
        return self.sends_media(self.file("animation", mp4, "video/mp4", "giphy.mp4"), caption, **where)

    def sends_video(self, mp4: bytes, caption: str = "", **where: Any) -> Message:
        return self.sends_media(self.file("video", mp4, "video/mp4", "video.mp4"), caption, **where)

    def sends_video_note(self, mp4: bytes, **where: Any) -> Message:
        """A round one."""
        return self.sends_media(self.file("video_note", mp4, "video/mp4", width=384, height=384), **where)

    def sends_live_photo(self, photo: bytes, mp4: bytes, caption: str = "", **where: Any) -> Message:
        """A photo with a video of about three seconds."""
        video = StoredFile("video", mp4, "video/mp4", width=320, height=240, duration=3)
        return self.sends_media(self.world.files.photo(photo_sizes(photo, limits=False), video), caption, **where)

    def sends_voice(self, ogg: bytes, **where: Any) -> Message:
        return self.sends_media(self.file("voice", ogg, "audio/ogg"), **where)

    def sends_media(
        self,
        media: Media,
        caption: str = "",
        *,
        to: Chat | None = None,
        reply_to: Message | None = None,
        topic: int | None = None,
        album: str = "",
        as_chat: Chat | None = None,
    ) -> Message:
        body, entities = formatted(caption, "", None)
        version = self.world.version(body=body, entities=entities, media=media)
        return self._sends(version, to, reply_to, topic, media_group_id=album, sender_chat=as_chat)

    def sends_media_group(self, media: Sequence[Media], caption: str = "", **where: Any) -> list[Message]:
        album = str(secrets.randbits(53))
        return [self.sends_media(m, caption if i == 0 else "", album=album, **where) for i, m in enumerate(media)]

    def edits(self, message: Message, text: str, media: Media | None = None) -> None:
        """Other words; with `media`, another picture, too."""
        body, entities = formatted(text, "", None)
        self.world.edit(message, self.world.version(body=body, entities=entities, media=media or message.now.media))
        self._tell("edited_message", message)

    def deletes(self, message: Message) -> None:
        """For both sides. The bot is not told: the Bot API has no such update."""
        self.world.delete(message)

    # Buttons and inline queries

    def taps(self, message: Message, button: str) -> Query:
        """Press the button with this text or callback data, without waiting for the bot."""
        pressed = next(
            (b for row in message.now.keyboard for b in row if button in (b["text"], b.get("callback_data"))), None
        )
        if message.deleted or pressed is None or "callback_data" not in pressed:
            raise LookupError(f"no button {button!r} to press at {message!r}")
        return self.forges(message, pressed["callback_data"])

    async def presses(self, message: Message, button: str, within: float = 10.0) -> Answer:
        """Press a button and wait for the bot's answer to the press."""
        return await self.taps(message, button).answered(within)

    def forges(self, message: Message, data: str) -> Query:
        """A press with callback data that no button need have: anyone with a modified app can send that."""
        return self.world.ask_press(self.user, message, data)

    async def asks_inline(self, text: str, within: float = 10.0, offset: str = "") -> Query:
        """Type `@bot text` in any chat and wait for what the bot offers: `results` of the query. `offset` asks for more
        of it: the `next_offset` of the query before.
        """
        query = self.world.ask_inline(self.user, text, offset)
        await query.offered(within)
        return query

    def chooses(self, query: Query, result_id: str, *, to: Chat | None = None) -> Message:
        """Send one of the results that the bot offered; `LookupError` where there is none of that id."""
        version = replace(query.versions[result_id], at=self.world.clock())
        message = self.world.post(to or self.chat, self.user, version, via_bot=self.world.bot)
        self.world.tell_chosen(query, result_id, message)
        self._tell("message", message)
        return message

    # What one does with a bot

    def starts(self) -> Message:
        return self.sends_text("/start")

    def blocks_bot(self) -> None:
        self._set_blocked(True)

    def unblocks_bot(self) -> None:
        self._set_blocked(False)

    def _set_blocked(self, blocked: bool) -> None:
        if self.chat.blocked != blocked:
            self.chat.blocked = blocked
            self.world.set_member(self.chat, self.world.bot, "kicked" if blocked else "member", by=self.user)
            self.world.notify("chat", self.chat)

    # How it reaches the bot

    def _sends(
        self, version: Version, to: Chat | None, reply_to: Message | None, topic: int | None, **more: Any
    ) -> Message:
        chat = to or self.chat
        if chat.blocked:
            raise PermissionError(f"{self.user.first_name} has blocked the bot: unblock it first")
        chat.started = True
        thread = topic if topic is not None else (reply_to.thread_id if reply_to else None)
        as_chat = more.get("sender_chat")
        sender = self.user if as_chat is None else ANONYMOUS_ADMIN if as_chat is chat else CHANNEL
        message = self.world.post(chat, sender, version, reply_to=reply_to, thread_id=thread, **more)
        self._tell("message", message)
        return message

    def _tell(self, kind: str, message: Message) -> None:
        if message.chat.type == "private" or self._bot_may_read(message):
            self.world.tell(kind, message)

    def _bot_may_read(self, message: Message) -> bool:
        """Privacy mode: in a group a bot sees what is meant for it (a command, a reply to it, its name)."""
        bot, chat = self.world.bot, message.chat
        status = chat.members.get(bot.id, "left")
        if status in ("left", "kicked"):
            return False
        if self.world.reads_all_group_messages or status == "administrator":
            return True
        if message.reply_to is not None and message.reply_to.sender is bot:
            return True
        return _addresses(message.now, bot.username.lower())

    # What the app makes of a file before it sends it

    def photo(self, photo: bytes) -> Media:
        return self.world.files.photo(photo_sizes(photo, limits=False))

    def file(self, kind: Kind, data: bytes, mime: str, name: str = "", width: int = 320, height: int = 240) -> Media:
        small = thumbnail(data) if mime.startswith("image/") else None
        file = StoredFile(kind, data, mime, name, width, height, duration=0 if kind == "document" else 3)
        return self.world.files.other(file, small)


def _addresses(version: Version, username: str) -> bool:
    """Whether the text holds a command for the bot (or for no bot by name), or mentions it."""
    encoded = version.body.encode("utf-16-le")
    for entity in version.entities:
        start, stop = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        word = encoded[start:stop].decode("utf-16-le").lower()
        if entity["type"] == "bot_command" and word.partition("@")[2] in ("", username):
            return True
        if entity["type"] == "mention" and word == f"@{username}":
            return True
    return False
