"""The languages in which the bot speaks: English is in the code, the others are in `locales/`, by gettext and Babel.

The task that handles an update or a job calls `activate` with the user's language. From then on all texts are in it.
"""

from __future__ import annotations

import gettext as gnu
import io
from collections.abc import Callable, Iterable
from contextvars import ContextVar, copy_context
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
DEFAULT = "en"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    return (DEFAULT, *sorted(path.stem for path in LOCALES.glob("*.po")))


def names() -> dict[str, str]:
    """The languages by their codes, each in its own words."""
    return {code: (Locale.parse(code).display_name or code).capitalize() for code in languages()}


def activate(code: str | None) -> None:
    """From here on this task speaks the language of this IETF tag ('pt-BR'), or English if we do not have that."""
    language = (code or DEFAULT).split("-")[0].lower()
    _language.set(language if language in languages() else DEFAULT)


def current() -> str:
    """The code of the language that is spoken here."""
    return _language.get()


def in_all_languages(say: Callable[[], str]) -> set[str]:
    """What a function says, in all languages."""
    return in_languages(languages(), say)


def in_languages(codes: Iterable[str], say: Callable[[], str]) -> set[str]:
    """What a function says, in these languages."""

    def said(code: str) -> str:
        activate(code)
        return say()

    return {copy_context().run(said, code) for code in codes}


def gettext(message: str) -> str:
    return _translations(current()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    return _translations(current()).ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    return _translations(current()).pgettext(context, message)


@cache
def _translations(language: str) -> gnu.NullTranslations:
    """Compiled from the text file when the language is first spoken, so that there is nothing to build."""
    if language == DEFAULT:
        return gnu.NullTranslations()
    with (LOCALES / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)
