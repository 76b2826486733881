"""Ray's driver, a process that `ray.py` starts: it joins a cluster and has it paint.

Messages come by standard input and go by standard output; at the end of the input (the bot is gone) it ends, and Ray
ends what it had in work. Ray repeats nothing itself: the bot does. Tasks, not actors: a task in work can be cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import AuthenticationError, RayError

from bot.executors.protocol import (
    HEARTBEAT_SECONDS,
    Cancel,
    Connect,
    Connected,
    ConnectFailed,
    Failed,
    Heartbeat,
    PaintTask,
    TaskEvent,
    Trouble,
    WarmUp,
    pack,
    read,
)
from bot.executors.worker import ignore_termination_signals, messages, redirect_stdout, release_memory
from styler.events import Event, PaintError, Result

STUCK_SECONDS = 900.0  # without an event from a painting that has begun
CANCEL_SECONDS = 2.0  # for the step in work to end; after that its worker is killed
ENDING_SECONDS = 60.0  # for what has said its last to end by itself
TIMES_UNTIL_TOLD = 30  # that it is killed, before the log tells
WAITING_SECONDS = 900.0  # for room in the cluster; after that the log tells
# A worker stays for the next painting, to keep its model warm. Ray may give it another GPU then: so it sees them all.
SEES_ALL_GPUS = {"env_vars": {"RAY_EXPERIMENTAL_NOSET_CUDA_VISIBLE_DEVICES": "1"}}
CODE = Path(__file__).parents[2]  # of the package `bot`; on each machine of the cluster at the same path
_TOKENS_PLACE = "put the token of its head into ~/.ray/auth_token or RAY_AUTH_TOKEN, the same on every machine"

Paint = Callable[[PaintTask], Iterator[Event | Failed]]


def paint_here(task: PaintTask) -> Iterator[Event | Failed]:
    """What a worker does. The first painting in a worker's process loads torch and the model; they stay."""
    gpus = [int(gpu) for gpu in ray.get_gpu_ids() if str(gpu).isdigit()]
    device = f"cuda:{gpus[0]}" if gpus and task.settings.device in ("auto", "cuda") else task.settings.device
    settings = replace(task.settings, device=device)
    try:
        failed = list(messages(WarmUp(settings, *gpus[:1])))
        yield from leave_if_lost(failed or messages(replace(task, settings=settings)))
    finally:
        with contextlib.suppress(Exception):  # a GPU that is out of order gives nothing back
            release_memory()


def leave_if_lost(said: Iterable[Event | Failed]) -> Iterator[Event | Failed]:
    """What is said; after it the process ends if it is of no more use. Ray starts another for the next painting."""
    for message in said:
        yield message
        if isinstance(message, Failed) and message.lost:
            sys.exit("the painter is lost")


