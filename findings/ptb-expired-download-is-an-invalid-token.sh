#!/usr/bin/env bash
# python-telegram-bot reports a download link that has expired as an invalid token.
#
# One would guess: a 404 for a file (its link is good for an hour) is a BadRequest or a NetworkError.
# It is so: any 404 raises `InvalidToken`, of downloads too, and of a Bot API server of one's own, which serves no files
# over HTTP at all. Code that ends the program on InvalidToken, as the token cannot become good again, ends it for one
# old photo; and code that repeats what failed on the network does not get to see it.
# Who meets it: bots that download later than an hour after getFile, or from a server of their own.
# Source: telegram/request/_baserequest.py BaseRequest._request_wrapper.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check python-telegram-bot==22.8
cat > try.py <<'PYTHON'
import asyncio, json, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import telegram
from telegram.error import BadRequest, InvalidToken, NetworkError


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        file = {"file_id": "A", "file_unique_id": "B", "file_size": 9, "file_path": "photos/file_0.jpg"}
        self.answer(200, {"ok": True, "result": file})

    def do_GET(self):
        self.answer(404, {"ok": False, "error_code": 404, "description": "Not Found"})

    def answer(self, status, body):
        body = json.dumps(body).encode()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
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
        file = await bot.get_file("A")
        try:
            await file.download_as_bytearray()
        except Exception as error:
            return error


error = asyncio.run(download())
print("python-telegram-bot", telegram.__version__, "| a 404 of a download:", repr(error))
assert isinstance(error, InvalidToken) and not isinstance(error, (BadRequest, NetworkError)), "it is told apart now"
PYTHON
.venv/bin/python try.py
