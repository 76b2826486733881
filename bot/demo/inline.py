"""Inline results: what the bot offers in any chat, and the message that a chosen one becomes."""

from __future__ import annotations

from typing import Any

from bot.demo.arguments import caption_of, text_of
from bot.demo.errors import bad_request
from bot.demo.markup import checked_markup
from bot.demo.model import Version
from bot.demo.params import Params
from bot.demo.world import World

CACHED = ("photo", "document", "animation", "video")
MAX_RESULT_ID = 64


def version_of(world: World, result: dict[str, Any]) -> Version:
    """The message that this result becomes. Files by file_id and texts; addresses are refused, as everywhere here."""
    if not 1 <= len(str(result.get("id", "")).encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    markup = checked_markup(result.get("reply_markup"), inline_only=True)
    content = result.get("input_message_content")
    if content is not None:
        if not isinstance(content, dict) or "message_text" not in content:
            raise bad_request("can't parse inline query result: message_text expected in input_message_content")
        body, entities = text_of(Params({**content, "text": content["message_text"]}))
        return world.version(body=body, entities=entities, markup=markup)
    kind = result.get("type")
    media = world.files.media(str(result.get(f"{kind}_file_id"))) if kind in CACHED else None
    if media is None or media.kind != kind:
        raise bad_request("can't parse inline query result: a file_id of this type or input_message_content expected")
    body, entities = caption_of(Params(result))
    return world.version(body=body, entities=entities, media=media, markup=markup)
