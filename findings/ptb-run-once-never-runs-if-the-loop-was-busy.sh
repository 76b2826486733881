#!/usr/bin/env bash
# python-telegram-bot 22.8: what run_once() was told to do never happens, if the event loop was busy for a second then.
#
# One would guess: job_queue.run_once(callback, when=60) runs the callback in a minute, or, if the bot is busy at that
# moment, as soon as it can, as asyncio's call_later() does.
#
# What is so: APScheduler below it drops a job that is more than a second late, and run_once() has no second time. A
# callback that computes for three seconds without awaiting (a resize, a painting, a large JSON), a container that is
# paused, or a laptop that sleeps is enough; the job's time need only fall into it. The callback is never called, and no
# error handler hears of it; the logger "apscheduler.executors.default" has a warning. Of run_repeating(), a round is
# left out. JobQueue sets no grace of its own, and its documentation does not name it.
#
# Who meets it: bots that delete a message, end a game, lift a restriction or remind of something by run_once(), now and
# then: only where the time fell into a busy second. Give job_kwargs={"misfire_grace_time": None} to each call.
#
# Source: run here; github.com/python-telegram-bot/python-telegram-bot, issue 3642 (a user was not notified);
# APScheduler 3's user guide, "Missed job executions and coalescing".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    apscheduler==3.11.3 "python-telegram-bot[job-queue]==22.8"
"$folder/venv/bin/python" - <<'PY'
import asyncio
import logging
import time
from importlib.metadata import version

from telegram.ext import ApplicationBuilder

warnings = []


class Keep(logging.Handler):
    def emit(self, record):
        warnings.append((record.name, record.getMessage()))


logging.getLogger().addHandler(Keep())
called, failed = [], []


async def callback(context):
    called.append(context.job.name)


async def on_error(update, context):
    failed.append(context.error)


async def main():
    application = ApplicationBuilder().token("1:x").build()  # it never goes online
    application.add_error_handler(on_error)
    queue = application.job_queue
    await queue.start()
    queue.run_once(callback, when=1, name="plain")
    queue.run_once(callback, when=1, name="with a grace", job_kwargs={"misfire_grace_time": None})
    loop = asyncio.get_running_loop()
    loop.call_later(1, called.append, "asyncio's call_later()")
    await asyncio.sleep(0.3)
    time.sleep(3)  # as a callback that computes does
    while len(called) < 2:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    print("python-telegram-bot", version("python-telegram-bot"), "APScheduler", version("apscheduler"))
    print("  due in a second, while the loop was busy for three; called:", sorted(called))
    print(f"  error handlers heard of {len(failed)}; logged: {warnings}")
    assert sorted(called) == ["asyncio's call_later()", "with a grace"], "this has changed"
    assert not failed and [name for name, _ in warnings] == ["apscheduler.executors.default"], "this has changed"
    await queue.stop(wait=False)


asyncio.run(main())
PY
