#!/usr/bin/env bash
# python-telegram-bot downloads a file of Telegram's from the working directory, if one of that name lies there.
#
# One would guess: without `local_mode`, the `file_path` that getFile answers is always fetched over HTTP.
# It is so: `File.download_as_bytearray` asks first whether that path exists on this disk, relative to wherever the
# process was started, and whatever `local_mode` is. A bot that keeps its downloads under Telegram's own names
# ("photos/file_0.jpg"; the numbers begin anew with each server and each bot) then gets its old file instead of the new
# one, without a call, without an error.
# Who meets it: bots that save files under `file.file_path`, and start again with another token or another server.
# Source: telegram/_bot.py Bot.get_file, telegram/_utils/files.py is_local_file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check python-telegram-bot==22.8
cat > try.py <<'PYTHON'
import asyncio, json, pathlib, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import telegram

asked = []


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        file = {"file_id": "A", "file_unique_id": "B", "file_size": 9, "file_path": "photos/file_0.jpg"}
        self.answer(json.dumps({"ok": True, "result": file}).encode())

    def do_GET(self):
        self.answer(b"the photo")

    def answer(self, body):
        asked.append(self.path.split("/")[1])
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"


async def download():
    bot = telegram.Bot("1:A", base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")
    async with bot.request:
        return bytes(await (await bot.get_file("A")).download_as_bytearray())


first = asyncio.run(download())
pathlib.Path("photos").mkdir()
pathlib.Path("photos/file_0.jpg").write_bytes(b"an older file")
second = asyncio.run(download())
print("python-telegram-bot", telegram.__version__, "| first:", first, "| then:", second, "| calls:", asked)
assert first == b"the photo"
assert second == b"an older file", "it is downloaded now"
assert asked == ["bot1:A", "file", "bot1:A"], asked
PYTHON
.venv/bin/python try.py
