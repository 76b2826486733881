#!/usr/bin/env bash
# python-telegram-bot 22.8: socket options make a request ignore the proxy that the environment names.
#
# One would guess: HTTPXRequest(socket_options=...) only sets options of the sockets, such as TCP keep-alive, and
# HTTPS_PROXY is read as before, as by every other client.
# It is so: with them, the library hands httpx a transport of its own, and httpx reads HTTPS_PROXY, HTTP_PROXY and
# ALL_PROXY only where it is given none. No warning, no error: the calls go out directly.
# Who meets it: a bot behind a company's proxy, whose programmer turns keep-alive on so that dead connections are noticed:
# it loses Telegram at once.
# Source: telegram/request/_httpxrequest.py (`transport = httpx.AsyncHTTPTransport(socket_options=...)`) and
# httpx/_client.py (`allow_env_proxies = trust_env and transport is None`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check python-telegram-bot==22.8 httpx==0.28.1
cat >"$folder/try.py" <<'PYTHON'
import asyncio
import os
import socket

import httpx
import telegram
from telegram.request import HTTPXRequest

KEEPALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
ANSWER = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Bot","username":"b"}}'


async def main() -> None:
    asked: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.split()[1].decode())
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(ANSWER) + ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    os.environ["HTTP_PROXY"] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def by_proxy(**options: object) -> bool:
        asked.clear()
        bot = telegram.Bot("1:a", base_url="http://telegram.invalid/bot", request=HTTPXRequest(**options))
        try:
            await bot.get_me()
        except telegram.error.NetworkError as error:
            print("  ", error)
        finally:
            await bot.shutdown()
        return asked == ["http://telegram.invalid/bot1:a/getMe"]

    print("python-telegram-bot", telegram.__version__, "httpx", httpx.__version__)
    plain, with_options = await by_proxy(), await by_proxy(socket_options=KEEPALIVE)
    print("by the proxy: without socket options", plain, "- with them", with_options)
    assert (plain, with_options) == (True, False), "this has changed"
    server.close()


asyncio.run(main())
PYTHON
env -u http_proxy -u no_proxy -u NO_PROXY -u ALL_PROXY -u all_proxy "$folder/venv/bin/python" "$folder/try.py"
