#!/usr/bin/env bash
# One would guess: prometheus_client's decorators measure an `async def` as they measure a `def`, or refuse it. The
# newer asynchronous libraries for bots call only `async def`, and its README shows the decorators as the way to
# measure.
#
# What is so: they measure the call, which only makes the coroutine, and are through before its first line runs. Each
# job of a fifth of a second is noted as some millionths of one; jobs in progress are always 0, and exceptions are never
# counted. No warning: the number of calls is right, so the series look healthy, and an alarm on slow or failing jobs
# never rings. The same objects in a `with` in the coroutine are right.
#
# Who meets it: who measures how long a bot paints, how many jobs are at work or how many fail, by @HISTOGRAM.time(),
# @GAUGE.track_inprogress() or @COUNTER.count_exceptions(). Write `with HISTOGRAM.time():` or take prometheus-async.
#
# Source: run here; prometheus_client/context_managers.py (the wrapper returns func() without waiting for it); its
# issues 48 (of 2015) and 535, and pull request 767, which is open. The documentation says nothing of coroutines.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check prometheus_client==0.26.0
"$folder/venv/bin/python" -W error - <<'PY'
import asyncio
from importlib.metadata import version

from prometheus_client import REGISTRY, Counter, Gauge, Histogram

LONG, JOBS = 0.2, 5


def measures(name):
    return Histogram(name, "time"), Gauge(f"{name}_now", "at work"), Counter(f"{name}_failed", "exceptions")


time, now, failed = measures("decorated")


@time.time()
@now.track_inprogress()
@failed.count_exceptions()
async def decorated():
    await asyncio.sleep(LONG)
    raise ValueError


inner_time, inner_now, inner_failed = measures("within")


async def within():
    with inner_time.time(), inner_now.track_inprogress(), inner_failed.count_exceptions():
        await asyncio.sleep(LONG)
        raise ValueError


async def measured(job, name):
    jobs = [asyncio.create_task(job()) for _ in range(JOBS)]
    await asyncio.sleep(LONG / 4)
    at_work = REGISTRY.get_sample_value(f"{name}_now")
    await asyncio.gather(*jobs, return_exceptions=True)
    count, seconds = (REGISTRY.get_sample_value(f"{name}_{what}") for what in ("count", "sum"))
    errors = REGISTRY.get_sample_value(f"{name}_failed_total")
    print(f"  {name}: {count:.0f} calls of {seconds / count:.6f} s, {at_work:.0f} at work, {errors:.0f} failed")
    return count, seconds / count, at_work, errors


print("prometheus_client", version("prometheus_client"), f"{JOBS} jobs at once, each of {LONG} s, all of which fail:")
count, seconds, at_work, errors = asyncio.run(measured(within, "within"))
assert (count, at_work, errors) == (JOBS, JOBS, JOBS) and seconds > 0.9 * LONG
count, seconds, at_work, errors = asyncio.run(measured(decorated, "decorated"))
assert (count, at_work, errors) == (JOBS, 0, 0) and seconds < LONG / 10, "this has changed"
PY
