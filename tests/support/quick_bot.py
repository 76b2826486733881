"""`python -m tests.support.quick_bot SLOTS SECONDS [paced]`: the bot, whose painter takes so long for a picture."""

import sys

from bot.__main__ import main
from bot.jobs import announcer
from bot.transport import rate_limiter
from tests.support.fakes import QuickExecutor

if __name__ == "__main__":
    announcer.RETRY_SECONDS = 0.2
    if len(sys.argv) < 4:  # a fourth word keeps Telegram's flood limits, which most tests need not wait for
        rate_limiter.CHAT_LIMIT = rate_limiter.GROUP_LIMIT = rate_limiter.GLOBAL_LIMIT = (1000, 1.0)
    sys.exit(main(QuickExecutor(slots=int(sys.argv[1]), seconds=float(sys.argv[2]))))
