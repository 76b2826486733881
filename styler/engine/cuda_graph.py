"""A step of L-BFGS as a CUDA graph: one launch instead of some 400, one for each kernel.

Where pictures are small, a GPU ends a kernel sooner than the host can launch the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from styler.engine.lbfgs import LBFGS

MIN_STEPS = 8  # with fewer, recording does not pay: it takes the time of a few steps
AGREE = 1e-2  # relative difference between two runs that may add up bfloat16 numbers in different orders

log = logging.getLogger(__name__)


def graphed_steps(optimiser: LBFGS) -> Iterator[None]:
    """Takes a step of `optimiser` at each `next()`: from the second on by a CUDA graph, if one can be recorded.

    The first step is taken plainly, because cuDNN and cuBLAS choose and load their kernels in it. The graph reads and
    writes the optimiser's tensors at their addresses, so the optimiser must change them in place.
    """
    optimiser.step()
    yield
    step = _step_and_record(optimiser)
    while True:
        yield
        step()


def _step_and_record(optimiser: LBFGS) -> Callable[[], None]:
    """Takes a step, and returns the function that takes each further one."""
    before, taken = optimiser.x.clone(), optimiser.steps.clone()
    try:
        graph = _record(optimiser)
    except RuntimeError as error:  # also where the memory does not suffice: recording needs more
        log.warning("cannot record a CUDA graph, so each kernel is launched by itself: %s", error)
    else:
        graph.replay()
        if _agrees(optimiser):
            return graph.replay
        log.warning("a recorded CUDA graph computes other numbers, so each kernel is launched by itself")
        optimiser.reset(before)
        optimiser.steps.copy_(taken)
    optimiser.step()
    return optimiser.step


def _record(optimiser: LBFGS) -> torch.cuda.CUDAGraph:
    optimiser.history.fill()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        optimiser.step()
    return graph


def _agrees(optimiser: LBFGS) -> bool:
    """Whether the optimiser's loss and gradient are those of its point; False if one is not finite."""
    pairs = zip((optimiser.loss, optimiser.gradient), optimiser.closure(optimiser.x), strict=True)
    return all(_close(*pair) for pair in pairs)


def _close(found: Tensor, expected: Tensor) -> bool:
    difference = torch.linalg.vector_norm(found - expected)
    return bool(difference <= AGREE * torch.linalg.vector_norm(expected))
