"""Prometheus metrics of the bot. None names a chat, a user or a file."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from itertools import product

from prometheus_client import Counter, Gauge, Histogram, Info

from styler import __version__

WAITS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
MOMENTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

JOBS = Counter("painter_jobs_total", "Jobs that ended.", ["status", "painting"])
IN_WORK = Gauge("painter_jobs_in_work", "Queued and running jobs.", ["status"])
SLOTS = Gauge("painter_slots", "Paintings that can be painted at once.")
WAITED = Histogram("painter_job_waited_seconds", "Time from the press of a button to the first claim.", buckets=WAITS)
PAINTED = Histogram("painter_job_painted_seconds", "Time to paint a job.", buckets=WAITS)
DELIVERED = Histogram("painter_job_delivered_seconds", "Time to deliver a finished painting.", buckets=MOMENTS)

UPDATES = Counter("painter_updates_total", "Updates from Telegram, each counted once.", ["kind"])
HANDLED = Histogram("painter_update_handled_seconds", "Time to handle an update, waiting excluded.", buckets=MOMENTS)
CALLS = Counter("painter_telegram_calls_total", "Calls of the Bot API, by status or error.", ["method", "outcome"])

SHEETS = Counter("painter_sheets_total", "Galleries made of a user's own photo, by outcome.", ["outcome"])

RESTARTS = Counter("painter_restarts_total", "Painting processes that were replaced.")
GPU_USED = Gauge("painter_gpu_memory_used_bytes", "GPU memory in use by all processes.", ["gpu"])
GPU_TOTAL = Gauge("painter_gpu_memory_bytes", "GPU memory in all.", ["gpu"])

BUILD = Info("painter_build", "The version of the bot, and the Python that runs it.")
# What is counted by label has its series from the start, at 0: Prometheus does not see the first event of a series that
# begins with it, and that may be the failure to look at.
METHODS = (
    "getMe", "getUpdates", "getFile", "download", "sendPhoto", "sendMessage", "sendDocument", "sendAnimation",
    "sendVideo", "sendMediaGroup", "sendChatAction", "editMessageMedia", "editMessageCaption", "deleteMessages",
    "setMessageReaction", "answerCallbackQuery", "answerInlineQuery",
)  # fmt: skip
OUTCOMES = ("200", "400", "403", "404", "409", "429", "500", "502", "NetworkError", "TimedOut")
BESIDES = ("an own style", "a blend", "a comparison")  # see `bot.storage.models.Job.kind`


def begin_series(paintings: Iterable[str], updates: Iterable[str]) -> None:
    """Begin the series of these paintings' names and kinds of updates, and all others, at 0."""
    for status, painting in product(("DONE", "FAILED", "CANCELLED"), (*paintings, *BESIDES)):
        JOBS.labels(status, painting)
    for kind in (*updates, "unreadable"):
        UPDATES.labels(kind)
    for method, outcome in product(METHODS, OUTCOMES):
        CALLS.labels(method, outcome)
    for outcome in ("shown", "outdated", "busy", "failed"):
        SHEETS.labels(outcome)


BUILD.info({"version": __version__, "python": platform.python_version()})
