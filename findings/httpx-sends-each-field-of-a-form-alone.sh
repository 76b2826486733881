#!/usr/bin/env bash
# httpx 0.28.1, httpcore 1.0.9: a form with a file goes out in some packets a field, however small the fields are.
#
# One would guess: a multipart form of a dozen short fields and a small picture is written in one piece, or in two, the
# head and the body, as requests does (urllib3 joins the form first).
# So it is: httpx gives the boundary, the head and the value of each field as chunks of their own, httpcore sends each
# chunk by a call of its own, and it sets TCP_NODELAY, so each becomes a packet. A picture of 20 kB with 11 fields is 50
# packets, nearly all of fewer than 100 bytes, and as many system calls, or TLS records.
# Who meets it: bots that send pictures with captions and keyboards; python-telegram-bot uses httpx.
# Source: httpx/_multipart.py, `MultipartStream.iter_chunks`; httpcore/_sync/http11.py, `_send_request_body`.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1 httpcore==1.0.9
cat > upload.py <<'PY'
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpcore
import httpx


class Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args): ...


class Counted(socket.socket):
    sizes = []

    def send(self, data, *flags):
        self.sizes.append(len(data))
        return super().send(data, *flags)


server = HTTPServer(("127.0.0.1", 0), Answers)  # it answers by sendall, which is not counted
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
fields = {f"field{number}": "value" for number in range(11)}
picture = {"photo": ("photo.jpg", bytes(20_000), "image/jpeg")}
socket.socket = Counted


def sends(**body):
    Counted.sizes = []
    with httpx.Client() as client:
        client.post(url, **body)
    return Counted.sizes


form = httpx.Request("POST", url, data=fields, files=picture)
whole = sends(content=form.read(), headers={"Content-Type": form.headers["Content-Type"]})
by_field = sends(data=fields, files=picture)
small = sum(size < 100 for size in by_field)
print(f"httpx {httpx.__version__}, httpcore {httpcore.__version__}: the same {sum(by_field)} bytes, about, in", end=" ")
print(f"{len(by_field)} sends, {small} of them of fewer than 100 bytes; read into memory first, in {len(whole)}")
raise SystemExit(not (len(by_field) > 20 and small > 20 and len(whole) <= 2))
PY
venv/bin/python upload.py
