"""How much memory there is, and how to paint within it: which pictures need tiles, and how long L-BFGS remembers."""

from __future__ import annotations

import contextlib
import functools
import logging
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]
import torch
from torch import Tensor

from styler.engine import cgroups
from styler.engine.lbfgs import HISTORY_SIZE
from styler.engine.pyramid import Level
from styler.engine.runtime import trim_heap
from styler.engine.tiles import least_pixels, stride
from styler.events import OutOfMemory
from styler.settings import CHANNELS_PER_BLOCK, LAYERS, block_of

ENOUGH = 10  # pairs, or half of the level's steps: with 20 the loss is 0.1 % lower at 512, and they take 35 MB more
VECTORS = 17  # of the picture's size that are alive at once: pictures, gradients, directions, the pair to come
SLACK = 1.25  # gaps in the heap, scratch of the convolutions
GAPS = 1.6  # more of them between tiles, which differ in size: measured at 3840x2160
SHARE = 0.85  # of what is free: others want some, too
# Bytes that come only as painting goes on, whatever the size: weights for the backward pass, the convolutions' scratch,
# Gram matrices, pages of libraries.
LATER = 100e6

log = logging.getLogger(__name__)


class MemoryPlan(NamedTuple):
    """How to paint one level: pictures of more than `pixels` by tiles of so many, and how many pairs L-BFGS keeps."""

    pixels: float
    history: int

    def halved(self, size: tuple[int, int], layers: Collection[str]) -> MemoryPlan | None:
        """Half of both, to try again after memory ran out; None if there is nothing left to halve."""
        least = least_pixels(layers)
        if self.history == 1 and min(self.pixels, size[0] * size[1]) <= least:
            return None
        return MemoryPlan(max(least, min(self.pixels, size[0] * size[1]) // 2), max(1, self.history // 2))


class FeatureMemory(NamedTuple):
    """What the network keeps of a picture: `per_pixel` numbers of `dtype` of its `layers`, as
    `FeatureExtractor.kept_per_pixel` tells; and of the photo, its features at the `content_layer`.
    """

    layers: Collection[str]
    content_layer: str
    dtype: torch.dtype
    per_pixel: float


def memory_plan(level: Level, budget: float, kept: FeatureMemory) -> MemoryPlan:
    """How to paint a level within `budget` bytes.

    Fewer pairs slow painting down less than tiles do, so pairs are given up first. Where the budget is too small for
    any painting, both are as small as they can be.
    """
    area, wanted = level.size[0] * level.size[1], min(level.steps, HISTORY_SIZE, max(ENOUGH, level.steps // 2))
    pair = 2 * 3 * 4 * area
    features = SLACK * kept.dtype.itemsize * kept.per_pixel
    rest = budget - area * (VECTORS * 3 * 4 + kept.dtype.itemsize * numbers_per_pixel(kept.content_layer))
    for history in (wanted, wanted // 2, wanted // 4):
        if history and rest >= history * pair + features * area:
            return MemoryPlan(float("inf"), history)
    history, least = max(1, min(wanted, 4, int(rest / 2 / pair))), least_pixels(kept.layers)
    if rest < pair + features * min(area, GAPS * least):
        _tell_of_too_little()
    return MemoryPlan(max(least, (rest - history * pair) / features / GAPS), history)


@functools.cache
def _tell_of_too_little() -> None:
    """Once a process: a painting has several levels, and a clip many frames."""
    log.warning("painting takes more memory than it may have, and goes on with as little as it can")


def features_per_pixel(layers: Collection[str]) -> float:
    """Numbers of all layers up to the last one of `layers`, for each pixel: 266 up to relu5_1."""
    last = max(LAYERS.index(layer) for layer in layers)
    return sum(numbers_per_pixel(layer) for layer in LAYERS[: last + 1])


def numbers_per_pixel(layer: str) -> float:
    """The numbers of one layer, for each pixel of the picture."""
    return CHANNELS_PER_BLOCK[block_of(layer) - 1] / stride(layer) ** 2


def memory_budget(device: torch.device, megabytes: int) -> float:
    """The bytes that a painting may use: what is free, or what `Settings.max_memory` leaves beside what is in use."""
    free: float
    in_use: int
    if device.type == "cuda":
        free, in_use = torch.cuda.mem_get_info(device)[0], torch.cuda.memory_allocated(device)
        free += torch.cuda.memory_reserved(device) - in_use
    else:
        trim_heap()  # which would count as in use
        free, in_use = _free(), psutil.Process().memory_info().rss
    return megabytes * 1e6 - in_use - LATER if megabytes else SHARE * free


def _free() -> float:
    """The free bytes of the machine, or of the container or service if that has fewer."""
    return min(float(psutil.virtual_memory().available), cgroups.free_memory())


def is_out_of_memory(error: BaseException) -> bool:
    """Python's, PyTorch's on a GPU, and those that only their words tell: of the CPU, cuBLAS, cuDNN, CUDA, oneDNN."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = "allocate memory|STATUS_ALLOC_FAILED|CUDA error: out of memory|^could not (create|execute) a primitive$"
    return isinstance(error, RuntimeError) and re.search(words, str(error)) is not None


@contextlib.contextmanager
def memory_errors(content: Tensor) -> Iterator[None]:
    """Turns errors of memory into `OutOfMemory`, which names the size of `content` (3, H, W)."""
    try:
        yield
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        size = f"{content.shape[2]}x{content.shape[1]} pixels"
        raise OutOfMemory(f"there is not enough memory for a painting of {size}; choose a smaller size") from error
