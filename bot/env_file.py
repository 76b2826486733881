"""The file `.env`, read so that no line can be misread.

Docker Compose (compose-go's dotenv) and python-dotenv read this format differently: `$NAME`, escapes, quotes that are
left open. Here a line means what both of them read, or it is refused in one sentence. Values are never repeated in it,
since they may be secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_ASSIGNMENT = re.compile(rf"(?:export +)?({NAME}) *=([ \t]*)(.*)")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<text>.*?)(?P=quote)(?: +#.*)?""")
_QUOTES = ("“", "”", "„", "‘", "’", "«", "»", "`")
_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class EnvFileError(ValueError):
    """A line that is not understood, as one sentence with its number."""


@dataclass(frozen=True)
class EnvLine:
    """A line that sets a variable. Lines count from 1."""

    number: int
    name: str
    value: str


def read_env_file(path: Path) -> list[EnvLine]:
    """The assignments of the file, or none if there is no file. Raises `EnvFileError`, or `OSError` if it cannot be
    read.
    """
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return []
    lines: dict[str, EnvLine] = {}
    for number, text in enumerate(_decoded(found, path).split("\n"), 1):
        try:
            for name, value in _assignment(text.removesuffix("\r")):
                if earlier := lines.get(name.upper()):
                    raise EnvFileError(f"{name} is set in line {earlier.number} already: keep one of the two")
                lines[name.upper()] = EnvLine(number, name, value)
        except EnvFileError as error:
            raise EnvFileError(f"{path}, line {number}: {error}") from None
    return list(lines.values())


def _decoded(found: bytes, path: Path) -> str:
    for mark, encoding in _ENCODINGS:
        if found.startswith(mark):
            raise EnvFileError(f"{path} is encoded in {encoding}: save it as UTF-8")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = found.count(b"\n", 0, error.start) + 1
        raise EnvFileError(f"{path}, line {number}: it is not UTF-8: save the file in this encoding") from None


def _assignment(line: str) -> Iterator[tuple[str, str]]:
    """The name and the value that a line sets, if it is neither empty nor a comment."""
    line = line.strip(" \t")
    if not line or line.startswith("#"):
        return
    if odd := next((char for char in line if not (char.isprintable() or char == "\t")), None):
        raise EnvFileError(f"it contains a character that cannot be seen (U+{ord(odd):04X}): delete it")
    if not (found := _ASSIGNMENT.fullmatch(line)):
        raise EnvFileError(_what_is_wrong(line))
    if found[2] and found[3].startswith("#"):
        raise EnvFileError(f"{found[1]}: a comment stands where the value should be")
    yield found[1], _value(found[1], found[3])


def _what_is_wrong(line: str) -> str:
    """A line that is no assignment."""
    if found := re.match(rf"(?:export\s+)?({NAME})\s*:\s*\S", line):
        return f"write {found[1]}=…, with an equals sign instead of the colon"
    if re.fullmatch(r"(?:export\s+)?[A-Z]+(_[A-Z]+)+", line):
        return f"{line.rsplit(maxsplit=1)[-1]} has no value: write {line.rsplit(maxsplit=1)[-1]}=…"
    if re.match(r"""export\s|set\s|["'].*=""", line):
        return "it must be NAME=value, without anything before the name"
    return "it must be NAME=value" if "=" in line else "there is no equals sign: it must be NAME=value, or begin with #"


def _value(name: str, text: str) -> str:
    """The value after the equals sign."""
    if text.startswith(_QUOTES):
        raise EnvFileError(f"{name}: write the quotes as \" or ', or leave them out")
    if text.startswith(("'", '"')):
        return _quoted(name, text)
    if text.startswith("#") or "\t#" in text:
        raise EnvFileError(f"{name}: write a space before the # of a comment, or put a value with # in single quotes")
    value = re.split(r" +#", text, maxsplit=1)[0].rstrip(" \t")
    if value.endswith(("'", '"')):
        raise EnvFileError(f"{name}: a quote ends the value, but none begins it")
    if "$" in value:
        raise EnvFileError(f"{name}: a value with $ must be in single quotes, else Docker Compose changes it")
    return value


def _quoted(name: str, text: str) -> str:
    found = _QUOTED.fullmatch(text)
    if text.count(text[0]) < 2:
        raise EnvFileError(f"{name}: the quote {text[0]} is not closed in this line")
    if not found or found["quote"] in found["text"]:
        raise EnvFileError(f"{name}: something stands beside the quoted value")
    if "\\" in found["text"] or (found["quote"] == '"' and "$" in found["text"]):
        raise EnvFileError(f"{name}: a quoted value must be free of \\, and between double quotes of $, too")
    return found["text"]
