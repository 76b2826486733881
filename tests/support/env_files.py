"""Files `.env` and proxy settings as people get them wrong. `python -m tests.support.env_files` prints a table of what
the bot says to each.
"""

import contextlib
import tempfile
from pathlib import Path

from bot.config import ConfigError, load_config
from bot.transport.proxy import proxy_for
from styler.argument_parser import ArgumentParser

TOKEN = "123456789:AAE-secret-secret-secret-secret-secr"
GOOD = f"TELEGRAM_BOT_TOKEN={TOKEN}\nALLOWED_USERS=7\n"
TELEGRAM = "https://api.telegram.org"


def with_token(written: str) -> bytes:
    return f"TELEGRAM_BOT_TOKEN={written}\nALLOWED_USERS=7\n".encode()


def with_users(written: str) -> bytes:
    return f"TELEGRAM_BOT_TOKEN={TOKEN}\nALLOWED_USERS{written}\n".encode()


# Each kind, the file, and words of the sentence that it gives.
BROKEN = [
    ("a double quote is not closed", with_token(f'"{TOKEN}'), 'line 1: TELEGRAM_BOT_TOKEN: the quote " is not closed'),
    ("a single quote is not closed", with_token(f"'{TOKEN}"), "line 1: TELEGRAM_BOT_TOKEN: the quote ' is not closed"),
    ("a quote closed lines later", with_users('="7\nDATA_DIR="x'), 'line 2: ALLOWED_USERS: the quote " is not'),
    ("an open quote after a tab", with_users('=\t"7'), 'line 2: ALLOWED_USERS: the quote " is not closed'),
    ("a quote only at the end", with_token(f'{TOKEN}"'), "line 1: TELEGRAM_BOT_TOKEN: a quote ends the value"),
    ("quotes of two kinds", with_token(f"'{TOKEN}\""), "line 1: TELEGRAM_BOT_TOKEN: the quote ' is not closed"),
    ("typographic quotes", with_token(f"“{TOKEN}”"), "line 1: TELEGRAM_BOT_TOKEN: write the quotes as"),
    ("text after a quote", with_users("='7' 8"), "line 2: ALLOWED_USERS: something stands beside the quoted value"),
    ("a comment close to a quote", with_users("='7'#8"), "line 2: ALLOWED_USERS: something stands beside"),
    ("quotes inside quotes", with_users("='7','8'"), "line 2: ALLOWED_USERS: something stands beside"),
    ("an escape", with_users('="7\\n8"'), "line 2: ALLOWED_USERS: a quoted value must be free of \\"),
    ("an escaped quote", with_users("='7\\''"), "line 2: ALLOWED_USERS: something stands beside the quoted value"),
    ("a name without a value", with_users(""), "line 2: ALLOWED_USERS has no value"),
    ("an empty value", with_users("="), "ALLOWED_USERS is empty: write its value, or remove it"),
    ("an empty token", with_token(""), "TELEGRAM_BOT_TOKEN is empty"),
    ("only a comment as value", with_users("= # 7"), "line 2: ALLOWED_USERS: a comment stands where"),
    ("a value that begins with #", with_users("=#7"), "line 2: ALLOWED_USERS: write a space before the # of a comment"),
    ("a tab before the comment", with_users("=7\t# me"), "line 2: ALLOWED_USERS: write a space before the #"),
    ("as in YAML", with_users(": 7"), "line 2: write ALLOWED_USERS=…, with an equals sign instead of the colon"),
    ("as a list in YAML", with_users("=7\n- DATA_DIR=x"), "line 3: it must be NAME=value"),
    ("a shell's set", b"set " + GOOD.encode(), "line 1: it must be NAME=value, without anything before the name"),
    ("the name in quotes", f"'TELEGRAM_BOT_TOKEN'={TOKEN}\n".encode(), "line 1: it must be NAME=value, without any"),
    ("the token alone", f"{TOKEN}\n".encode(), "line 1: there is no equals sign"),
    ("a name set twice", with_users("=7\nALLOWED_USERS=8"), "ALLOWED_USERS is set in line 2 already"),
    ("set twice in small letters", with_users("=7\nallowed_users=8"), "allowed_users is set in line 2 already"),
    ("a variable in the value", with_users("=${ME}"), "line 2: ALLOWED_USERS: a value with $ must be in single"),
    ("a variable without braces", with_users("=7,$ME"), "line 2: ALLOWED_USERS: a value with $"),
    ("a variable in double quotes", with_users('="$ME"'), "line 2: ALLOWED_USERS: a quoted value must be free"),
    ("a variable with a default", with_users("=${ME-7}"), "line 2: ALLOWED_USERS: a value with $"),
    ("a dollar in a path", with_users("=7\nDATA_DIR=/srv/a$b"), "line 3: DATA_DIR: a value with $"),
    ("a backslash in double quotes", with_users('=7\nDATA_DIR="C:\\bot"'), "line 3: DATA_DIR: a quoted value must"),
    ("a misspelt name", f"TELEGRAM_BOT_TOKN={TOKEN}\n".encode(), "did you mean TELEGRAM_BOT_TOKEN?"),
    ("another bot's name of the token", f"BOT_SECRET={TOKEN}\n".encode(), "did you mean TELEGRAM_BOT_TOKEN?"),
    ("misspelt users", with_users("=7").replace(b"ALLOWED", b"ALOWED"), "did you mean ALLOWED_USERS?"),
    (
        "words in another order",
        with_users("=7").replace(b"ALLOWED_USERS", b"USERS_ALLOWED"),
        "did you mean ALLOWED_USERS?",
    ),
    ("a setting that is none", with_users("=7\nSTYLER_COLOUR=red"), "STYLER_COLOUR: there is no such setting"),
    ("the prefix alone", with_users("=7\nSTYLER=x"), "line 3: STYLER: the name of an option"),
    ("names of people", with_users("=@ann"), "ALLOWED_USERS is '@ann': it must be ids"),
    ("semicolons", with_users("=7;8"), "ALLOWED_USERS is '7;8': it must be ids"),
    ("a JSON list", with_users("=[7, 8]"), "ALLOWED_USERS is '[7, 8]': it must be ids"),
    ("a comma alone", with_users("=,"), "ALLOWED_USERS is ',': it must be ids"),
    ("a group as an admin", with_users("=7\nADMINS=-1001234567890"), "-1001234567890 is the id of a group"),
    ("a token cut short", with_token("123456789"), "TELEGRAM_BOT_TOKEN: it must look like 123456789:ABCdef"),
    ("UTF-16", GOOD.encode("utf-16"), "is encoded in UTF-16: save it as UTF-8"),
    ("Latin-1", GOOD.encode() + "# Müller\n".encode("latin-1"), "line 3: it is not UTF-8"),
    (
        "a space that cannot be seen",
        with_users("=7\u200b"),
        "line 2: it contains a character that cannot be seen (U+200B)",
    ),
    ("lines that end as on old Macs", GOOD.replace("\n", "\r").encode(), "line 1: it contains a character that"),
    ("a zero byte", GOOD.encode() + b"DATA_DIR=a\0b\n", "line 3: it contains a character that cannot be seen (U+0000)"),
]

