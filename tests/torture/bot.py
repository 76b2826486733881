"""`python -m tests.torture.bot`: the real bot with a quick painter and shorter waits; it can kill itself."""

import contextlib
import functools
import itertools
import os
import signal
import sys

from bot import app
from bot.__main__ import main
from bot.chat import progress
from bot.chat.gallery import Gallery
from bot.jobs import announcer, runner
from bot.storage.database import Database
from bot.storage.jobs import JobTable
from bot.storage.photos import PhotoTable
from bot.storage.retention import Retention
from bot.storage.updates import UpdateTable
from bot.transport import rate_limiter, retry_policy
from bot.transport.rate_limiter import RateLimiter
from bot.transport.request import MeteredRequest
from styler.argument_parser import ArgumentParser
from tests.support.fakes import QuickExecutor

TABLES = {"database": Database, "jobs": JobTable, "photos": PhotoTable, "retention": Retention, "updates": UpdateTable}


def arguments():
    parser = ArgumentParser("python -m tests.torture.bot", description=__doc__)
    parser.add_argument("--slots", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.05, help="for one picture")
    parser.add_argument("--paced", action="store_true", help="keep Telegram's flood limits")
    parser.add_argument("--long", type=float, help="seconds after which a painting is announced")
    parser.add_argument("--edits", type=float, help="seconds between two edits that show progress")
    parser.add_argument("--second", type=float, help="real seconds that a second of the waits between calls takes")
    parser.add_argument("--timeout", type=float, help="seconds to wait for an answer of Telegram")
    parser.add_argument("--apart", action="store_true", help="upload a gallery's picture for each who waits for it")
    parser.add_argument("--die", metavar="WHEN:TABLE.METHOD:CALL", help="SIGKILL before or after this call")
    parser.add_argument("--children", choices=["quick", "real"], help="paint in child processes with faults")
    return parser.parse_args()


def die_at(moment: str) -> None:
    """Kill this process at one call of a method of a table: before its statement, or after its commit. Which call is
    told by its number, or by how its first argument begins.
    """
    when, name, which = moment.split(":", 2)
    table, method = name.split(".")
    original, calls = getattr(TABLES[table], method), itertools.count(1)

    async def mortal(self, *args, **kwargs):
        last = next(calls) == int(which) if which.isdecimal() else str(args[0]).startswith(which)
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await original(self, *args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(TABLES[table], method, mortal)


def run() -> int:
    chosen = arguments()
    announcer.RETRY_SECONDS = 0.5
    if not chosen.paced:
        rate_limiter.CHAT_LIMIT = rate_limiter.GROUP_LIMIT = rate_limiter.GLOBAL_LIMIT = (1000, 1.0)
        retry_policy.MAX_BACKOFF = 0.5
    if chosen.long is not None:
        runner.NOTIFY_SECONDS = chosen.long
    if chosen.edits is not None:
        progress.EDIT_SECONDS = chosen.edits
    if chosen.second is not None:
        app.RateLimiter = functools.partial(RateLimiter, second=chosen.second)
        retry_policy.MAX_BACKOFF = 600.0
    if chosen.timeout is not None:
        app.TIMEOUTS = dict.fromkeys(app.TIMEOUTS, chosen.timeout)
        app.MeteredRequest = functools.partial(MeteredRequest, upload_timeout=2 * chosen.timeout)
    if chosen.apart:
        Gallery.sharing = lambda self, name: contextlib.nullcontext(self.media(name))
    if chosen.die:
        die_at(chosen.die)
    if chosen.children:
        from tests.torture.painter import fragile

        return main(fragile(chosen.children, chosen.slots))
    return main(QuickExecutor(slots=chosen.slots, seconds=chosen.seconds))


if __name__ == "__main__":
    sys.exit(run())
