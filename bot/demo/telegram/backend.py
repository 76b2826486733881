"""The server's state and everything that happens to it: messages, presses, and updates for the bot."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

from bot.demo.telegram.clock import Clock
from bot.demo.telegram.files import Files
from bot.demo.telegram.flood import FloodLimits
from bot.demo.telegram.media_edits import MediaEdits
from bot.demo.telegram.model import Chat, ChatAction, Message, Status, TelegramUser, Version
from bot.demo.telegram.profile import Profile
from bot.demo.telegram.queries import Queries, Query
from bot.demo.telegram.render import chat_json, member_json, message_json, user_json
from bot.demo.telegram.server_limits import ServerLimits
from bot.demo.telegram.updates import Updates
from bot.demo.telegram.webhook import WebhookSender

BOT_ID = 7_000_000_001
Listener = Callable[[str, Any], None]


class Backend:
    """`listeners` are called with the kind of each change and its subject: a message, a chat, a query."""

    def __init__(
        self,
        name: str,
        username: str,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock = clock or Clock()
        self.upload_seconds = 0.0  # that a file takes from the server to Telegram
        self.bot = TelegramUser(BOT_ID, name, is_bot=True, username=username)
        self.reads_all_group_messages = False
        self.supports_inline_queries = True  # /setinline at @BotFather
        self.profile = Profile(name)
        self.files = Files()
        self.updates = Updates(clock)
        self.webhook = WebhookSender(self.updates, clock)
        self.edits = MediaEdits()
        self.limits = ServerLimits(clock)
        self.queries = Queries(clock)
        self.flood = FloodLimits(clock)
        self.users: dict[int, TelegramUser] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.inline_messages: dict[str, Message] = {}
        self.offered: dict[str, Query] = {}
        self.listeners: list[Listener] = []

    # Chats

    def serve(self, chat: Chat, sender: TelegramUser, service: dict[str, Any]) -> Message:
        """A service message: something happened, nobody wrote it. Every bot in the chat gets it."""
        message = self.post(chat, sender, self.version(), service=service)
        self.tell("message", message)
        return message

    def set_member(self, chat: Chat, user: TelegramUser, status: Status, by: TelegramUser) -> None:
        """Someone's status changes; the bot hears of its own."""
        before = chat.members.get(user.id, "left")
        chat.members[user.id] = status
        change = {
            "chat": chat_json(chat, self.users.get(chat.id)),
            "from": user_json(by),
            "date": int(time.time()),
            "old_chat_member": member_json(user, before),
            "new_chat_member": member_json(user, status),
        }
        kind = "my_chat_member" if user is self.bot else "chat_member"
        self.updates.push(kind, change, (kind, chat.id if user is self.bot else user.id))

    # Messages

    def post(self, chat: Chat, sender: TelegramUser, version: Version, **more: Any) -> Message:
        """A new message; `more` are fields of `Message`. Nobody is told but those who watch the chat."""
        message = Message(chat.next_id(), chat, sender, int(time.time()), [version], **more)
        chat.messages[message.id] = message
        self.notify("message", message)
        return message

    def version(self, **fields: Any) -> Version:
        return Version(at=self.clock(), **fields)

    def edit(self, message: Message, version: Version) -> Message:
        message.versions.append(version)
        message.edit_date = int(time.time())
        self.notify("message", message)
        return message

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.notify("message", message)

    def react(self, message: Message, user: TelegramUser, emojis: list[str]) -> None:
        message.reactions[user.id] = emojis
        self.notify("message", message)

    def act(self, chat: Chat, action: str, thread_id: int | None) -> None:
        chat.actions.append(ChatAction(action, self.clock(), thread_id))
        self.notify("action", chat)

    # Telling the bot

    def tell(self, kind: str, message: Message) -> None:
        self._push(kind, self.json(message), message.chat.id)

    def _push(self, kind: str, payload: dict[str, Any], queue: object) -> None:
        """`queue` is what a webhook keeps in order: all messages of a chat, all presses of a person."""
        self.limits.count_update()
        self.updates.push(kind, payload, queue)

    def json(self, message: Message) -> dict[str, Any]:
        return message_json(message, self.users)

    def ask_press(self, person: TelegramUser, message: Message, data: str) -> Query:
        query = self.queries.ask(Query(person, data, message))
        where = {"inline_message_id": message.inline_id} if message.inline_id else {"message": self.json(message)}
        base = {"id": query.id, "from": user_json(person), "chat_instance": str(message.chat.id), "data": data}
        self._push("callback_query", base | where, ("callback_query", person.id))
        return query

    def ask_inline(self, person: TelegramUser, text: str, offset: str = "") -> Query:
        if not self.supports_inline_queries:
            raise LookupError("this bot has no inline mode")
        query = Query(person, text, offset=offset)
        if before := self.queries.kept(query):
            query.button, query.next_offset = before.button, before.next_offset
            self.offer(query, before.results or [], before.versions)
            return query
        self.queries.ask(query)
        payload = {"id": query.id, "from": user_json(person), "query": text, "offset": offset, "chat_type": "sender"}
        self._push("inline_query", payload, ("inline_query", person.id))
        return query

    def offer(self, query: Query, results: list[dict[str, Any]], versions: dict[str, Version]) -> None:
        """What the person sees above the keyboard."""
        query.results, query.versions = results, versions
        self.offered[query.id] = query
        query.changed.wake()

    def tell_chosen(self, query: Query, result_id: str, message: Message) -> None:
        """The result was sent. Only a message with a keyboard gets an inline id, by which the bot can edit it."""
        payload = {"result_id": result_id, "from": user_json(query.person), "query": query.data}
        if message.now.keyboard:
            message.inline_id = secrets.token_urlsafe(20)
            self.inline_messages[message.inline_id] = message
            payload["inline_message_id"] = message.inline_id
        self._push("chosen_inline_result", payload, ("chosen_inline_result", query.person.id))

    # Telling those who watch

    def notify(self, kind: str, subject: Message | Chat | Query | None) -> None:
        """`subject` is what changed, or None where it is not a part of the world (the bot's profile, its process)."""
        if isinstance(subject, Message):
            subject.chat.changed.wake()
        elif subject is not None:
            subject.changed.wake()
        for listener in list(self.listeners):
            listener(kind, subject)
