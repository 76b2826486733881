#!/usr/bin/env bash
# aiogram 3.31: a bot that is told to stop does not wait for the handlers that are at work, and their updates are lost.
#
# One would guess: at SIGTERM, start_polling() takes no more updates, lets the running handlers end, and returns. What was
# not handled comes again after the next start, as Telegram keeps it until it is confirmed.
# So it is: handlers run as tasks of their own, and while they run, the next getUpdates confirms their updates. At SIGTERM
# start_polling() returns at once, with the session of the bot closed; asyncio.run() then cancels what still runs. Who
# wrote gets half an answer, and after the restart nothing. No log line of level WARNING or above names the update.
# Who meets it: each new deployment of a bot whose handlers take longer than a moment: payments, files, models.
# Source: aiogram/dispatcher/dispatcher.py, `start_polling` (nobody awaits `_handle_update_tasks`);
# github.com/aiogram/aiogram, issue 1397, asks for updates that are handled for certain, and names handle_as_tasks=False.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiogram==3.31.0
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import signal

import aiogram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

CHAT = {"id": 1, "type": "private"}
MESSAGE = {"message_id": 1, "date": 1, "chat": CHAT, "from": {"id": 1, "is_bot": False, "first_name": "Ann"}, "text": "hi"}
kept, seen = [{"update_id": 1, "message": MESSAGE}], []


async def telegram(request):
    """The Bot API: an update is kept until a greater offset is asked for."""
    method, data = request.match_info["method"], await request.post()
    if method == "getMe":
        result = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bot"}
    elif method == "getUpdates":
        kept[:] = [update for update in kept if update["update_id"] >= int(data.get("offset", 0))]
        if not kept:
            confirmed.set()
            await asyncio.sleep(30)
        result = kept
    else:
        seen.append(data["text"])
        result = MESSAGE
    return web.json_response({"ok": True, "result": result})


async def handler(message):
    try:
        await message.answer("working on it")
        await confirmed.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(1)
        await message.answer("done")
    except asyncio.CancelledError:
        seen.append("(cancelled)")
        raise


async def main():
    global confirmed
    confirmed = asyncio.Event()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", telegram)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server = TelegramAPIServer.from_base(f"http://127.0.0.1:{runner.addresses[0][1]}")
    dispatcher = aiogram.Dispatcher()
    dispatcher.message.register(handler)
    await dispatcher.start_polling(aiogram.Bot("1:A", session=AiohttpSession(api=server)))
    seen.append("(stopped)")


asyncio.run(main())
print(f"aiogram {aiogram.__version__}: {', '.join(seen)}; updates that would come again: {len(kept)}")
assert seen == ["working on it", "(stopped)", "(cancelled)"] and not kept, "this has changed"
PYTHON
"$folder/venv/bin/python" "$folder/try.py"
