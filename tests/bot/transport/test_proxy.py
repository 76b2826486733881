"""The way to Telegram through a proxy: which one is taken, and real ones."""

import asyncio
import contextlib
import socket
import subprocess
import sys

import pytest

from bot.config import ConfigError
from bot.transport.proxy import proxy_for
from tests.support.chat import gallery, painting
from tests.support.fakes import photo
from tests.support.project import ROOT

TELEGRAM = "https://api.telegram.org"
ELSEWHERE = "http://telegram.example:8081"  # a name that nothing but the proxy knows


@pytest.mark.parametrize(
    ("url", "proxies", "expected"),
    [
        (TELEGRAM, {}, None),
        (TELEGRAM, {"https": "http://proxy:3128"}, "http://proxy:3128"),
        (TELEGRAM, {"https": "proxy:3128"}, "http://proxy:3128"),
        (TELEGRAM, {"https": " proxy:3128 "}, "http://proxy:3128"),
        (TELEGRAM, {"https": "http://[::1]:3128"}, "http://[::1]:3128"),
        (TELEGRAM, {"http": "http://proxy:3128"}, None),
        (TELEGRAM, {"https": "", "all": "socks5://proxy:1080"}, "socks5://proxy:1080"),
        (TELEGRAM, {"all": "SOCKS5h://proxy:1080"}, "socks5h://proxy:1080"),
        (ELSEWHERE, {"https": "http://no:1", "http": "http://yes:1"}, "http://yes:1"),
    ],
)
def test_the_proxy_is_that_of_the_scheme_or_of_all(url, proxies, expected):
    proxy = proxy_for(url, proxies)
    assert (str(proxy.url) if proxy else None) == expected


@pytest.mark.parametrize(
    ("host", "exceptions", "direct"),
    [
        ("api.telegram.org", "telegram.org", True),
        ("api.telegram.org", ".telegram.org", True),
        ("api.telegram.org", "example.org, API.Telegram.org", True),
        ("api.telegram.org", "example.org api.telegram.org.", True),
        ("api.telegram.org", "*", True),
        ("api.telegram.org", "gram.org", False),
        ("api.telegram.org", "telegram", False),
        ("api.telegram.org", ",, ,", False),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.3/31", True),
        ("10.1.2.3", "10.1.2", False),
        ("10.1.2.3", "192.168.0.0/16,fe80::/10", False),
        ("[fe80::1]", "fe80::/10", True),
        ("[fd00::1]", "[fd00::1]", True),
        ("[fd00::1]", "fd00:0:0::1", True),
        ("[fd00::1]", "[fe80::]/10", False),
        ("localhost", "", True),
        ("127.0.0.1", "", True),
        ("127.1.2.3", "", True),
        ("[::1]", "", True),
    ],
)
def test_exceptions_are_read_as_curl_reads_them(host, exceptions, direct):
    proxies = {"all": "http://proxy:3128", "no": exceptions}
    assert (proxy_for(f"http://{host}:8081", proxies) is None) == direct


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("socks://me:secret@proxy:1080", "write socks5://proxy:1080"),
        ("socks4://me:secret@proxy:1080", "write socks5://proxy:1080"),
        ("ftp://me:secret@proxy", "not with ftp://"),
        ("http://me:secret@[::1", "like http://proxy.example.org:3128"),
        ("http://me:secret@proxy:port", "like http://proxy.example.org:3128"),
        ("http://me:secret@proxy:99999", "like http://proxy.example.org:3128"),
        ("http://", "like http://proxy.example.org:3128"),
    ],
)
def test_a_malformed_proxy_is_one_line_without_its_password(text, words):
    with pytest.raises(ConfigError) as error:
        proxy_for(TELEGRAM, {"https": text})
    assert words in str(error.value)
    assert str(error.value).startswith("HTTPS_PROXY: ")
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_without_the_package_a_socks_proxy_is_one_line_that_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(ConfigError, match=r"^ALL_PROXY: a SOCKS proxy needs the extra `socks`: pip install .*$"):
        proxy_for(TELEGRAM, {"all": "socks5h://proxy:1080"})
    assert proxy_for(TELEGRAM, {"all": "http://proxy:1080"})


def test_the_bot_says_so_and_ends():
    env = {"TELEGRAM_BOT_TOKEN": "1:secret", "HTTPS_PROXY": "http://me:secret@[::1"}
    done = subprocess.run([sys.executable, "-m", "bot"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "HTTPS_PROXY: it must be a proxy's address, like http://proxy.example.org:3128\n"


async def pipe(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def proxy(kind, server, asked):
    """A proxy that takes every way to the stand-in, and writes down to where it was asked the way."""

    async def serve(reader, writer):
        if kind == "socks5h":
            _, count = await reader.readexactly(2)
            await reader.readexactly(count)
            writer.write(b"\x05\x00")  # no password
            *_, length = await reader.readexactly(5)
            asked.add((await reader.readexactly(length + 2))[:-2].decode())
            writer.write(b"\x05\x00\x00\x01" + socket.inet_aton("127.0.0.1") + b"\x00\x00")
            before = b""
        else:
            before = await reader.readuntil(b"\r\n")
            asked.add(before.split()[1].decode().split("/")[2].partition(":")[0])
        port = int(server.url.rpartition(":")[2])
        to_server = await asyncio.open_connection("127.0.0.1", port)
        to_server[1].write(before)
        await asyncio.gather(pipe(reader, to_server[1]), pipe(to_server[0], writer))

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listener:
        yield f"{kind}://127.0.0.1:{listener.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(("kind", "variable"), [("http", "HTTP_PROXY"), ("socks5h", "ALL_PROXY")])
async def test_the_bot_works_through_it(bot_process, server, ann, kind, variable):
    asked = set()
    async with proxy(kind, server, asked) as url:
        bot_process.env = {"TELEGRAM_API_URL": ELSEWHERE, variable: url}
        await bot_process.start()
        message = await gallery(ann, ann.sends_photo(photo("teal")))
        await ann.presses(message, "Poppies")
        await painting(ann, message)
        assert asked == {"telegram.example"}
        await bot_process.stop()


async def test_an_address_of_this_machine_needs_no_proxy(bot_process, ann):
    bot_process.env = {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9", "NO_PROXY": "[::1]"}
    await bot_process.start()
    assert await gallery(ann, ann.sends_photo(photo("teal")))
