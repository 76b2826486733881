"""A stand-in for Telegram on this machine: a Bot API server, the people who write to the bot, and a chat page.

The unmodified client of python-telegram-bot talks to it over HTTP and cannot tell. It is what `make run` shows without
a token, and what the tests run the real bot against. Imports neither torch nor the bot's own modules.
"""
