"""Painting on a Ray cluster: each painting is a task that streams its events, on whichever node has room for it.

Ray places the work; the line of jobs stays in SQLite. So Ray repeats nothing itself: a painting whose worker or node
was lost is tried again like one whose child process died. Tasks, not actors: a task in work can be cancelled. (Ray
kills a driver that has lost its cluster for long: then the bot is started again, and goes on with its database.)
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import ray
from ray.exceptions import RayError

from bot.executors import PainterDied
from bot.executors.messages import Failed, Order, WarmUp
from bot.executors.painter import messages
from styler.events import Event, Result
from styler.settings import Settings

STUCK_SECONDS = 900.0  # without an event from a painting that has begun
CANCEL_SECONDS = 2.0  # for the step in work to end; after that its worker is killed
# A worker paints on after its first painting, its model warm, while Ray may give it another GPU: so it sees them all.
SEES_ALL_GPUS = {"env_vars": {"RAY_EXPERIMENTAL_NOSET_CUDA_VISIBLE_DEVICES": "1"}}

log = logging.getLogger(__name__)
logging.getLogger("ray").setLevel(logging.ERROR)  # it warns that it has left our signals alone

Paint = Callable[[Order], Iterator[Event | Failed]]


def paint_here(order: Order) -> Iterator[Event | Failed]:
    """What a worker does. The first painting in a worker's process loads torch and the model; they stay."""
    gpus = [int(gpu) for gpu in ray.get_gpu_ids() if str(gpu).isdigit()]
    device = f"cuda:{gpus[0]}" if gpus and order.settings.device in ("auto", "cuda") else order.settings.device
    settings = replace(order.settings, device=device)
    yield from messages(WarmUp(settings, *gpus[:1]))
    yield from messages(replace(order, settings=settings))


class RayExecutor:
    """As many tasks as there are slots. Implements `bot.executors.Executor`.

    `slots` None: as many as the cluster holds when the bot starts. A painting takes the `share` of a GPU; in a cluster
    without GPUs, `cpus` processors. Tasks for which there is no room wait in Ray, which makes an autoscaler add nodes.
    """

    def __init__(
        self, address: str, device: str, slots: int | None, share: float, cpus: float, paint: Paint = paint_here
    ) -> None:
        self.slots = slots or 1
        self._address = address
        self._device = device
        self._wanted = slots
        self._share = share
        self._cpus = cpus
        self._paint = paint
        self._stopping: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Join the cluster. Raises `OSError` where there is none."""
        # In a thread: in the main one Ray would put its own handler of SIGTERM in place of the bot's. Its library puts
        # one before it all the same.
        await asyncio.to_thread(self._connect)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.getsignal(number))

    def _connect(self) -> None:
        try:
            _knock(self._address)
            ray.init(self._address, ignore_reinit_error=True, log_to_driver=False, configure_logging=False)
        except (RayError, OSError, RuntimeError, ValueError) as error:
            raise OSError(f"there is no Ray cluster at {self._address}: {_last_line(error)}") from error
        has: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        on_gpus = self._device.startswith("cuda") or (self._device == "auto" and has.get("GPU", 0) > 0)
        options: dict[str, Any] = {"num_cpus": self._cpus}
        if on_gpus:
            options = {"num_gpus": self._share, "num_cpus": 1, "runtime_env": SEES_ALL_GPUS}
        room = has.get("GPU", 0) / self._share if on_gpus else has.get("CPU", 0) / self._cpus
        self.slots = self._wanted or max(1, int(room))
        # max_calls: Ray's default would end the worker, and its warm model, after each painting on a GPU.
        self._task = ray.remote(num_returns="streaming", max_retries=0, max_calls=0, **options)(self._paint)

    async def paint(
        self, content: bytes, style: bytes | Sequence[bytes], settings: Settings
    ) -> AsyncGenerator[Event, None]:
        stream: Any = self._task.remote(Order(0, content, style, settings))
        ended = False  # then it must not be cancelled: that now and then crashes Ray's library, and the bot with it
        try:
            patience = None  # it may wait for room, or for a new node
            while not ended:
                async with asyncio.timeout(patience):
                    message = await (await anext(stream))
                patience = STUCK_SECONDS
                ended = isinstance(message, Result | Failed)
                if isinstance(message, Failed):
                    raise PainterDied(str(message.error)) if message.lost else message.error
                yield message
        except RayError as error:
            ended = True
            raise PainterDied(f"the painter was lost: {type(error).__name__}: {_last_line(error)}") from error
        except StopAsyncIteration:
            ended = True
            raise PainterDied("the painter stopped without a result") from None
        except TimeoutError:
            raise PainterDied("the painter hangs") from None
        finally:
            if not ended:
                self._stop(stream)

    def _stop(self, stream: Any) -> None:
        """A stream runs on, read or not, until it is cancelled. Who closes the generator need not wait for that."""
        task = asyncio.create_task(_stopped(stream))
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    async def alive(self) -> bool:
        """Is there a node that could paint?"""
        nodes = await asyncio.to_thread(ray.nodes)
        return any(node["Alive"] and node["Resources"].get("CPU", 0) > 0 for node in nodes)

    async def aclose(self) -> None:
        await asyncio.to_thread(ray.shutdown)


async def _stopped(stream: Any) -> None:
    """Cancel the task: between two of its steps, or with its worker if a step does not end."""
    ray.cancel(stream)
    try:
        async with asyncio.timeout(CANCEL_SECONDS):
            await stream.completed()
    except TimeoutError:
        log.warning("ending a worker whose painting does not stop")
        ray.cancel(stream, force=True)
    except RayError:
        return  # so it ends: cancelled, or lost


def _last_line(error: Exception) -> str:
    return str(error).strip().rpartition("\n")[2]


def _knock(address: str) -> None:
    """Ray itself waits minutes for an address at which there is nothing."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
