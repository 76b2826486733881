"""The only place where a job moves: announce, claim, download, paint, show progress, deliver, finish."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot import logs, metrics
from bot.chat.album_message import AlbumMessage
from bot.chat.gallery import Gallery
from bot.chat.job_message import JobMessage
from bot.chat.job_view import JobView
from bot.chat.message_editor import MessageDeleted
from bot.chat.progress import ProgressDisplay
from bot.executors.base import Executor, WorkerDied
from bot.i18n import languages, texts
from bot.jobs.inputs import JobInputs, PaintingNotFound
from bot.jobs.queue import JobQueue
from bot.storage.models import MAX_ATTEMPTS, MAX_CRASHES, Job, JobStatus
from bot.storage.storage import Storage
from bot.transport.downloads import FileNotServed, FileUnavailable
from bot.transport.retry_policy import retry_after
from styler.events import BadImage, ClipCheckpoint, OutOfMemory, PaintError, Result
from styler.settings import Settings

LONG_SECONDS = 60.0  # from the press of the button; a painting that took longer is announced by a message that rings

AGAIN_SECONDS = 10.0  # until a job's message is sent again that was lost on the way
ALBUM_SECONDS = 1.0  # after the last photo that came; Telegram does not say how many an album has

SMALLER = 2 / 3  # of the size, where the memory did not suffice
SMALLEST = 128

log = logging.getLogger(__name__)


class Dispatcher:
    """Moves jobs from the line to their chats, as many at once as the executor has slots."""

    def __init__(
        self,
        storage: Storage,
        executor: Executor,
        bot: ExtBot[Any],
        gallery: Gallery,
        screen: JobMessage,
        albums: AlbumMessage,
        materials: JobInputs,
    ) -> None:
        self._storage = storage
        self._executor = executor
        self._bot = bot
        self._screen = screen
        self.albums = albums
        self._materials = materials
        self.line = JobQueue(storage, gallery, self.view, executor.slots)
        self._free = asyncio.Semaphore(executor.slots)
        self._news = asyncio.Event()  # there may be a job to claim
        self._silent = asyncio.Event()  # there may be a job without a message
        self._opening: set[int] = set()  # jobs whose message is being sent
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._footage: dict[
            int, ClipCheckpoint
        ] = {}  # the newest of each clip in work; what its message shows may be older
        self._delivering: set[int] = set()  # jobs whose painting is on its way to their chat
        self._moving = asyncio.Lock()  # a cancel must not come between a claim and its task

    async def run(self) -> None:
        """Work until cancelled; then put what was being painted back in line, with no attempt charged."""
        await self._storage.jobs.requeue_running(crashed=True)
        try:
            for job_id in await self._storage.queue.stopped_early():
                await self._begin_kept(job_id)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._announce(group))
                group.create_task(self._claim())
                group.create_task(self.line.run())
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await self._storage.jobs.requeue_running(crashed=False)

    def wake(self) -> None:
        """There may be a new job."""
        self._silent.set()
        self._there_is_news()

    def _there_is_news(self) -> None:
        self._news.set()
        self.line.changed()

    async def cancel(self, job_id: int, user_id: int) -> Job | None:
        """Cancel the user's own job, in line or running, and free its slot. None if there is no such job."""
        async with self._moving:
            job = await self._storage.jobs.cancel(job_id, user_id)
            task = self._tasks.get(job_id) if job else None
        if task:
            task.cancel()
            await asyncio.wait([task])
        if job:
            self._forget(job_id)
        self.line.changed()
        return job

    async def keep(self, job_id: int, user_id: int) -> bool:
        """Stop the user's own clip, in line or running, and deliver what is painted of it. False if nothing is."""
        async with self._moving:
            job = await self._storage.job_search.get(job_id, user_id)
            if job is None or not job.is_active or not (job.checkpoint or job_id in self._footage):
                return False
            await self._storage.jobs.stop_early(job_id)
            await self._interrupt(job_id)
            await self._begin_kept(job_id)
        return True

    async def _interrupt(self, job_id: int) -> None:
        """Put a job in work back in line; one whose painting is being delivered is left alone."""
        task = self._tasks.get(job_id)
        if task and job_id not in self._delivering:
            task.cancel()
            await asyncio.wait([task])
            await self._storage.jobs.requeue(job_id, charged=False)

    async def _begin_kept(self, job_id: int) -> None:
        """Begin to deliver a stopped clip, if it is in line. That needs no painter, so it does not wait for a slot."""
        if claimed := await self._storage.jobs.claim(job_id):
            self._begin(claimed, contextlib.ExitStack())

    def _forget(self, job_id: int) -> None:
        """Drop what is in memory of a job that has ended, and whose row says so."""
        self._footage.pop(job_id, None)
        self.albums.recorded(job_id)

    async def _announce(self, group: asyncio.TaskGroup) -> None:
        """Send a message for each job that has none: only then it can be claimed. No chat waits for another."""
        while True:
            self._silent.clear()
            for jobs in _together(await self._storage.queue.unannounced()):
                if (wait := _incomplete(jobs)) > 0:
                    asyncio.get_running_loop().call_later(wait, self._silent.set)
                elif self._opening.isdisjoint(job.id for job in jobs):
                    self._opening.update(job.id for job in jobs)
                    group.create_task(self._open(jobs))
            await self._silent.wait()

    async def _open(self, jobs: Sequence[Job]) -> None:
        """Show a job in its chat for the first time; or those of an album together."""
        try:
            await self._speak(jobs[0])
            standing = await self.line.standing(jobs[0])
            numbers = await self.view(jobs[0]).open(jobs, self.line.caption(standing))
            self.line.shown(standing)
            shown = dict(zip([job.id for job in jobs], numbers, strict=True))
            kept = await self._storage.jobs.set_messages(shown)
            for job in (job for job in jobs if job.id not in kept):
                gone = dataclasses.replace(job, message_id=shown[job.id], status=JobStatus.CANCELLED)
                await self._tell(gone, texts.cancelled())
            self._there_is_news()
        except (Forbidden, BadRequest) as error:
            log.info("job %d: cancelled, its chat cannot be reached: %s", jobs[0].id, error)
            for job in jobs:
                await self._storage.jobs.cancel(job.id, job.user_id)
            await self._tell(jobs[0], texts.no_delivery())
            self._forget(jobs[0].id)
        except ChatMigrated as error:
            await self._move(jobs, error.new_chat_id)
        except NetworkError as error:
            # The message may stand in the chat, so it is not sent again; the painting comes in a message of its own.
            log.warning("job %d: nobody knows whether its message was sent: %s", jobs[0].id, error)
            await self._storage.jobs.set_messages({job.id: -job.id for job in jobs})
            self._there_is_news()
        except Exception as error:
            # This may be a fault of ours.
            log.warning("job %d: its message is not sent, again in %g s: %r", jobs[0].id, AGAIN_SECONDS, error)
            await asyncio.sleep(AGAIN_SECONDS)
            with contextlib.suppress(TelegramError):
                await self._bot.get_me()
            self._silent.set()
        finally:
            self._opening.difference_update(job.id for job in jobs)

    async def _move(self, jobs: Sequence[Job], chat_id: int) -> None:
        """Their group has become a supergroup, in which older messages cannot be edited: each job gets a new one there.

        The photo is moved first. If the bot dies in between, the job gets the same error again, and comes back here.
        """
        for job in jobs:
            log.info("job %d: its chat is %d now", job.id, chat_id)
            await self._storage.photos.move(job.chat_id, job.photo_message_id, chat_id)
            await self._storage.jobs.move(job, chat_id)
        self.wake()

    def view(self, job: Job) -> JobView:
        """Where it is shown."""
        return self._screen if job.control_message_id is None else self.albums

    async def _claim(self) -> None:
        while True:
            await self._free.acquire()
            while not await self._begin_next():
                await self._news.wait()

    async def _begin_next(self) -> bool:
        """Claim the job that is next, if there is one, and set to work on it."""
        self._news.clear()
        async with self._moving:
            if job := await self._storage.jobs.claim():
                slot = contextlib.ExitStack()
                slot.callback(self._free.release)
                self._begin(job, slot)
            else:  # Nobody waits, so a job without a task has ended unnoticed: its message was deleted, say.
                for job_id in self._footage.keys() - self._tasks.keys():
                    self._forget(job_id)
        return job is not None

    def _begin(self, job: Job, slot: contextlib.ExitStack) -> None:
        task = asyncio.create_task(self._carry_out(job, slot), name=f"job {job.id}")
        self._tasks[job.id] = task
        self.line.changed()
        task.add_done_callback(functools.partial(self._ended, job.id, slot))

    def _ended(self, job_id: int, slot: contextlib.ExitStack, task: asyncio.Task[None]) -> None:
        slot.close()
        self._delivering.discard(job_id)
        if self._tasks[job_id] is task:  # else it is tried again already
            del self._tasks[job_id]

    async def _carry_out(self, job: Job, slot: contextlib.ExitStack) -> None:
        logs.bind(job=job.id, chat=job.chat_id)
        try:
            await self._speak(job)
            await self._attempt(job, slot)
        except (Forbidden, MessageDeleted) as error:
            log.info("job %d: cancelled, its chat or message is gone: %s", job.id, error)
            await self._storage.jobs.abandon(job.id, "chat or message is gone")
            self._forget(job.id)
        except BadRequest as error:
            # Telegram refuses the painting, and would refuse it again.
            await self._fail(job, texts.no_delivery(), str(error))
        except ChatMigrated as error:
            await self._move([job], error.new_chat_id)
        except TelegramError as error:
            await self._try_again(job, str(error))
        except Exception:
            # A fault of ours must not stop the line. The job is tried again, three times in all.
            log.exception("job %d", job.id)
            await self._try_again(job, "a fault of ours")

    async def _speak(self, job: Job) -> None:
        languages.activate((await self._storage.users.get(job.user_id)).language)

    async def _attempt(self, job: Job, slot: contextlib.ExitStack) -> None:
        if job.crashes > MAX_CRASHES:
            await self._fail(job, texts.tried_too_often(), f"the bot died {job.crashes} times in a row while at it")
            return
        known = self._frames(job)
        try:
            with slot:  # given back before the result is shown, so that the next painting can begin
                painted = await self._paint(job)
        except BadImage as error:
            await self._fail(job, texts.bad_image(error, bool(job.clip)), str(error))
        except PaintingNotFound as error:
            await self._fail(job, texts.painting_gone(), str(error))
        except BadRequest as error:
            await self._fail(job, texts.no_file(), str(error))
        except FileNotServed as error:
            log.error("job %d: the Bot API server's file cannot be read here: %s", job.id, error)
            await self._fail(job, texts.file_not_served(), str(error))
        except FileUnavailable as error:
            await self._try_again(job, str(error), sentence=texts.no_file)
        except RetryAfter as error:
            # Telegram gives us no file for so long. Meanwhile the painter, whose slot is given back, paints for others.
            log.info("job %d: it rests: %s", job.id, error)
            await asyncio.sleep(retry_after(error))
            await self._try_again(job, str(error), charged=False)
        except OutOfMemory as error:
            await self._try_smaller(job, error)
        except (WorkerDied, PaintError) as error:
            # An attempt that has painted more of a clip is not charged.
            await self._try_again(job, str(error), charged=self._frames(job) <= known)
        else:
            self._delivering.add(job.id)
            await self._deliver(job, painted)

    async def _paint(self, job: Job) -> Result | ClipCheckpoint:
        if (footage := await self._known_footage(job)) and job.stopped_early:
            return footage
        content, *styles = await self._materials.pictures(job)
        settings = self._materials.settings(job)
        log.info("job %d: painting %s, attempt %d", job.id, job.style_kind, job.attempts)
        with metrics.PAINTED.time():
            return await self._painted(job, content, styles, settings)

    async def _painted(
        self, job: Job, content: bytes, styles: Sequence[bytes], settings: Settings
    ) -> Result | ClipCheckpoint:
        before = self._footage[job.id].image if job.id in self._footage else b""
        async with (
            ProgressDisplay(self.view(job), job) as display,
            contextlib.aclosing(self._executor.paint(content, styles, settings, before)) as events,
        ):
            async for event in events:
                if isinstance(event, Result):
                    return event
                if isinstance(event, ClipCheckpoint):
                    if not _goes_on(self._footage.get(job.id), event):
                        continue
                    self._footage[job.id] = event
                display.show(event)
        raise WorkerDied("the painter ended without a result")

    def _frames(self, job: Job) -> int:
        """How many frames of a clip are painted already."""
        footage = self._footage.get(job.id) or job.checkpoint
        return footage.frames if footage else 0

    async def _known_footage(self, job: Job) -> ClipCheckpoint | None:
        """What is painted of a clip already: from memory or, after a restart, from Telegram."""
        seen = job.checkpoint
        if seen and job.id not in self._footage:
            with contextlib.suppress(BadRequest):  # it is not there any more: the clip begins anew
                image = await self._materials.download(seen.file_id)
                self._footage[job.id] = ClipCheckpoint(image, seen.width, seen.height, seen.frames)
        return self._footage.get(job.id)

    async def _deliver(self, job: Job, painted: Result | ClipCheckpoint) -> None:
        # After a crash between its delivery and the record of it, it must be delivered again, not fail.
        if not await self._storage.jobs.reset_crashes(job.id):
            return
        await self._speak(job)  # the person may have chosen another language meanwhile
        view = self.view(job)
        with metrics.DELIVERED.time():
            result_file_id = await view.result(job, painted)
        await self._storage.jobs.complete(job.id, result_file_id)
        self._forget(job.id)
        log.info("job %d: delivered", job.id)
        # Who stopped a clip is looking at the chat, so needs no sound.
        if isinstance(painted, Result) and time.time() - job.created_at > LONG_SECONDS:
            await view.ring(job)

    async def _try_again(
        self, job: Job, error: str, *, charged: bool = True, sentence: Callable[[], str] = texts.tried_too_often
    ) -> None:
        """Put it back in line, or tell the person by `sentence` that it has been tried too often."""
        log.warning("job %d: attempt %d failed: %s", job.id, job.attempts, error)
        if charged and job.attempts >= MAX_ATTEMPTS:
            await self._fail(job, sentence(), error)
        else:
            await self._storage.jobs.requeue(job.id, error, charged=charged)
            self._there_is_news()

    async def _try_smaller(self, job: Job, error: OutOfMemory) -> None:
        """Put it back in line at two thirds of its size. The caption of the painting will say so."""
        size = round(self._materials.settings(job).size * SMALLER)
        if size < SMALLEST:
            await self._try_again(job, str(error))
            return
        log.warning("job %d: %s; at %d pixels now", job.id, error, size)
        await self._storage.jobs.requeue_downscaled(job, size, str(error))
        self._there_is_news()

    async def _fail(self, job: Job, sentence: str, error: str) -> None:
        """The person is told before it is recorded: after a crash in between they are told again, not left waiting."""
        log.info("job %d: failed: %s", job.id, error)
        await self._tell(job, sentence)
        await self._storage.jobs.fail(job.id, error)
        self._forget(job.id)

    async def _tell(self, job: Job, sentence: str) -> None:
        with logs.log_exceptions(f"job {job.id}: nobody is told so"):
            try:
                await self.view(job).ended(job, sentence)
            except TelegramError as unreachable:
                log.info("job %d: cannot be told so: %s", job.id, unreachable)


def _goes_on(known: ClipCheckpoint | None, new: ClipCheckpoint) -> bool:
    """Whether it shows more. (An attempt that goes on from the known footage first shows some of its frames again.)"""
    return known is None or (new.width, new.height) != (known.width, known.height) or new.frames > known.frames


def _together(jobs: Sequence[Job]) -> list[list[Job]]:
    """The jobs in groups that are shown together: those of an album, or a single one."""
    found: dict[tuple[int, int | None, int], list[Job]] = {}
    for job in jobs:
        found.setdefault((job.chat_id, job.control_message_id, 0 if job.control_message_id else job.id), []).append(job)
    return list(found.values())


def _incomplete(jobs: Sequence[Job]) -> float:
    """For how many seconds yet more photos of this album may come. None, if the clock has been put back."""
    wait = jobs[-1].created_at + ALBUM_SECONDS - time.time() if jobs[0].control_message_id else 0.0
    return wait if wait < 2 * ALBUM_SECONDS else 0.0
