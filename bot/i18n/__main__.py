"""`python -m bot.i18n [CODE …]`: bring the catalogs up to date, and begin those of new languages."""

from __future__ import annotations

import argparse

from babel import Locale, UnknownLocaleError

from bot.i18n.catalogs import LOCALES, as_file, untranslated, updated
from bot.i18n.languages import DEFAULT, languages
from styler.argument_parser import ArgumentParser


def _language(code: str) -> str:
    try:
        return str(Locale.parse(code))
    except (UnknownLocaleError, ValueError):
        raise argparse.ArgumentTypeError(f"{code!r} is no language that CLDR knows, like it or pt_PT") from None


def main() -> None:
    parser = ArgumentParser("python -m bot.i18n", description=__doc__)
    parser.add_argument("codes", metavar="CODE", nargs="*", type=_language, help="of a new language")
    codes = parser.parse_args().codes
    for language in sorted({*languages(), *codes} - {DEFAULT}):
        catalog = updated(language)
        (LOCALES / f"{language}.po").write_bytes(as_file(catalog))
        print(f"{language}: {len(catalog)} sentences, {len(untranslated(catalog))} to translate")


if __name__ == "__main__":
    main()