# What looks odd, but Docker Compose and the bot read it alike: the token, and 7 as the one who may use the bot.
ODD = [
    ("plain", GOOD.encode()),
    ("a byte order mark", GOOD.encode("utf-8-sig")),
    ("lines that end as on Windows", GOOD.replace("\n", "\r\n").encode()),
    ("no end of the last line", GOOD.strip().encode()),
    ("export", with_users("=7").replace(b"ALLOWED", b"export ALLOWED")),
    ("double quotes", with_users('="7"')),
    ("single quotes", with_token(f"'{TOKEN}'")),
    ("a comment after a value", with_users("=7 # me")),
    ("a comment after quotes", with_users("='7' # me")),
    ("spaces around the line", with_users("=7  ").replace(b"ALLOWED", b"  ALLOWED")),
    ("a hash inside a value", with_users("=7\nGALLERY_DIR=a#b")),
    ("a dollar in single quotes", with_users("=7\nGALLERY_DIR='a$b'")),
    ("an apostrophe in double quotes", with_users('=7\nGALLERY_DIR="Ann\'s"')),
    ("an equals sign in a value", with_users("=7\nGALLERY_DIR=a=b")),
    ("a space before the equals sign", with_users(" =7")),
    ("a space after the equals sign", with_users("= 7")),
    ("a tab after the equals sign", with_users("=\t7")),
    ("a tab before quotes", with_users("=\t'7'")),
    ("a Windows path", with_users("=7\nGALLERY_DIR=C:\\new\\\\b")),
    ("empty lines and comments", b"\n# TELEGRAM_BOT_TOKEN=x\n\n  # y\n" + GOOD.encode()),
    ("others' variables", with_users("=7\nHTTPS_PROXY=http://proxy:3128\nTZ=Europe/Berlin")),
    ("a setting without a value", with_users("=7\nGALLERY_DIR=")),
]

