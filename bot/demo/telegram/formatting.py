"""Text with formatting: Telegram's HTML into plain text and entities, whose offsets count UTF-16 code units."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

from bot.demo.telegram.errors import bad_request
from bot.demo.telegram.model import Entities

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
_DETECTED = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]+\w)"
    r"|(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z]\w{3,31})"
    r"|(?P<hashtag>(?<!\w)#\w+)"
)
_TAG = re.compile(r"<(?P<slash>/?)(?P<name>[^\s>]*)")
_JSON = {str: "String", int: "Number"}
_VERBATIM = {"code", "pre", "text_link"}


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def formatted(text: str, parse_mode: str, entities: list[dict[str, Any]] | None) -> tuple[str, Entities]:
    """Plain text and entities as Telegram would store them: parsed, trimmed, links and commands found."""
    found = [_checked(entity) for entity in entities or []]
    if parse_mode:
        text, found = _parse(text, parse_mode)
    text, found = _trim(text.replace("\r\n", "\n"), found)
    return text, tuple(sorted([*found, *_detect(text, found)], key=lambda e: (e["offset"], -e["length"])))


def _checked(entity: dict[str, Any]) -> dict[str, Any]:
    for field, kind in (("type", str), ("offset", int), ("length", int)):
        if not isinstance(entity.get(field), kind):
            raise bad_request(f'can\'t parse MessageEntity: Field "{field}" must be of type {_JSON[kind]}')
    return entity


def _parse(text: str, parse_mode: str) -> tuple[str, list[dict[str, Any]]]:
    if parse_mode.lower() in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: this stand-in for Telegram reads parse_mode HTML only")
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    parser = _TelegramHtml(text)
    parser.feed(text)
    parser.check_closed()
    parser.close()
    return parser.finish()


def _trim(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Without the white space around it; entities move along, empty ones fall away."""
    lead = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return text, kept


def _detect(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Commands, mentions, links and the like, outside code and links."""
    verbatim = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _VERBATIM]
    known = {(e["type"], e["offset"]) for e in entities}
    found = []
    for match in _DETECTED.finditer(text):
        start, kind = utf16_length(text[: match.start()]), str(match.lastgroup)
        if (kind, start) not in known and not any(low <= start < high for low, high in verbatim):
            found.append({"type": kind, "offset": start, "length": utf16_length(match.group())})
    return found


class _TelegramHtml(HTMLParser):
    """Telegram's HTML: a dozen tags, every `<` and `>` of the text escaped, every tag closed."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._source = source
        self._text: list[str] = []
        self._length = 0
        self._open: list[tuple[str, dict[str, Any]]] = []
        self._entities: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        entity = self._entity(tag, {name: value or "" for name, value in attrs})
        self._open.append((tag, {**entity, "offset": self._length}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            raise self._error(f"Unexpected end tag at byte offset {self._byte_offset()}")
        expected, entity = self._open.pop()
        if tag != expected:
            where = self._byte_offset()
            raise self._error(f'Unmatched end tag at byte offset {where}, expected "</{expected}>", found "</{tag}>"')
        length = self._length - entity["offset"]
        if length and entity["type"]:
            self._entities.append({**entity, "length": length})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._refuse_tag()

    def handle_comment(self, data: str) -> None:
        self._refuse_tag()

    def handle_pi(self, data: str) -> None:
        self._refuse_tag()

    def handle_decl(self, decl: str) -> None:
        self._refuse_tag()

    def unknown_decl(self, data: str) -> None:
        self._refuse_tag()

    def handle_data(self, data: str) -> None:
        if "<" in data:  # with `<` unescaped the parser gives up and hands over the rest as text
            raise self._error(f'Unsupported start tag "" at byte offset {self._byte_offset()}')
        self._append(data)

    def handle_entityref(self, name: str) -> None:
        self._append(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._append(html.unescape(f"&#{name};"))

    def check_closed(self) -> None:
        """Refuse a tag without its `>` at the end of the text. Python's parser takes it for text, or, in its newer
        releases, drops it.
        """
        if tag := _TAG.match(self.rawdata):
            kind = "end" if tag["slash"] else "start"
            raise self._error(f"Unclosed {kind} tag at byte offset {self._byte_offset()}")

    def finish(self) -> tuple[str, list[dict[str, Any]]]:
        if self._open:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        return "".join(self._text), self._entities

    def _append(self, text: str) -> None:
        self._text.append(text)
        self._length += utf16_length(text)

    def _entity(self, tag: str, attrs: dict[str, str]) -> dict[str, Any]:
        if tag == "a":
            return {"type": "text_link" if attrs.get("href") else "", "url": attrs.get("href", "")}
        if tag == "span" and attrs.get("class") == "tg-spoiler":
            return {"type": "spoiler"}
        if tag == "blockquote" and "expandable" in attrs:
            return {"type": "expandable_blockquote"}
        if tag == "code" and self._open and self._open[-1][0] == "pre":
            self._open[-1][1]["language"] = attrs.get("class", "").removeprefix("language-")
            return {"type": ""}
        if tag not in _TAGS:
            raise self._error(f'Unsupported start tag "{tag}" at byte offset {self._byte_offset()}')
        return {"type": _TAGS[tag]}

    def _refuse_tag(self) -> None:
        """Refuse what is HTML but not Telegram's: comments, declarations, `<br/>`, `</3>`."""
        if (tag := _TAG.match(self._source, self._position())) and tag["slash"]:
            self.handle_endtag(tag["name"])
        name = tag["name"].lower() if tag else ""
        raise self._error(f'Unsupported start tag "{name}" at byte offset {self._byte_offset()}')

    def _byte_offset(self) -> int:
        return len(self._source[: self._position()].encode())

    def _position(self) -> int:
        line, column = self.getpos()
        return sum(len(before) + 1 for before in self._source.split("\n")[: line - 1]) + column

    @staticmethod
    def _error(reason: str) -> Exception:
        return bad_request(f"can't parse entities: {reason}")
