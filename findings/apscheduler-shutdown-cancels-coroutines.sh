#!/usr/bin/env bash
# APScheduler 3.11: AsyncIOScheduler.shutdown() cancels the jobs that are coroutines, and what they had to do is lost.
#
# One would guess: scheduler.shutdown() does what the documentation says of it: by default it waits until the running jobs
# have finished, and with wait=False it does not wait, but interrupts none of them either.
#
# What is so: AsyncIOScheduler waits for none, as shutdown() is no coroutine. Jobs that are plain functions run on in their
# threads. Jobs that are coroutines are cancelled in the middle, whatever `wait` is. A job for one date was taken out of the
# job store when it was begun, so after the restart it does not come again, from a database of SQLAlchemy's neither. Nothing
# is raised, and EVENT_JOB_ERROR is the only trace; where the program ends at once after shutdown(), there is none.
#
# Who meets it: bots and web services that send reminders or long reports by AsyncIOScheduler, at each deployment.
#
# Source: apscheduler/executors/asyncio.py, AsyncIOExecutor.shutdown(), has a comment that wait=True cannot be honoured, and
# cancels; the user guide ("Shutting down the scheduler") and the text of BaseScheduler.shutdown() say the opposite, without
# an exception for asyncio. github.com/agronholm/apscheduler, issues 233 and 675.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apscheduler==3.11.3 sqlalchemy==2.0.51
cat > "$folder/try.py" <<'PY'
import asyncio
import sys
import threading

import apscheduler
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler

began, release, said = threading.Event(), threading.Event(), []


async def coroutine():
    said.append("began")
    began.set()
    try:
        while not release.is_set():
            await asyncio.sleep(0.01)
        said.append("finished")
    except asyncio.CancelledError:
        said.append("cancelled")
        raise


def function():
    said.append("began")
    began.set()
    release.wait(60)
    said.append("finished")


def scheduler_of(kind, name):
    return kind(jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{sys.argv[1]}/{name}.db")})


async def stopped(kind, job, wait, name):
    """What the job and the scheduler did if shutdown() came while the job was at work, and what is left in the store."""
    for each in (began, release, said):
        each.clear()
    scheduler = scheduler_of(kind, name)
    scheduler.add_job(job, "date", misfire_grace_time=None)  # however late a loaded machine begins it
    scheduler.start()
    assert await asyncio.to_thread(began.wait, 60), "the job was not begun"
    if kind is BackgroundScheduler:  # its shutdown() blocks, so it is called in a thread
        stopping = asyncio.create_task(asyncio.to_thread(scheduler.shutdown, wait))
        await asyncio.sleep(0.5)
        said.append("shutdown() is over" if stopping.done() else "shutdown() waits")
        release.set()
        await stopping
    else:
        scheduler.shutdown(wait)
        said.append("shutdown() is over")
        await asyncio.sleep(0.5)
        release.set()
    while not {"finished", "cancelled"} & set(said):
        await asyncio.sleep(0.01)
    again = scheduler_of(kind, name)
    again.start(paused=True)
    left = len(again.get_jobs())
    again.shutdown()
    return list(said), left


async def main():
    print("APScheduler", apscheduler.version)
    for number, (kind, job, wait, expected) in enumerate((
        (BackgroundScheduler, function, True, ["began", "shutdown() waits", "finished"]),
        (AsyncIOScheduler, function, True, ["began", "shutdown() is over", "finished"]),
        (AsyncIOScheduler, coroutine, True, ["began", "shutdown() is over", "cancelled"]),
        (AsyncIOScheduler, coroutine, False, ["began", "shutdown() is over", "cancelled"]),
    )):
        seen, left = await stopped(kind, job, wait, number)
        print(f"  {kind.__name__}, {job.__name__}, wait={wait}: {', '.join(seen)}; jobs left in the store: {left}")
        assert (seen, left) == (expected, 0), "this has changed"


asyncio.run(main())
PY
"$folder/venv/bin/python" "$folder/try.py" "$folder" 2> "$folder/log" || { cat "$folder/log"; exit 1; }
