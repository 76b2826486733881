"""`python -m tests.quick_bot SLOTS SECONDS`: the real bot, with a painter that takes so long for a picture."""

import asyncio
import sys

from bot import app
from bot.__main__ import set_up_logging
from bot.config import load_config
from tests.fakes import QuickExecutor

if __name__ == "__main__":
    config = load_config()
    set_up_logging(config)
    asyncio.run(app.run(config, QuickExecutor(slots=int(sys.argv[1]), seconds=float(sys.argv[2]))))
