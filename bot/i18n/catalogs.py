"""The catalogs of all languages but English, and how the sentences of the code come into them.

`python -m bot.i18n` brings every catalog up to date: new sentences are added untranslated, and those that nobody
says any more are dropped. A new language begins with `python -m bot.i18n CODE`.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from styler.gallery import FOLDER, load_gallery

LOCALES = Path(__file__).parent / "locales"
ROOT = LOCALES.parent.parent.parent
TEXTS = LOCALES.parent / "texts.py"
KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
BEGUN = datetime.fromisoformat("2026-11-24T00:00+00:00")  # fixed, so that a catalog only changes with its sentences


def template() -> Catalog:
    """Every sentence of `texts.py`, and the names of the paintings that come with styler."""
    catalog = Catalog(project="styler-bot", creation_date=BEGUN, revision_date=BEGUN, fuzzy=False)
    where = str(TEXTS.relative_to(ROOT))
    for line, message, _, context in extract_from_file("python", TEXTS, KEYWORDS):
        catalog.add(message, locations=[(where, line)], context=context)
    where = str((FOLDER / "paintings.toml").relative_to(ROOT))
    for painting in load_gallery():
        for name in (painting.title, painting.label):
            catalog.add(name, locations=[(where, 0)], context="painting")
        catalog.add(painting.artist, locations=[(where, 0)], context="artist")
    return catalog


def read(language: str) -> Catalog:
    """A language's catalog; an empty one if it has none yet. Raises `babel.UnknownLocaleError`."""
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, project="styler-bot", creation_date=BEGUN, revision_date=BEGUN, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """A language's catalog with the sentences of today. A changed sentence counts as new: no translation is guessed."""
    catalog = read(language)
    catalog.update(template(), no_fuzzy_matching=True)
    return catalog


def untranslated(catalog: Catalog) -> list[Message]:
    """The sentences that have no translation yet, or not in all plural forms."""
    return [message for message in catalog if message.id and not all(forms(message))]


def forms(message: Message) -> tuple[str, ...]:
    """The translation, in each of the language's plural forms if there are several."""
    return (message.string,) if isinstance(message.string, str) else tuple(map(str, message.string or ("",)))


def as_file(catalog: Catalog) -> bytes:
    """As a PO file, without line numbers, which would change with every other line."""
    file = io.BytesIO()
    write_po(file, catalog, width=110, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()
