"""`python -m bot.i18n [CODE …]`: bring the catalogs up to date, and begin those of new languages."""

from __future__ import annotations

import sys

from bot.i18n.catalogs import LOCALES, as_file, untranslated, updated
from bot.i18n.languages import DEFAULT, languages


def main() -> None:
    for language in sorted({*languages(), *sys.argv[1:]} - {DEFAULT}):
        catalog = updated(language)
        (LOCALES / f"{language}.po").write_bytes(as_file(catalog))
        print(f"{language}: {len(catalog)} sentences, {len(untranslated(catalog))} to translate")


if __name__ == "__main__":
    main()
