"""`python -m tests.support.thawed_bot`: the bot, which starts with nothing frozen, and logs at each painting how many
objects its garbage collector leaves alone.
"""

import gc
import logging
import sys

from bot.__main__ import main
from tests.support.fakes import QuickExecutor

LEFT_ALONE = "objects are left alone:"


class Counting(QuickExecutor):
    async def paint(self, *arguments):
        logging.getLogger("bot.tests").info("%s %d", LEFT_ALONE, gc.get_freeze_count())
        async for event in super().paint(*arguments):
            yield event


if __name__ == "__main__":
    gc.unfreeze()  # what the tests froze before this process was forked off
    sys.exit(main(Counting()))
