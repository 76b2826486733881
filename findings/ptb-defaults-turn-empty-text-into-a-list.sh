#!/usr/bin/env bash
# python-telegram-bot 22.8: a bot with `Defaults` sends an empty text parameter as the text "[]".
#
# One would guess: `answer_inline_query(..., auto_pagination)` sends next_offset="" after the last page, with `Defaults`
# or without, as the Bot API asks for ("Pass an empty string if there are no more results").
# So it is: with any `Defaults`, ExtBot._insert_defaults looks for sequences whose items are all `InputPollOption`. An
# empty text is a sequence, and all of its no items are; so it becomes a list, in JSON "[]". Telegram then takes "[]" for
# the next offset, and hands it back when the person scrolls on; `int("[]")` ends that handler with a ValueError.
# Who meets it: inline bots with `Defaults(block=False)` or a default parse mode that let the library count their pages.
# Source: telegram/ext/_extbot.py, `_insert_defaults`, step 6; https://core.telegram.org/bots/api#answerinlinequery
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-telegram-bot==22.8
cat > ask.py <<'PY'
import asyncio
import telegram
from telegram import InlineQueryResultCachedPhoto
from telegram.ext import Defaults, ExtBot
from telegram.request import BaseRequest


class Recorded(BaseRequest):
    read_timeout = 1

    async def initialize(self): ...

    async def shutdown(self): ...

    async def do_request(self, url, method, request_data=None, **timeouts):
        self.sent = request_data.json_parameters
        return 200, b'{"ok": true, "result": true}'


async def sent(defaults):
    request = Recorded()
    bot = ExtBot("1:token", request=request, get_updates_request=Recorded(), defaults=defaults)
    results = [InlineQueryResultCachedPhoto(str(number), "file") for number in range(60)]
    await bot.answer_inline_query("1", results, current_offset="1")  # the second page, and the last
    return request.sent["next_offset"]


async def main():
    plain, with_defaults = await sent(None), await sent(Defaults(block=False))
    print(f"python-telegram-bot {telegram.__version__}: next_offset is {plain!r} plain, {with_defaults!r} with Defaults")
    raise SystemExit((plain, with_defaults) != ("", "[]"))


asyncio.run(main())
PY
venv/bin/python ask.py
