"""What the official server can answer to each method that the bot calls, after its source (tdlib/telegram-bot-api 10.0,
tdlib/td 1.8.66), and what can happen to a call on its way.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """`done`: the call is carried out all the same. `cause`: what the bot's log must say of it."""

    kind: str
    code: int = 0
    description: str = ""
    parameters: dict = field(default_factory=dict)
    done: bool = False
    seconds: float = 0.0
    cause: str = ""

    def __str__(self) -> str:
        what = f"{self.code} {self.description}" if self.kind == "error" else f"{self.kind} {self.code or ''}".strip()
        return what + (" (done)" if self.done else "")

    def fault(self, count) -> dict:
        more = {"parameters": self.parameters, "done": self.done, "seconds": self.seconds, "count": count}
        return {"code": self.code, "description": self.description, **more}

    @property
    def words(self) -> str:
        """In lower case, without the name of the status, as python-telegram-bot reads it."""
        return (self.cause or self.description.split(": ", 1)[-1]).lower()


def refusal(description: str, code: int = 400, **more) -> Answer:
    name = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 409: "Conflict", 500: "Internal Server Error"}
    return Answer("error", code, f"{name[code]}: {description}", **more)


def flood(seconds: int) -> Answer:
    description = f"Too Many Requests: retry after {seconds}"
    return Answer("error", 429, description, {"retry_after": seconds}, cause="retry in")


RESTART = "restart"  # Client.cpp get_closing_error: of calls under way, done or not
ON_THE_WAY = (
    Answer("cut_before", cause="Error"),
    Answer("cut_after", cause="Error"),
    Answer("slow", seconds=30.0, cause="timed out"),  # carried out, and answered when nobody listens any more
    Answer("bad_gateway", cause="bad gateway"),
    Answer("page", 403, cause="forbidden (403)"),  # a proxy's page
    Answer("page", 503, cause="service unavailable (503)"),
    Answer("page", 504, cause="gateway timeout (504)"),
    Answer("page", 200, cause="ok (200)"),  # the page of a hotel's network
)
# Client.cpp fail_query_with_error, get_closing_error, on_cmd; Query.h.
ANYWHERE = (
    flood(1),
    flood(60),
    refusal(RESTART, 500),
    refusal(RESTART, 500, done=True),
    refusal("SOMETHING_UNHEARD_OF", 500),
    refusal("SOMETHING_UNHEARD_OF"),
    Answer("error", 401, "Unauthorized", cause="unauthorized"),
    Answer("error", 404, "Not Found: method not found", cause="method not found"),
    refusal("Logged out"),
)
# Client.cpp check_chat_access, TdOnCheckChatCallback; MessagesManager.cpp.
IN_CHATS = (
    refusal("chat not found"),
    refusal("user is deactivated", 403),
    refusal("bot was blocked by the user", 403),
    refusal("bot can't initiate conversation with a user", 403),
    refusal("bot was kicked from the supergroup chat", 403),
    refusal("bot is not a member of the supergroup chat", 403),
    refusal("the group chat was deleted", 403),
    refusal("not enough rights to send photos to the chat"),
    refusal("message thread not found"),
    refusal("TOPIC_CLOSED"),
)
SENT = (
    refusal("sent message was immediately deleted and can't be returned", 500),
    refusal("message to be replied not found"),
)
UPLOADED = (
    refusal("file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"),
    refusal("PHOTO_INVALID_DIMENSIONS"),
    refusal("IMAGE_PROCESS_FAILED"),
    refusal("wrong file identifier/HTTP URL specified"),
    refusal("can't use file of type Photo as Document"),
    Answer("error", 413, "Request Entity Too Large", cause="request entity too large"),
)
EDITED = (
    refusal("message to edit not found"),
    refusal("message not found"),
    refusal("MESSAGE_ID_INVALID"),
    refusal("message can't be edited"),
    refusal(
        "message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    ),
)
OLD = refusal("query is too old and response timeout expired or query ID is invalid")

ANSWERS: dict[str, tuple[Answer, ...]] = {
    "sendMessage": (*IN_CHATS, *SENT),
    "sendPhoto": (*IN_CHATS, *SENT, *UPLOADED),
    "sendMediaGroup": (
        *IN_CHATS,
        *SENT,
        *UPLOADED,
        refusal('failed to send message #2 with the error message "WEBPAGE_MEDIA_EMPTY"'),
        Answer("album", cause="failed to send message #2"),
        refusal("Group send failed"),
    ),
    "sendVideoNote": (*IN_CHATS, *SENT, refusal("not enough rights to send video notes to the chat")),
    "editMessageMedia": (
        *IN_CHATS,
        *UPLOADED,
        *EDITED,
        refusal("message media can't be edited"),
        refusal("can't change media type in the album"),
        refusal("Canceled by new edit message request"),
    ),
    "editMessageCaption": (*IN_CHATS, *EDITED, refusal("there is no caption in the message to edit")),
    "editMessageText": (*IN_CHATS, *EDITED, refusal("there is no text in the message to edit")),
    "sendChatAction": IN_CHATS,
    "setMessageReaction": (*IN_CHATS, refusal("message to react not found"), refusal("REACTION_INVALID")),
    "deleteMessages": (
        *IN_CHATS,
        refusal("message can't be deleted for everyone"),
        refusal("message to delete not found"),
    ),
    "answerCallbackQuery": (OLD, refusal("MESSAGE_TOO_LONG")),
    "answerInlineQuery": (OLD, refusal("RESULT_ID_DUPLICATE")),
    "getChatMember": (*IN_CHATS, refusal("invalid user_id specified")),
    "getFile": (
        refusal("wrong file_id or the file is temporarily unavailable"),
        refusal("invalid file_id"),
        refusal("file is too big"),
        Answer("no_path", cause="no path"),
    ),
    "download": (
        Answer("error", 404, "Not Found", cause="cannot be read here"),
        Answer("truncated", cause="Error"),
        Answer("short", cause="ended after"),
    ),
}


def walks():
    """Each method with each of its answers."""
    for method, own in ANSWERS.items():
        on_the_way = ON_THE_WAY
        general = ANYWHERE if method != "download" else (flood(1), flood(60))
        if method in ("getFile", "download"):  # a job rests for so long in earnest
            general = tuple(flood(6) if answer == flood(60) else answer for answer in general)
        for answer in (*own, *general, *on_the_way):
            if not (method == "download" and answer.kind == "page" and answer.code == 200):  # bytes like any others
                yield method, answer
