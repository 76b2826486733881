"""Announces jobs: each gets the message that becomes its painting, and can only then be claimed."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from collections import Counter
from collections.abc import Sequence

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot import logs
from bot.chat.job_views import JobViews
from bot.i18n import texts
from bot.jobs.outcomes import JobOutcomes
from bot.jobs.position_display import PositionDisplay
from bot.jobs.signals import JobSignals
from bot.storage.models import MAX_ATTEMPTS, Job, JobStatus
from bot.storage.storage import Storage

RETRY_SECONDS = 10.0  # until a message is sent again that was lost on the way
ALBUM_SECONDS = 1.0  # after the last photo that came; Telegram does not say how many an album has

log = logging.getLogger(__name__)


class Announcer:
    """Sends a message for each job that has none; those of an album together. No chat waits for another."""

    def __init__(
        self,
        storage: Storage,
        views: JobViews,
        position_display: PositionDisplay,
        outcomes: JobOutcomes,
        signals: JobSignals,
    ) -> None:
        self._storage = storage
        self._views = views
        self._position_display = position_display
        self._outcomes = outcomes
        self._signals = signals
        self._announcing: set[int] = set()
        self._faults: Counter[int] = Counter()

    async def run(self) -> None:
        """Announce jobs until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._signals.unannounced.clear()
                for jobs in _together(await self._storage.queue.unannounced()):
                    if (wait := _seconds_until_complete(jobs)) > 0:
                        asyncio.get_running_loop().call_later(wait, self._signals.unannounced.set)
                    elif self._announcing.isdisjoint(job.id for job in jobs):
                        self._announcing.update(job.id for job in jobs)
                        group.create_task(self._announce(jobs))
                await self._signals.unannounced.wait()

    async def _announce(self, jobs: Sequence[Job]) -> None:
        logs.bind(job=jobs[0].id, chat=jobs[0].chat_id)
        try:
            await self._post(jobs)
        except (Forbidden, BadRequest) as error:
            await self._outcomes.cancel_unreachable(jobs, error)
        except ChatMigrated as error:
            await self._outcomes.move(jobs, error.new_chat_id)
        except NetworkError as error:
            # The message may be in the chat, so it is not sent again; the painting comes in a message of its own.
            log.warning("job %d: nobody knows whether its message was sent: %s", jobs[0].id, error)
            await self._storage.jobs.set_messages({job.id: -job.id for job in jobs})
            self._signals.job_changed()
        except TelegramError as error:  # It told us to wait again and again, say.
            await self._outcomes.cancel_unreachable(jobs, error)
        except Exception as error:  # A fault of ours.
            await self._retry(jobs, error)
        finally:
            self._announcing.difference_update(job.id for job in jobs)

    async def _retry(self, jobs: Sequence[Job], error: Exception) -> None:
        """Announce these jobs again after a pause, but not for ever."""
        self._faults[jobs[0].id] += 1
        if self._faults[jobs[0].id] < MAX_ATTEMPTS:
            log.warning("job %d: its message is not sent, again in %g s: %r", jobs[0].id, RETRY_SECONDS, error)
            await asyncio.sleep(RETRY_SECONDS)
            self._signals.unannounced.set()
            return
        for job in jobs:
            await self._outcomes.fail(job, texts.tried_too_often(), repr(error))

    async def _post(self, jobs: Sequence[Job]) -> None:
        """Send the messages and record them. Jobs that were cancelled meanwhile are shown so."""
        message_ids = await self._position_display.post(jobs)
        messages = dict(zip([job.id for job in jobs], message_ids, strict=True))
        recorded = await self._storage.jobs.set_messages(messages)
        for job in (job for job in jobs if job.id not in recorded):
            cancelled = dataclasses.replace(job, message_id=messages[job.id], status=JobStatus.CANCELLED)
            await self._views.try_show_failure(cancelled, texts.cancelled())
        self._signals.job_changed()


def _together(jobs: Sequence[Job]) -> list[list[Job]]:
    """The jobs in groups that are announced together: those of an album, or a single one."""
    groups: dict[tuple[int, int | None, int], list[Job]] = {}
    for job in jobs:
        album = job.control_message_id
        groups.setdefault((job.chat_id, album, 0 if album else job.id), []).append(job)
    return list(groups.values())


def _seconds_until_complete(jobs: Sequence[Job]) -> float:
    """For how many seconds more photos of this album may come; 0 if the clock was put back, or for a single job."""
    wait = jobs[-1].created_at + ALBUM_SECONDS - time.time() if jobs[0].control_message_id else 0.0
    return wait if wait < 2 * ALBUM_SECONDS else 0.0
