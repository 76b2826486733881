"""`python -m bot.health`: exit status 0 while the bot beside it polls Telegram. For containers."""

from __future__ import annotations

import sys
import time

from bot.app import POLL_SECONDS
from bot.config import load_config

SILENT_SECONDS = 4 * POLL_SECONDS


def main() -> int:
    alive = load_config().alive
    return 0 if alive.exists() and time.time() - alive.stat().st_mtime < SILENT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