class Driver:
    """Hands tasks on to the cluster, and its messages back."""

    def __init__(self, paint: Paint) -> None:
        self._pipe = redirect_stdout()
        self._paint = paint
        self._paintings: dict[int, asyncio.Task[None]] = {}
        self._endings: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Join the cluster and serve until the end of the input."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        cluster = await read(reader)
        try:
            self._send(self._join(cluster))
        except (RayError, OSError, RuntimeError, ValueError) as error:
            self._send(ConnectFailed(_why_not(cluster.address, error)))
            return
        beating = asyncio.create_task(self._beat())
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                self._take(await read(reader))
        beating.cancel()

    def _join(self, cluster: Connect) -> Connected:
        """To paint on GPUs where there are any."""
        _knock(cluster.address)
        os.chdir(CODE)  # Ray's workers import from the folder in which the driver was when it joined
        with _noticing_refused_tokens():
            ray.init(cluster.address, ignore_reinit_error=True, log_to_driver=False, configure_logging=False)
        ignore_termination_signals()  # Ray has handlers of its own
        has: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        on_gpus = cluster.device.startswith("cuda") or (cluster.device == "auto" and has.get("GPU", 0) > 0)
        options: dict[str, Any] = {"num_cpus": cluster.cpus}
        if on_gpus:
            options = {"num_gpus": cluster.share, "num_cpus": 1, "runtime_env": SEES_ALL_GPUS}
        capacity = has.get("GPU", 0) / cluster.share if on_gpus else has.get("CPU", 0) / cluster.cpus
        # max_calls: Ray's default would end the worker, and its warm model, after each painting on a GPU.
        self._task = ray.remote(num_returns="streaming", max_retries=0, max_calls=0, **options)(self._paint)
        return Connected(cluster.slots or max(1, int(capacity)), on_gpus)

    def _take(self, message: PaintTask | Cancel) -> None:
        if isinstance(message, PaintTask):
            self._paintings[message.number] = asyncio.create_task(self._follow(message))
        elif painting := self._paintings.pop(message.number, None):
            painting.cancel()

    async def _follow(self, task: PaintTask) -> None:
        """Hand on what comes of a task, and see to it that it ends."""
        stream: Any = None
        patience = 0.0  # seconds for it to end by itself
        try:
            stream = self._task.remote(task)
            said = await self._first(stream)
            ended = False
            while not ended:
                async with asyncio.timeout(STUCK_SECONDS):
                    message = await (said or await anext(stream))
                said, ended = None, isinstance(message, Result | Failed)
                self._send(TaskEvent(task.number, message))
            patience = ENDING_SECONDS
        except StopAsyncIteration:
            self._lost(task, "the painter stopped without a result")
        except RayError as error:
            self._lost(task, _how_lost(error))
            patience = ENDING_SECONDS
        except TimeoutError:
            self._lost(task, "the painter hangs")
        except Exception as error:  # that nobody foresaw
            self._lost(task, _how_lost(error))
        finally:
            self._paintings.pop(task.number, None)
            if stream is not None:
                # In a task of its own: a cancel that comes meanwhile must not reach it.
                ending = asyncio.create_task(self._end(stream, patience))
                self._endings.add(ending)
                ending.add_done_callback(self._endings.discard)

    async def _first(self, stream: Any) -> Any:
        """The reference of a painting's first event. Until then it may wait for room, or for a new node."""
        waited = 0.0
        while True:
            try:
                async with asyncio.timeout(WAITING_SECONDS):
                    return await anext(stream)
            except TimeoutError:
                waited += WAITING_SECONDS
                self._send(Trouble(f"a painting has waited {waited:.0f} s for room in the Ray cluster"))

    async def _end(self, stream: Any, patience: float) -> None:
        """Cancel the task, if it does not end by itself: it would run on though nobody reads it. It ends between two of
        its steps; if a step does not end in time, its worker is killed.

        (Killed again and again, because Ray drops a cancel that comes while it handles another, such as its own repeat
        of ours. What has ended is not cancelled: now and then that crashes Ray's library.)
        """
        if await _has_ended(stream, patience):
            return
        ray.cancel(stream)
        for times in itertools.count(1):
            if await _has_ended(stream, CANCEL_SECONDS):
                return
            ray.cancel(stream, force=True)
            if times % TIMES_UNTIL_TOLD == 0:
                seconds = times * CANCEL_SECONDS
                self._send(
                    Trouble(f"a painter in the Ray cluster has not ended for {seconds:.0f} s, and is killed again")
                )

    def _lost(self, task: PaintTask, how: str) -> None:
        self._send(TaskEvent(task.number, Failed(PaintError(how), lost=True)))

    async def _beat(self) -> None:
        while True:
            nodes = await asyncio.to_thread(ray.nodes)
            self._send(Heartbeat(any(node["Alive"] and node["Resources"].get("CPU", 0) > 0 for node in nodes)))
            await asyncio.sleep(HEARTBEAT_SECONDS)

    def _send(self, message: Any) -> None:
        self._pipe.write(pack(message))
        self._pipe.flush()


async def _has_ended(stream: Any, patience: float) -> bool:
    """Whether the task has ended, well or not, within so many seconds: its own reference resolves then, and not before,
    also when it was cancelled.
    """
    if ray.wait([stream.completed()], timeout=0)[0]:
        return True
    try:
        async with asyncio.timeout(patience):
            await stream.completed()
    except RayError:
        return True  # cancelled, failed or lost
    except TimeoutError:
        return False
    return True


class TokenRefused(ConnectionError):
    """The cluster's head does not know the token of this machine, or was not shown one."""


@contextlib.contextmanager
def _noticing_refused_tokens() -> Iterator[None]:
    """Raises `TokenRefused`. Ray itself raises the same error as for a cluster that is not there, after many tries; why
    they failed, its C++ library writes to standard error alone."""
    with tempfile.TemporaryFile() as said:
        stderr = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield
        except ConnectionError as error:
            said.seek(0)
            if b"InvalidAuthToken" in said.read():
                raise TokenRefused from error
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def _why_not(address: str, error: Exception) -> str:
    """One line on why this machine did not join the cluster, and what helps."""
    if isinstance(error, AuthenticationError):
        return f"RAY_AUTH_MODE is token, but there is no token for the Ray cluster at {address}: {_TOKENS_PLACE}"
    if isinstance(error, TokenRefused):
        return (
            f"the Ray cluster at {address} refuses this machine's token: set RAY_AUTH_MODE=token, and {_TOKENS_PLACE}"
        )
    versions = re.findall(r"(?:Ray|Python): (\S+)", str(error))
    if len(versions) == 4:
        theirs, ours = ("Ray {} with Python {}".format(*pair) for pair in (versions[:2], versions[2:]))
        return f"the Ray cluster at {address} runs {theirs}, this machine {ours}: both must be the same"
    return f"there is no Ray cluster at {address}: {_last_line(error)}"


def _how_lost(error: Exception) -> str:
    return f"the painter was lost: {type(error).__name__}: {_last_line(error)}"


def _last_line(error: Exception) -> str:
    return str(error).strip().rpartition("\n")[2]


def _knock(address: str) -> None:
    """Raises `OSError` at once if nothing listens there, for which Ray itself waits minutes."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()


def main(paint: Paint = paint_here) -> None:
    """The driver's process."""
    ignore_termination_signals()
    logging.getLogger("ray").setLevel(logging.ERROR)  # it warns that it has left our signals alone
    with contextlib.suppress(BrokenPipeError):  # the bot is gone
        asyncio.run(Driver(paint).run())
    os._exit(0)  # at once: Ray would take seconds to take leave
