"""The NVIDIA GPUs of this machine, as their driver tells: the bot's process never loads torch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pynvml


def count_gpus(visible: str | None = None) -> int:
    """How many GPUs a painting process sees. `visible` is CUDA_VISIBLE_DEVICES, which may also name parts of GPUs."""
    with _driver() as gpus:
        return len(visible_gpus(visible)) if gpus and visible is not None else gpus


def memory_used() -> list[tuple[int, int]]:
    """(used, total) bytes of each GPU, all processes included."""
    try:
        with _driver() as gpus:
            memories = [pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(i)) for i in range(gpus)]
    except pynvml.NVMLError:  # it shares its memory with the processor, or was just lost
        return []
    return [(int(memory.used), int(memory.total)) for memory in memories]


@contextlib.contextmanager
def _driver() -> Iterator[int]:
    """Talk to the driver; the number of its GPUs, 0 where there is none."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield 0
        return
    try:
        yield int(pynvml.nvmlDeviceGetCount())
    finally:
        pynvml.nvmlShutdown()


def visible_gpus(visible: str) -> list[str]:
    """The entries of CUDA_VISIBLE_DEVICES before the first invalid one (-1, say): CUDA looks no further."""
    names = [name.strip() for name in visible.split(",")]
    bad = [i for i, name in enumerate(names) if not name or name.startswith("-")]
    return names[: bad[0]] if bad else names
