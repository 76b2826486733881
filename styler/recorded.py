"""The loss and its gradient as a CUDA graph: some 300 kernels by one launch.

Where pictures are small, a GPU is done with a kernel before the host has launched the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from styler.lbfgs import Closure

WORTH = 8  # steps: recording takes a few evaluations' time
AGREE = 1e-2  # relative: bfloat16's sums come in any order

log = logging.getLogger(__name__)


def recorded(closure: Closure, image: Tensor) -> Closure:
    """`closure`, for pictures of the size of `image` (3, H, W), or itself where it cannot be recorded.

    What is recorded is what it computes with now: it must not change, nor let go of its tensors.
    """
    expected = _values(closure, image)  # before the recording: cuDNN and cuBLAS choose and load their kernels
    try:
        graph = _Graph(closure, image)
        found = _values(graph, image)
    except RuntimeError as error:  # also of memory, which is scarcer while recording
        log.warning("cannot record a CUDA graph, so each kernel is launched by itself: %s", error)
        return closure
    if all(_agree(*pair) for pair in zip(found, expected, strict=True)):
        return graph
    log.warning("a recorded CUDA graph computes other numbers, so each kernel is launched by itself")
    return closure


class _Graph:
    """A closure's kernels, on memory of their own. A gradient is to be asked for before the next loss."""

    def __init__(self, closure: Closure, image: Tensor) -> None:
        self.closure, self.image = closure, image.clone()  # their tensors are what the graph reads
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, capture_error_mode="thread_local"):
            self.loss, self.gradient = _values(closure, self.image)

    def __call__(self, image: Tensor) -> tuple[Tensor, Callable[[], Tensor]]:
        self.image.copy_(image)
        self.graph.replay()
        return self.loss.clone(), self.gradient.clone


def _values(closure: Closure, image: Tensor) -> tuple[Tensor, Tensor]:
    loss, gradient = closure(image)
    return loss, gradient()


def _agree(found: Tensor, expected: Tensor) -> bool:
    """False where one is not finite."""
    difference = torch.linalg.vector_norm(found - expected)
    return bool(difference <= AGREE * torch.linalg.vector_norm(expected))
