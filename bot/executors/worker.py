"""The painting process: `python -m bot.executors.worker`, started by `local.py`, one a slot.

Messages come by standard input and go by standard output. A thread reads, so that the end of the input (the bot is
gone) ends the process at once, and a cancel reaches a painting between two of its steps. Another thread tells that
the process is alive.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from queue import SimpleQueue
from typing import Any, BinaryIO

from bot.executors.protocol import (
    HEARTBEAT_SECONDS,
    LENGTH,
    Cancel,
    Failed,
    Heartbeat,
    PaintTask,
    Ready,
    SheetTask,
    Warm,
    WarmUp,
    pack,
    unpack,
)
from styler.events import BadImage, Event, PaintError
from styler.settings import CLIP_FORMATS

# A painting takes all cores for as long as it lasts; the bot wants one for milliseconds, and gets it sooner. More than
# this, and a painter that starts on a busy machine is silent for so long that it counts as hung.
NICENESS = 5


class Worker:
    """Paints one task after the other, in a process of its own."""

    def __init__(self) -> None:
        self._pipe = redirect_stdout()
        self._writing = threading.Lock()
        self._working = threading.Event()
        self._work: SimpleQueue[WarmUp | PaintTask | SheetTask] = SimpleQueue()
        self._cancelled = 0  # number of the task that was cancelled last

    def run(self) -> None:
        """Serve until the end of the input."""
        os.nice(NICENESS)  # before there are threads, each of which takes it over
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()
        while True:
            work = self._work.get()
            self._working.set()
            with closing(messages(work)) as said:
                for message in said:
                    self._send(message)
                    if not isinstance(work, WarmUp) and self._cancelled == work.number:
                        break
            if isinstance(work, WarmUp) and (arithmetic := arithmetic_of(work)):
                self._send(Warm(arithmetic))
            self._working.clear()
            self._send(Ready())
            release_memory()

    def _send(self, message: Any) -> None:
        try:
            with self._writing:
                self._pipe.write(pack(message))
                self._pipe.flush()
        except BrokenPipeError:  # the bot is gone, as at the end of the input
            os._exit(0)

    def _listen(self) -> None:
        for message in _received():
            if isinstance(message, Cancel):
                self._cancelled = message.number
            else:
                self._work.put(message)
        os._exit(0)

    def _beat(self) -> None:
        pause = threading.Event()
        while not pause.wait(HEARTBEAT_SECONDS):
            if self._working.is_set():
                self._send(Heartbeat(cpu=time.process_time()))


def _received() -> Iterator[WarmUp | PaintTask | SheetTask | Cancel]:
    """Until the end of the input, which may come in the middle of a message."""
    while len(head := sys.stdin.buffer.read(LENGTH.size)) == LENGTH.size:
        [length] = LENGTH.unpack(head)
        body = sys.stdin.buffer.read(length)
        if len(body) < length:
            return
        yield unpack(body)


def messages(work: WarmUp | PaintTask | SheetTask) -> Generator[Event | Failed, None, None]:
    """The events of a task, and last the error if there is one; of a warm-up nothing but that."""
    try:
        if isinstance(work, WarmUp):
            warm_up(work)
            return
        # Imported only now, because torch takes seconds to load: meanwhile this process can tell that it is alive.
        if isinstance(work, SheetTask):
            from styler.paint_sheet import paint_sheet  # noqa: PLC0415

            yield from paint_sheet(work.content, work.paintings, work.labels, work.settings)
        elif work.settings.format in CLIP_FORMATS:
            from styler.paint_clip import paint_clip_bytes  # noqa: PLC0415

            yield from paint_clip_bytes(work.content, work.styles, work.settings, work.checkpoint)
        else:
            from styler.paint_photo import paint  # noqa: PLC0415

            yield from paint(work.content, work.styles, work.settings)
    except (BadImage, PaintError) as error:
        yield Failed(error)
    except Exception as error:
        # A setting unfit for this machine, a CUDA error, a library's bug: this process is of no more use.
        yield Failed(PaintError(f"{type(error).__name__}: {error}"), lost=True)


def warm_up(work: WarmUp) -> None:
    """Load torch and the network, on the GPU of this worker."""
    from styler.engine.runtime import release_libraries, tune_process  # noqa: PLC0415, I001 (before torch)
    import torch  # noqa: PLC0415

    tune_process()
    from styler.engine.model import load_model  # noqa: PLC0415

    torch.set_num_threads(max(1, torch.get_num_threads() // work.sharing))
    if work.gpu is not None and torch.cuda.is_available():
        torch.cuda.set_device(work.gpu)  # from now on 'cuda' means this one
    load_model(work.settings)
    release_libraries()


def arithmetic_of(work: WarmUp) -> str:
    """How the warm painter computes; empty if the warm-up failed."""
    from styler.engine.model import load_model  # noqa: PLC0415

    with contextlib.suppress(Exception):  # which `messages` has told
        return str(load_model(work.settings))
    return ""


def release_memory() -> None:
    """Give back what is not needed until the next painting."""
    from styler.engine.runtime import release_memory  # noqa: PLC0415

    release_memory()


def redirect_stdout() -> BinaryIO:
    """Standard output, for messages only: what libraries print goes to standard error from now on."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


def ignore_termination_signals() -> None:
    """Those that go to the whole process group: the bot decides when its painters stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    ignore_termination_signals()
    Worker().run()
