"""VGG16's chain of convolutions by Winograd's kernel: float32, on a CPU, with average pooling.

Features that no loss asks for are not kept: the kernel writes one bit a number, for the ReLU backward, and their 2x2
means where these are what comes next. That saves half of the memory, and the time that it takes to pass through it.
"""

from __future__ import annotations

import ctypes
import functools
import logging
import time
from collections.abc import Callable, Collection, Iterator

import torch
from torch import Tensor

from styler.engine.features import (
    AddGradient,
    FeatureExtractor,
    Link,
    backward_weight,
    pool_backward,
    relu_backward,
    unframe,
)
from styler.engine.vgg import VGG16, Convolution, pool
from styler.engine.winograd import Winograd
from styler.settings import LAYERS

SMALLEST = 32  # pixels an edge: with fewer, a side of deep features may be 1, which is pooled in its own way
# Places of the output up to which a direct convolution may be quicker, because Winograd's reads four times the weights.
# With more it takes 0.4 to 0.8 of the time on every processor that was measured (tests/benchmarks).
FEW = 64
RUNS = 3  # of which the quickest counts

log = logging.getLogger(__name__)


class FusedExtractor(FeatureExtractor):
    """A `FeatureExtractor` whose hidden layers, those that nobody asks for, come as bits: (h, w, C / 8), uint8."""

    def __init__(self, vgg: VGG16, library: ctypes.CDLL) -> None:
        super().__init__(vgg, torch.float32)
        convolutions = vgg.chain(LAYERS)[1:]
        self.fused = [_Fused(each, link, library) for each, link in zip(convolutions, self.links[1:], strict=True)]

    def __str__(self) -> str:
        return f"Winograd's F(4x4, 3x3) by the compiled kernel, in float32, {torch.get_num_threads()} threads"

    def outputs(self, image: Tensor, layers: Collection[str]) -> Iterator[tuple[str, Tensor]]:
        if min(image.shape[1:]) < SMALLEST:
            yield from super().outputs(image, layers)
            return
        x = self.links[0].forward(self.framed(image))
        yield LAYERS[0], x  # asked for or not, as its ReLU's backward is not the kernel's
        chain = self.fused[: max(LAYERS.index(layer) for layer in layers)]
        for fused, after in zip(chain, [*chain[1:], None], strict=False):
            x, kept = fused.layer(x, after, hidden=fused.name not in layers)
            yield fused.name, kept
            del kept  # or it would be in memory while the next layer is computed

    def backward(self, outputs: dict[str, Tensor], layers: Collection[str], add_gradient: AddGradient) -> Tensor:
        if min(outputs[LAYERS[0]].shape[2:]) < SMALLEST:
            return super().backward(outputs, layers, add_gradient)
        name, x = outputs.popitem()
        gradient, unpool = add_gradient(name, x, torch.zeros_like(x)), False
        for fused in reversed(self.fused[: len(outputs)]):
            gradient = fused.backward(gradient, x, unpool=unpool)
            name, x = outputs.popitem()
            unpool = fused.pooled and name not in layers and name != LAYERS[0]
            gradient = pool_backward(gradient, x, self.pooling) if fused.pooled and not unpool else gradient
            gradient = add_gradient(name, x, gradient) if name in layers else gradient
        return unframe(self.links[0].backward(relu_backward(gradient, x)))


class _Fused:
    """A layer in both directions, by Winograd's convolution or by a direct one, `link`, where that is quicker."""

    def __init__(self, convolution: Convolution, link: Link, library: ctypes.CDLL) -> None:
        self.name, self.pooled, self.link, self.library = convolution.name, convolution.pooled, link, library
        self.there = Winograd(convolution.weight, convolution.bias, library)

    @functools.cached_property
    def back(self) -> Winograd:
        weight = self.there.plain_weight()
        return Winograd(backward_weight(weight, 4 if self.pooled else 1), None, self.library)

    def layer(self, x: Tensor, after: _Fused | None, *, hidden: bool) -> tuple[Tensor, Tensor]:
        """What `after`, the next layer, sees, and what is kept of this one: its features, or if it is hidden bits."""
        pooled = after is not None and after.pooled
        if self.is_direct(x.shape[2], x.shape[3]):
            y = self.link.forward(x)
            return pool(y, "avg") if pooled else y, y
        seen = after is not None and not after.pooled
        output = self.there.forward(x, features=seen or not hidden, pooled=pooled, lit=hidden)
        kept = output.lit if hidden else output.features
        following = output.pooled if pooled else kept if after is None else output.features
        assert kept is not None and following is not None  # noqa: PT018, S101  for mypy: both were asked for
        return following, kept

    def backward(self, gradient: Tensor, x: Tensor, *, unpool: bool) -> Tensor:
        """The gradient by this layer's input, from that by its output; `x` is what was kept of it."""
        if x.dtype == torch.uint8 or not self.is_direct(x.shape[2], x.shape[3]):
            return self.back.backward(gradient, x, unpool=unpool)
        gradient = pool_backward(gradient, x, "avg") if unpool else gradient
        return self.link.backward(relu_backward(gradient, x))

    @functools.cache  # noqa: B019  (there are as few layers as extractors)
    def is_direct(self, height: int, width: int) -> bool:
        """Whether the direct convolution is quicker for features of this size, forward and backward, as measured."""
        if height * width > FEW:
            return False
        x, y = (
            torch.ones(1, height, width, channels, dtype=torch.float32, device="cpu").permute(0, 3, 1, 2)
            for channels in (self.there.k, self.there.n)
        )

        def direct() -> None:
            self.link.forward(x)
            self.link.backward(relu_backward(y, y))

        def fused() -> None:
            self.there.forward(x, features=True, pooled=False, lit=False)
            self.back.backward(y, y, unpool=False)

        found = [seconds(each) for each in (direct, fused)]
        log.debug("%s at %dx%d: direct %.2f ms, Winograd %.2f ms", self.name, width, height, *(1000 * t for t in found))
        return found[0] < found[1]


def seconds(call: Callable[[], object]) -> float:
    """The least time of a few calls, after one that warms up."""
    call()
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times)
