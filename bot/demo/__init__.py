"""A stand-in for Telegram on this machine: a Bot API server, the people who write to the bot, and a chat page.

The unmodified client of python-telegram-bot talks to it over HTTP and cannot tell. It is what `make run` shows without
a token, and what the tests run the real bot against. Of the bot it uses its configuration, to know where to listen, and
its database (`bot.storage`), read only, to show the operator its jobs.

- `service`: starts it all: the Bot API, the bot beside it (`bot_process`) and the page
- `web/`: what the browser asks for; `page/`: what runs in the browser
- `api/`: the methods of the Bot API over HTTP
- `telegram/`: what there is behind the API: people, chats, messages, files, updates that wait for the bot
"""
