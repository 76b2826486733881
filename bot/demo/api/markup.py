"""Reply markups, checked as Telegram checks them: what a phone could not show is refused."""

from __future__ import annotations

from typing import Any

from bot.demo.telegram.errors import bad_request

ACTIONS = frozenset({
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
})  # fmt: skip
OTHERS = ("keyboard", "remove_keyboard", "force_reply")
MAX_CALLBACK_DATA = 64
MAX_BUTTONS = 100
MAX_IN_A_ROW = 8


def checked_markup(markup: Any, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup to store, or None for none; an inline keyboard without buttons is none."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if any(name in markup for name in OTHERS):
        if inline_only:
            raise bad_request("inline keyboard expected")
        return markup
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse reply keyboard markup JSON object")
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS or any(len(row) > MAX_IN_A_ROW for row in kept):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String and not empty')
    if not any(_does(button, action) for action in ACTIONS):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and "." not in str(button["url"]) and "://" not in str(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return button


def _does(button: dict[str, Any], action: str) -> bool:
    """Whether the button has this action; only an inline query may be empty."""
    return action in button and (button[action] not in (None, "") or action.startswith("switch_"))