# Each kind, the environment, and what comes: words of the sentence, or the proxy, or None for a direct way.
PROXIES = [
    ("no scheme", {"https": "proxy:3128"}, "http://proxy:3128"),
    ("spaces around", {"https": " http://proxy:3128 "}, "http://proxy:3128"),
    ("IPv6", {"https": "http://[::1]:3128"}, "http://[::1]:3128"),
    ("capitals", {"https": "HTTP://proxy:3128"}, "http://proxy:3128"),
    ("SOCKS", {"all": "socks5://proxy:1080"}, "socks5://proxy:1080"),
    ("SOCKS with names", {"all": "socks5h://proxy:1080"}, "socks5h://proxy:1080"),
    ("that of the scheme comes first", {"https": "http://a:1", "all": "http://b:2"}, "http://a:1"),
    ("empty, so that of all", {"https": "", "all": "http://b:2"}, "http://b:2"),
    ("only for http", {"http": "http://proxy:3128"}, None),
    ("NO_PROXY with IPv6", {"all": "http://proxy:1", "no": "localhost,[::1],fd00::/8"}, "http://proxy:1"),
    ("NO_PROXY names it", {"all": "http://proxy:1", "no": ".telegram.org"}, None),
    ("NO_PROXY for all", {"all": "http://proxy:1", "no": "*"}, None),
    ("socks://", {"all": "socks://me:secret@proxy:1080"}, "ALL_PROXY: a proxy may begin with"),
    ("SOCKS 4", {"all": "socks4://me:secret@proxy:1080"}, "write socks5://proxy:1080"),
    ("another scheme", {"https": "ftp://me:secret@proxy"}, "HTTPS_PROXY: a proxy may begin with"),
    ("an open bracket", {"https": "http://me:secret@[::1"}, "HTTPS_PROXY: it must be a proxy's address"),
    ("a port in words", {"https": "http://me:secret@proxy:port"}, "HTTPS_PROXY: it must be a proxy's address"),
    ("a port too large", {"https": "http://me:secret@proxy:99999"}, "HTTPS_PROXY: it must be a proxy's address"),
    ("a scheme alone", {"https": "http://"}, "HTTPS_PROXY: it must be a proxy's address"),
    ("quotes kept by mistake", {"https": '"http://me:secret@proxy:3128"'}, "HTTPS_PROXY: "),
    ("a port of zero", {"https": "http://me:secret@proxy:0"}, "HTTPS_PROXY: it must be a proxy's address"),
]


def said_to_file(content: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(".env").write_bytes(content)
        try:
            config = load_config({})
        except ConfigError as error:
            return f"status 2: {error}"
    token = config.telegram_bot_token
    whose = "its" if token and token.get_secret_value() == TOKEN else "NO"
    return f"the bot with {whose} token, for {', '.join(map(str, config.allowed_users)) or 'EVERYBODY'}"


def said_to_proxy(proxies: dict[str, str]) -> str:
    try:
        proxy = proxy_for(TELEGRAM, proxies)
    except ConfigError as error:
        return f"status 2: {error}"
    return str(proxy.url) if proxy else "direct"


if __name__ == "__main__":
    ArgumentParser("python -m tests.support.env_files", description=__doc__).parse_args()
    for kind, content, *_ in [*BROKEN, *ODD]:
        print(f"{kind} | {said_to_file(content)}")
    for kind, proxies, _ in PROXIES:
        print(f"proxy: {kind} | {said_to_proxy(proxies)}")
