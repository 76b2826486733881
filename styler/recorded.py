"""A step of L-BFGS as a CUDA graph: some 400 kernels by one launch.

Where pictures are small, a GPU is done with a kernel before the host has launched the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from styler.lbfgs import LBFGS

WORTH = 8  # steps: recording takes a few steps' time
AGREE = 1e-2  # relative: bfloat16's sums come in any order

log = logging.getLogger(__name__)


def recorded(optimiser: LBFGS) -> Iterator[None]:
    """A step of `optimiser` for each `next()`: a record of the step, from the second on, where it can be recorded.

    In the first one, cuDNN and cuBLAS choose and load their kernels. What is recorded reads and writes the optimiser's
    own tensors, which it must keep.
    """
    optimiser.step()
    yield
    step = _step_and_record(optimiser)
    while True:
        yield
        step()


def _step_and_record(optimiser: LBFGS) -> Callable[[], None]:
    """Takes a step, and returns what takes each further one."""
    before, taken = optimiser.x.clone(), optimiser.steps.clone()
    try:
        graph = _record(optimiser)
    except RuntimeError as error:  # also of memory, which is scarcer while recording
        log.warning("cannot record a CUDA graph, so each kernel is launched by itself: %s", error)
    else:
        graph.replay()
        if _agrees(optimiser):
            return graph.replay
        log.warning("a recorded CUDA graph computes other numbers, so each kernel is launched by itself")
        optimiser.begin(before)
        optimiser.steps.copy_(taken)
    optimiser.step()
    return optimiser.step


def _record(optimiser: LBFGS) -> torch.cuda.CUDAGraph:
    optimiser.memory.fill()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        optimiser.step()
    return graph


def _agrees(optimiser: LBFGS) -> bool:
    """Whether loss and gradient are those of the point; False where one is not finite."""
    pairs = zip((optimiser.loss, optimiser.gradient), optimiser.closure(optimiser.x), strict=True)
    return all(_close(*pair) for pair in pairs)


def _close(found: Tensor, expected: Tensor) -> bool:
    difference = torch.linalg.vector_norm(found - expected)
    return bool(difference <= AGREE * torch.linalg.vector_norm(expected))
