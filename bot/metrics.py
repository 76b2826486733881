"""What can be measured about the bot, in Prometheus's terms. No chat, no person and no file is named."""

from __future__ import annotations

import platform

from prometheus_client import Counter, Gauge, Histogram, Info

from styler import __version__

WAITS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
MOMENTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

JOBS = Counter("painter_jobs_total", "Jobs that came to their end.", ["status", "painting"])
IN_WORK = Gauge("painter_jobs_in_work", "Jobs in line and jobs being painted.", ["status"])
SLOTS = Gauge("painter_slots", "Paintings that can be in work at once.")
WAITED = Histogram("painter_job_waited_seconds", "From the press of a button to the first claim.", buckets=WAITS)
PAINTED = Histogram("painter_job_painted_seconds", "From the order to the finished painting.", buckets=WAITS)
DELIVERED = Histogram("painter_job_delivered_seconds", "From the painting to its place in the chat.", buckets=MOMENTS)

UPDATES = Counter("painter_updates_total", "Updates from Telegram, each counted once.", ["kind"])
HANDLED = Histogram("painter_update_handled_seconds", "From an update's turn to its handling's end.", buckets=MOMENTS)
CALLS = Counter("painter_telegram_calls_total", "Calls of the Bot API, by status or error.", ["method", "outcome"])

SHEETS = Counter("painter_sheets_total", "Galleries made of a person's own photo, by what came of them.", ["outcome"])

RESTARTS = Counter("painter_restarts_total", "Painting processes that were replaced.")
GPU_USED = Gauge("painter_gpu_memory_used_bytes", "Memory in use on a GPU, by whomever.", ["gpu"])
GPU_TOTAL = Gauge("painter_gpu_memory_bytes", "Memory of a GPU.", ["gpu"])

BUILD = Info("painter_build", "The version of the bot, and the Python that runs it.")
BUILD.info({"version": __version__, "python": platform.python_version()})
