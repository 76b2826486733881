"""A stand-in for Telegram on this machine: a Bot API server, the people who write to the bot, and a chat page.

The unmodified client of python-telegram-bot talks to it over HTTP and cannot tell. It is what `make run` shows without
a token, and what the tests run the real bot against. Of the bot it uses its configuration, to know where to listen, and
its store, to show the operator its jobs.

- `service` starts it all: `server` (the Bot API over HTTP), `process` (the bot beside it) and the page;
- `world` is what there is behind the API: people, chats, messages, files, updates that wait for the bot;
- `faults`, `flood` and `calls` are the operator's: what goes wrong, what is limited, what was called;
- `api/` holds the methods of the Bot API, `web/` what the browser asks for, `page/` what runs in the browser.
"""
