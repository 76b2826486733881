"""Users, chats and messages: the state of the stand-in, as plain objects that know nothing of HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from bot.demo.telegram.condition import Condition
from bot.demo.telegram.files import Media

T = TypeVar("T")
Entities = tuple[dict[str, Any], ...]
Status = Literal["creator", "administrator", "member", "left", "kicked"]


@dataclass(eq=False, slots=True)
class TelegramUser:
    id: int
    first_name: str
    is_bot: bool = False
    username: str = ""
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a message shows at one time. Two versions are equal when a reader sees no difference."""

    body: str = ""
    entities: Entities = ()
    media: Media | None = None
    markup: dict[str, Any] | None = None
    at: float = field(default=0.0, compare=False)

    @property
    def text(self) -> str | None:
        return self.body if self.media is None else None

    @property
    def caption(self) -> str | None:
        return None if self.media is None else self.body

    @property
    def photo(self) -> bytes | None:
        """The largest size of the photo."""
        return self.media.file.data if self.media and self.media.kind == "photo" else None

    @property
    def document(self) -> bytes | None:
        return self.media.file.data if self.media and self.media.kind == "document" else None

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        """The rows of the inline keyboard; empty without one."""
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[list[str]]:
        """The texts of the inline keyboard, row by row."""
        return [[button["text"] for button in row] for row in self.keyboard]


@dataclass(eq=False, slots=True)
class Message:
    id: int
    chat: Chat
    sender: TelegramUser
    date: int
    versions: list[Version]
    reply_to: Message | None = None
    media_group_id: str = ""
    thread_id: int | None = None
    via_bot: TelegramUser | None = None
    sender_chat: Chat | None = None  # in whose name it was written: a channel, or the group by an anonymous admin
    inline_id: str = ""
    service: dict[str, Any] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    edit_date: int | None = None
    deleted: bool = False

    @property
    def now(self) -> Version:
        return self.versions[-1]

    @property
    def is_from_bot(self) -> bool:
        """Who writes in the name of a chat has one of Telegram's own bots as the sender."""
        return self.sender.is_bot and self.sender_chat is None

    @property
    def text(self) -> str | None:
        return self.now.text

    @property
    def caption(self) -> str | None:
        return self.now.caption

    @property
    def photo(self) -> bytes | None:
        return self.now.photo

    @property
    def document(self) -> bytes | None:
        return self.now.document

    @property
    def buttons(self) -> list[list[str]]:
        return self.now.buttons

    def __repr__(self) -> str:
        kind = self.now.media.kind if self.now.media else "text"
        gone = " (deleted)" if self.deleted else ""
        return f"#{self.id} {self.sender.first_name} [{kind}] {self.now.body!r} {self.buttons}{gone}"


@dataclass(eq=False, slots=True)
class ChatAction:
    action: str
    at: float
    thread_id: int | None = None


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat (its id is the person's) or a group. Message ids count up in each chat on its own."""

    id: int
    type: Literal["private", "group", "supergroup", "channel"]
    title: str = ""
    is_forum: bool = False
    members: dict[int, Status] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    actions: list[ChatAction] = field(default_factory=list)
    started: bool = False
    blocked: bool = False
    upgraded_to: int | None = None  # the supergroup that a basic group has become
    dissolved: bool = False  # a basic group that was deleted
    purged: bool = False  # somebody deletes at once whatever the bot sends
    forbidden: set[str] = field(default_factory=set)  # kinds of messages that the bot may not send: "photo", "text"
    closed_topics: set[int] = field(default_factory=set)
    unsent: int = 0  # messages that the server is sending
    last_id: int = 0
    changed: Condition = field(default_factory=Condition)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    @property
    def from_bot(self) -> list[Message]:
        """The bot's messages that still stand, in order."""
        return [m for m in self.messages.values() if m.is_from_bot and not m.deleted and not m.service]

    def answers(self, message: Message) -> list[Message]:
        """The bot's messages that quote `message`."""
        return [m for m in self.from_bot if m.reply_to is message]

    async def until(self, look: Callable[[Chat], T], within: float = 10.0) -> T:
        """The first true value of `look(chat)`, asked again at each change; `TimeoutError` shows the chat."""
        return await self.changed.until(lambda: look(self), within, self.transcript)

    def transcript(self) -> str:
        return "The chat:\n" + "\n".join(map(repr, self.messages.values()))
