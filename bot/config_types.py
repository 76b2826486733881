"""The types of the settings that are texts: what each must be like, in words that help."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr


def _like(pattern: str, what: str) -> AfterValidator:
    """Requires a text to match. `what` says so in words."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"it must be {what}")
        return text

    return AfterValidator(check)


def _has_a_port(listen: str) -> str:
    if listen != "auto" and int(listen.rpartition(":")[2]) >= 2**16:
        raise ValueError("a port is less than 65536")
    return listen


def _is_a_url(text: str) -> str:
    try:
        good = re.fullmatch(r"https?://[^\s/]+\S*", text) and urlsplit(text).port != 0
    except ValueError:  # of the port, or of brackets
        good = False
    if not good:
        raise ValueError("it must be a URL, like https://example.org")
    return text


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f"there is no home folder of {path.parts[0]}") from None


def _looks_like_a_token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token.get_secret_value()):
        raise ValueError("it must look like 123456789:ABCdef, as @BotFather prints it")
    return token


def _ids(text: object) -> object:
    """Numbers between commas or spaces."""
    if not isinstance(text, str):
        return text
    words = text.replace(",", " ").split()
    if not words or not all(re.fullmatch(r"-?[0-9]{1,18}", word) and int(word) for word in words):
        raise ValueError("it must be ids, numbers like 123456789, between commas or spaces")
    return frozenset(int(word) for word in words)


Token = Annotated[SecretStr, AfterValidator(_looks_like_a_token)]
Url = Annotated[str, AfterValidator(_is_a_url)]
_ADDRESS = r"(\[[0-9a-fA-F:]+\]|[\w.-]+):[0-9]{1,5}"
Address = Annotated[str, _like(_ADDRESS, "a host and a port, like 127.0.0.1:8080"), AfterValidator(_has_a_port)]
Cluster = Annotated[
    str, _like(f"auto|{_ADDRESS}", "auto, or its head's host and port, like 10.0.0.1:6379"), AfterValidator(_has_a_port)
]
Folder = Annotated[Path, AfterValidator(_at_home)]
Ids = Annotated[frozenset[int], BeforeValidator(_ids)]
Painters = Annotated[str, _like(r"auto|[1-9]\d{0,2}", "auto, or a number from 1 to 999")]
