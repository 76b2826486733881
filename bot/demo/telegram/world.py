"""The world on the other side of the Bot API: one bot, its people, their chats, and everything they said.

In memory and without HTTP, so that a test can look at it and act in it directly. All of it runs on one event loop.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from bot.demo.telegram.clock import Clock
from bot.demo.telegram.files import Files
from bot.demo.telegram.flood import FloodLimits
from bot.demo.telegram.media_edits import MediaEdits
from bot.demo.telegram.model import Chat, ChatAction, Message, Status, TelegramUser, Version
from bot.demo.telegram.people import Person
from bot.demo.telegram.profile import Profile
from bot.demo.telegram.queries import Queries, Query
from bot.demo.telegram.render import chat_json, member_json, message_json, user_json
from bot.demo.telegram.server_limits import ServerLimits
from bot.demo.telegram.updates import Updates
from bot.demo.telegram.webhook import WebhookSender

BOT_ID = 7_000_000_001
Listener = Callable[[str, Any], None]


class World:
    """`listeners` are called with the kind of each change and its subject: a message, a chat, a query."""

    def __init__(
        self,
        name: str = "Painter",
        username: str = "painter_bot",
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
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.inline_messages: dict[str, Message] = {}
        self.offered: dict[str, Query] = {}
        self.listeners: list[Listener] = []

    # People and chats

    def person(self, name: str, language_code: str = "en", *, started: bool = True) -> Person:
        """A new person with a private chat; the bot may write there once the person has `started` it."""
        user = TelegramUser(1001 + len(self.people), name, username=name.lower(), language_code=language_code)
        chat = Chat(user.id, "private", started=started)
        self.users[user.id] = user
        self.chats[chat.id] = chat
        self.people[user.id] = Person(self, user, chat)
        self.notify("chat", chat)
        self.notify("people", None)
        return self.people[user.id]

    def group(
        self,
        title: str,
        people: Sequence[Person],
        *,
        forum: bool = False,
        bot_status: Status = "member",
        basic: bool = False,
    ) -> Chat:
        """A group that the first of `people` made and added the bot to."""
        number = 1 + sum(chat.type != "private" for chat in self.chats.values())
        chat = Chat(-number if basic else -1_001_000_000_000 - number, "group" if basic else "supergroup", title)
        chat.is_forum, chat.started = forum, True
        chat.members.update({person.user.id: "member" for person in people})
        chat.members[people[0].user.id] = "creator"
        self.chats[chat.id] = chat
        self.set_member(chat, self.bot, bot_status, by=people[0].user)
        self.notify("chat", chat)
        self.serve(chat, people[0].user, {"new_chat_members": [user_json(self.bot)]})
        return chat

    def topic(self, chat: Chat, name: str, by: Person) -> int:
        """A new topic of a forum. Its id, as at Telegram, is that of the message that says so."""
        message = self.serve(chat, by.user, {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}})
        chat.topics[message.id] = name
        return message.id

    def upgrade(self, group: Chat) -> Chat:
        """A basic group becomes a supergroup, in which its older messages cannot be reached. Both are told so."""
        larger = Chat(
            -1_002_000_000_000 + group.id, "supergroup", group.title, members=dict(group.members), started=True
        )
        self.chats[larger.id] = larger
        creator = next(self.users[id_] for id_, status in group.members.items() if status == "creator")
        self.serve(group, creator, {"migrate_to_chat_id": larger.id})
        group.upgraded_to = larger.id
        self.notify("chat", larger)
        self.serve(larger, creator, {"migrate_from_chat_id": group.id})
        return larger

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

    def ask_inline(self, person: TelegramUser, text: str) -> Query:
        if not self.supports_inline_queries:
            raise LookupError("this bot has no inline mode")
        query = Query(person, text)
        if before := self.queries.kept(query):
            query.button = before.button
            self.offer(query, before.results or [], before.versions)
            return query
        self.queries.ask(query)
        payload = {"id": query.id, "from": user_json(person), "query": text, "offset": "", "chat_type": "sender"}
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
