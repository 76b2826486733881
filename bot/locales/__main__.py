"""`python -m bot.locales [CODE …]`: bring the catalogs up to date, and begin those of new languages."""

from __future__ import annotations

import sys

from bot.languages import DEFAULT, languages
from bot.locales import LOCALES, as_file, untranslated, updated


def main() -> None:
    for language in sorted({*languages(), *sys.argv[1:]} - {DEFAULT}):
        catalog = updated(language)
        (LOCALES / f"{language}.po").write_bytes(as_file(catalog))
        print(f"{language}: {len(catalog)} sentences, {len(untranslated(catalog))} to translate")


if __name__ == "__main__":
    main()
