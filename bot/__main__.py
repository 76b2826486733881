"""`python -m bot`: the bot; without a token, the demo chat."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
import warnings

from telegram.error import InvalidToken
from telegram.warnings import PTBDeprecationWarning

from bot import app
from bot.config import Config, ConfigError, load_config
from bot.database import DatabaseInUse
from bot.demo.service import main as demo
from bot.executors import Executor
from styler.gallery import GalleryError


class SecretsOut(logging.Formatter):
    """No token in any line, whoever logs it: libraries put it into URLs and traces."""

    def __init__(self, secret: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secret = secret

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(self._secret, "<token>")


def set_up_logging(config: Config) -> None:
    handler = logging.StreamHandler()
    if config.telegram_bot_token:
        handler.setFormatter(SecretsOut(config.telegram_bot_token.get_secret_value()))
    logging.basicConfig(level=config.log_level, handlers=[handler])
    # RetryAfter will hold a timedelta one day; both are understood.
    warnings.simplefilter("ignore", PTBDeprecationWarning)
    # A line for each request and each statement, with people's texts in them: not even at DEBUG.
    for name in ("httpx", "httpcore", "aiosqlite", "telegram.ext.ExtBot", "telegram.ext.Application"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("ray").setLevel(logging.ERROR)  # it warns that it has left our signals alone


def main(executor: Executor | None = None) -> int:
    """Run until a signal comes. 0, or 2 with one line for what an operator has to mend."""
    try:
        config = load_config()
        set_up_logging(config)
        if config.telegram_bot_token is None:
            print("There is no TELEGRAM_BOT_TOKEN: here is the demo, a chat with the bot in your browser.", flush=True)
            return demo(config.demo_listen)
        asyncio.run(app.run(config, executor))
    except InvalidToken:
        print("TELEGRAM_BOT_TOKEN: Telegram does not know this token", file=sys.stderr)
    except (ConfigError, DatabaseInUse, GalleryError, OSError, sqlite3.Error) as error:
        print(error, file=sys.stderr)
    else:
        return 0
    return 2


if __name__ == "__main__":
    sys.exit(main())
