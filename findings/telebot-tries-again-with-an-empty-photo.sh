#!/usr/bin/env bash
# One would guess: what pyTelegramBotAPI has for trying again sends the same photo again: antiflood(bot.send_photo,
# ...) where Telegram says "Too Many Requests: retry after 5", and apihelper.RETRY_ON_ERROR where a connection breaks.
#
# What is so: the photo's file was read to its end for the first try, and nobody turns it back. The second sends a
# file of 0 bytes, which Telegram refuses ("file must be non-empty"). So the photo is lost, with an error that has
# nothing to do with the cause; and no further try follows, as that error is none of flooding. It is so of an open
# file, of a BytesIO, and of InputFile, which is made for files; a photo given as bytes is sent again whole.
#
# Who meets it: who sends pictures to many chats in a loop, for which antiflood() is meant. All is well until the
# first 429. Hand over bytes, or a function that opens the file anew.
#
# Source: run here, against a server on this machine; telebot/util.py, antiflood(), and telebot/apihelper.py,
# _make_request(), which repeats the request with the same `files`. Neither's documentation has a word of files.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyTelegramBotAPI==4.37.1
cat > try.py <<'PY'
import io
import json
import pathlib
import threading
from collections.abc import Callable
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

import telebot
from telebot import apihelper
from telebot.types import InputFile
from telebot.util import antiflood

PHOTO = b"a photo " * 125
came: list[int] = []  # how many bytes each request brought as its photo
first = {"answer": "429"}  # what becomes of each first request


class Server(BaseHTTPRequestHandler):
    """As the Bot API answers: the first time that it is too much, later whether there is a photo."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        kind = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = message_from_bytes(kind + self.rfile.read(int(self.headers["Content-Length"])))
        photo = next(part for part in form.get_payload() if "name=\"photo\"" in part["Content-Disposition"])
        came.append(len(photo.get_payload(decode=True)))
        sent = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}
        status, answer = 200, sent
        if len(came) == 1:
            if first["answer"] == "none":
                self.close_connection = True
                return
            status, answer = 429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 0},
                                   "description": "Too Many Requests: retry after 0"}
        elif came[-1] == 0:
            status, answer = 400, {"ok": False, "error_code": 400,
                                   "description": "Bad Request: file must be non-empty"}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
apihelper.API_URL = f"http://127.0.0.1:{server.server_port}/bot{{0}}/{{1}}"
apihelper.RETRY_TIMEOUT = 0
bot = telebot.TeleBot("1:A", threaded=False)
pathlib.Path("photo.jpg").write_bytes(PHOTO)
KINDS: dict[str, Callable[[], object]] = {
    "an open file": lambda: open("photo.jpg", "rb"),
    "a BytesIO": lambda: io.BytesIO(PHOTO),
    "InputFile('photo.jpg')": lambda: InputFile("photo.jpg"),
    "bytes": lambda: PHOTO,
}


def by_antiflood(photo: object) -> None:
    antiflood(bot.send_photo, 1, photo)


def by_retry(photo: object) -> None:
    bot.send_photo(1, photo)


print("pyTelegramBotAPI", version("pyTelegramBotAPI"))
for name, answer, send in (("antiflood(), after a 429", "429", by_antiflood),
                           ("RETRY_ON_ERROR, after a broken connection", "none", by_retry)):
    first["answer"] = answer
    apihelper.RETRY_ON_ERROR = answer == "none"
    for kind, make in KINDS.items():
        came.clear()
        try:
            send(make())
            end = "sent"
        except apihelper.ApiTelegramException as error:
            end = f"error {error.error_code}, {error.description}"
        print(f"  {name}, {kind}: photos of {came} bytes, {end}")
        right = [len(PHOTO), len(PHOTO)], "sent"
        empty = [len(PHOTO), 0], "error 400, Bad Request: file must be non-empty"
        assert (came, end) == (right if kind == "bytes" else empty), "this has changed"
PY
venv/bin/python try.py
