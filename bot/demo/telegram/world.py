"""The world on the other side of the Bot API: one bot, its people, their chats, and everything they said.

In memory and without HTTP, so that a test can look at it and act in it directly. All of it runs on one event loop.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.telegram.backend import Backend
from bot.demo.telegram.clock import Clock
from bot.demo.telegram.model import Chat, Status, TelegramUser
from bot.demo.telegram.person import Person
from bot.demo.telegram.render import user_json


class World(Backend):
    """The server with those who use it."""

    def __init__(self, name: str = "Painter", username: str = "painter_bot", clock: Clock | None = None) -> None:
        super().__init__(name, username, clock)
        self.people: dict[int, Person] = {}

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
