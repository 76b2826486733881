"""`python -m bot`: the bot; without a token, the demo chat."""

from __future__ import annotations

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a KeyboardInterrupt in an import would print a traceback

import asyncio
import io
import sqlite3
import sys
import warnings
from collections.abc import Sequence

from telegram.error import InvalidToken, TelegramError
from telegram.warnings import PTBDeprecationWarning

from bot import app
from bot.check import check, without_secrets
from bot.config import Config, ConfigError, load_config, set_foreign_variables
from bot.demo.service import main as demo
from bot.executors.base import Executor
from bot.logs import set_up_logging
from bot.storage.database import DatabaseInUse, DatabaseTooNew
from styler import __version__
from styler.argument_parser import ArgumentParser
from styler.gallery import GalleryError


def command(argv: Sequence[str] | None = None) -> int:
    """The bot with the arguments of a command line; its exit status."""
    about = "Paint photos that people send on Telegram. Environment variables and the file .env configure it."
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of folders may have what the terminal has not
    parser = ArgumentParser("painter-bot", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--check", action="store_true", help="print what would be used, try all of it, and end")
    return main(only_check=parser.parse_args(argv).check)


def main(executor: Executor | None = None, *, only_check: bool = False) -> int:
    """Run until a signal comes. 0, or 2 with one line for what an operator has to mend."""
    try:
        config = load_config()
        set_foreign_variables()
        # RetryAfter will hold a timedelta one day; both are understood.
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        return (check if only_check else _run)(config, executor)
    except InvalidToken:
        print("TELEGRAM_BOT_TOKEN: Telegram does not know this token", file=sys.stderr)
    except TelegramError as error:
        url = without_secrets(config.telegram_api_url)
        print(f"{url}: the Bot API server does not serve the bot: {error}", file=sys.stderr)
    except sqlite3.Error as error:
        print(f"DATA_DIR: {config.data_dir / 'bot.sqlite'}: {error}", file=sys.stderr)
    except (ConfigError, DatabaseInUse, DatabaseTooNew, GalleryError, OSError) as error:
        print(error, file=sys.stderr)
    return 2


def _run(config: Config, executor: Executor | None) -> int:
    token = config.telegram_bot_token
    secret = token.get_secret_value() if token else None
    set_up_logging(config.log_level, secret, as_json=config.log_format == "json")
    if token is None:
        print("There is no TELEGRAM_BOT_TOKEN: here is the demo, a chat with the bot in your browser.", flush=True)
        return demo(config.demo_listen)
    asyncio.run(app.run(config, executor))
    return 0


if __name__ == "__main__":
    sys.exit(command())
