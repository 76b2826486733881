"""Languages: every sentence that people read, and its translations.

- `texts`: the sentences, in English; `formats`: numbers, sizes and times in them
- `languages`: the language that is active, and its catalog
- `catalogs`, `__main__`: keep `locales/*.po` in step with the sentences (`python -m bot.i18n`)
"""
